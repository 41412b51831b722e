package guidepost.calls;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Counts what each identity asks of the server, and each address that anonymous callers come from,
/// and says when it is too much.
///
/// Memory: some hundred bytes for each identity or address that has something open or called within
/// the last seconds; an issuer of JWTs can name any number, so the others are forgotten. Cost of a
/// call: one look into a map and one change under a lock that only calls of the same identity
/// share.
///
/// Threads: any.
public final class IdentityMeters {

  private static final double NANOS_PER_SECOND = 1e9;

  /// Meters at which the first look for idle ones comes.
  private static final int METERS_MIN = 4_096;

  private final LongSupplier nanoTime;
  private final Map<String, Meter> identities = new ConcurrentHashMap<>();
  private final Map<String, Meter> addresses = new ConcurrentHashMap<>();
  private final AtomicInteger lookAt = new AtomicInteger(METERS_MIN);
  private final AtomicInteger anonymousStreams = new AtomicInteger();
  private volatile CallerLimits limits;

  /// @param nanoTime monotonic
  public IdentityMeters(CallerLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /// Other limits from now on; what is open stays.
  public void limit(CallerLimits newLimits) {
    limits = newLimits;
  }

  /// Those in force.
  public CallerLimits limits() {
    return limits;
  }

  /// That of an identity.
  public Meter of(String identity) {
    Meter known = identities.get(identity);
    return known == null ? added(identity, identities, false) : known;
  }

  /// That of all anonymous callers that come from one address.
  public Meter ofAddress(String address) {
    Meter known = addresses.get(address);
    return known == null ? added(address, addresses, true) : known;
  }

  private Meter added(String name, Map<String, Meter> meters, boolean anonymous) {
    int most = lookAt.get();
    if (identities.size() + addresses.size() >= most
        && lookAt.compareAndSet(most, Integer.MAX_VALUE)) {
      // A meter that is idle is as good as a new one.
      identities.values().removeIf(Meter::isIdle);
      addresses.values().removeIf(Meter::isIdle);
      lookAt.set(Math.max(METERS_MIN, 2 * (identities.size() + addresses.size())));
    }
    return meters.computeIfAbsent(name, _ -> new Meter(anonymous, nanoTime.getAsLong()));
  }

  /// Identities that have something open or called lately.
  public int size() {
    return identities.size();
  }

  /// Addresses that anonymous callers have something open from, or called from lately.
  public int addresses() {
    return addresses.size();
  }

  /// What one identity, or the anonymous callers of one address, have open, and how fast they call.
  public final class Meter {

    private final boolean anonymous;

    // All guarded by this.
    private double tokens;
    private long filledNanos;
    private int connections;
    private int streams;

    private Meter(boolean anonymous, long nowNanos) {
      this.anonymous = anonymous;
      this.tokens = limitsNow().burst();
      this.filledNanos = nowNanos;
    }

    private IdentityLimits limitsNow() {
      return anonymous ? limits.address() : limits.identity();
    }

    private synchronized boolean isIdle() {
      IdentityLimits now = limitsNow();
      double filled =
          tokens + (nanoTime.getAsLong() - filledNanos) * (now.callsPerSecond() / NANOS_PER_SECOND);
      return connections == 0 && streams == 0 && filled >= now.burst();
    }

    /// A call begins.
    ///
    /// @param stream true if it stays open for long
    /// @return why it may not; empty if it does, and [#end] must be called for a stream
    public synchronized Optional<Rejection> begin(boolean stream) {
      IdentityLimits now = limitsNow();
      if (stream && streams >= now.streams()) {
        return Optional.of(tooMany("streaming calls", now.streams(), "end some first"));
      }
      long nanos = nanoTime.getAsLong();
      double perNano = now.callsPerSecond() / NANOS_PER_SECOND;
      tokens = Math.min(now.burst(), tokens + (nanos - filledNanos) * perNano);
      filledNanos = nanos;
      if (tokens < 1) {
        return Optional.of(
            Rejection.of(
                    Reason.CALLER_TOO_FAST,
                    "calls: %s may begin %d per second".formatted(whose(), now.callsPerSecond()))
                .retryAfter(Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano))));
      }
      if (stream && anonymous && !takesOfAll()) {
        return Optional.of(
            tooMany(
                "streaming calls",
                limits.anonymousStreams(),
                "all anonymous callers",
                "sign in, or try again later"));
      }
      tokens--;
      streams += stream ? 1 : 0;
      return Optional.empty();
    }

    private boolean takesOfAll() {
      int most = limits.anonymousStreams();
      return anonymousStreams.getAndUpdate(open -> open < most ? open + 1 : open) < most;
    }

    private String whose() {
      return anonymous ? "anonymous callers of this address" : "this identity";
    }

    /// A stream has ended.
    public synchronized void end() {
      streams--;
      if (anonymous) {
        anonymousStreams.decrementAndGet();
      }
    }

    /// Its calls come on one more connection.
    ///
    /// @return why they may not; empty if they do, and [#disconnect] must be called
    public synchronized Optional<Rejection> connect() {
      IdentityLimits now = limitsNow();
      if (connections >= now.connections()) {
        return Optional.of(tooMany("connections", now.connections(), "close some first"));
      }
      connections++;
      return Optional.empty();
    }

    /// One of its connections is gone.
    public synchronized void disconnect() {
      connections--;
    }

    private Rejection tooMany(String what, int max, String hint) {
      return tooMany(what, max, whose(), hint);
    }

    private static Rejection tooMany(String what, int max, String whose, String hint) {
      return Rejection.of(
              Reason.CALLER_HOLDS_TOO_MUCH,
              "%s: %s may have %d open; %s".formatted(what, whose, max, hint))
          .retryAfter(Duration.ofSeconds(1));
    }
  }
}
