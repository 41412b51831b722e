package guidepost.calls;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Counts what each identity asks of the server, and says when it is too much.
///
/// Memory: some hundred bytes for each identity that has something open or called within the last
/// seconds; an issuer of JWTs can name any number, so the others are forgotten. Cost of a call: one
/// look into a map and one change under a lock that only calls of the same identity share.
///
/// Threads: any.
public final class IdentityMeters {

  private static final double NANOS_PER_SECOND = 1e9;

  /// Meters at which the first look for idle ones comes.
  private static final int METERS_MIN = 4_096;

  private final LongSupplier nanoTime;
  private final Map<String, Meter> meters = new ConcurrentHashMap<>();
  private final AtomicInteger lookAt = new AtomicInteger(METERS_MIN);
  private volatile IdentityLimits limits;

  /// @param nanoTime monotonic
  public IdentityMeters(IdentityLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /// Other limits from now on; what is open stays.
  public void limit(IdentityLimits newLimits) {
    limits = newLimits;
  }

  /// Those in force.
  public IdentityLimits limits() {
    return limits;
  }

  /// That of an identity.
  public Meter of(String identity) {
    Meter known = meters.get(identity);
    return known == null ? added(identity) : known;
  }

  private Meter added(String identity) {
    int most = lookAt.get();
    if (meters.size() >= most && lookAt.compareAndSet(most, Integer.MAX_VALUE)) {
      // A meter that is idle is as good as a new one.
      meters.values().removeIf(Meter::isIdle);
      lookAt.set(Math.max(METERS_MIN, 2 * meters.size()));
    }
    return meters.computeIfAbsent(identity, _ -> new Meter(nanoTime.getAsLong()));
  }

  /// Identities that have something open or called lately.
  public int size() {
    return meters.size();
  }

  /// What one identity has open, and how fast it calls.
  public final class Meter {

    // All guarded by this.
    private double tokens = limits.burst();
    private long filledNanos;
    private int connections;
    private int streams;

    private Meter(long nowNanos) {
      filledNanos = nowNanos;
    }

    private synchronized boolean isIdle() {
      IdentityLimits now = limits;
      double filled =
          tokens + (nanoTime.getAsLong() - filledNanos) * (now.callsPerSecond() / NANOS_PER_SECOND);
      return connections == 0 && streams == 0 && filled >= now.burst();
    }

    /// A call begins.
    ///
    /// @param stream true if it stays open for long
    /// @return why it may not; empty if it does, and [#end] must be called for a stream
    public synchronized Optional<Rejection> begin(boolean stream) {
      IdentityLimits now = limits;
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
                    "calls: this identity may begin %d per second".formatted(now.callsPerSecond()))
                .retryAfter(Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano))));
      }
      tokens--;
      streams += stream ? 1 : 0;
      return Optional.empty();
    }

    /// A stream has ended.
    public synchronized void end() {
      streams--;
    }

    /// Its calls come on one more connection.
    ///
    /// @return why they may not; empty if they do, and [#disconnect] must be called
    public synchronized Optional<Rejection> connect() {
      IdentityLimits now = limits;
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

    private static Rejection tooMany(String what, int max, String hint) {
      return Rejection.of(
              Reason.CALLER_HOLDS_TOO_MUCH,
              "%s: this identity may have %d open; %s".formatted(what, max, hint))
          .retryAfter(Duration.ofSeconds(1));
    }
  }
}
