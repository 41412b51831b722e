package guidepost.server;

import guidepost.access.ClientHost;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/// How fast each address may open connections: a bucket of tokens, one a connection.
///
/// Of IPv6 the first 64 bits count, because a single host commands the rest.
///
/// Threads: one.
final class Pace {

  /// Addresses remembered; a full bucket need not be, and the one that was longest unused goes.
  private static final int ADDRESSES_MAX = 16_384;

  private static final double NANOS_PER_SECOND = 1e9;

  private final double perNano;
  private final int burst;
  private final Map<ClientHost, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientHost, Bucket> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  /// @param perSecond tokens that come back, on average
  /// @param burst tokens that an address has at first, and at most
  Pace(int perSecond, int burst) {
    this.perNano = perSecond / NANOS_PER_SECOND;
    this.burst = burst;
  }

  /// What an address counts as.
  static Object host(InetAddress address) {
    return ClientHost.of(address);
  }

  /// Takes a token, if there is one.
  ///
  /// @return nanoseconds until there is one; 0 if it was taken
  long take(InetAddress address, long nowNanos) {
    Bucket bucket =
        buckets.computeIfAbsent(ClientHost.of(address), host -> new Bucket(burst, nowNanos));
    bucket.tokens = Math.min(burst, bucket.tokens + (nowNanos - bucket.atNanos) * perNano);
    bucket.atNanos = nowNanos;
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return 0;
    }
    return (long) Math.ceil((1 - bucket.tokens) / perNano);
  }

  private static final class Bucket {
    private double tokens;
    private long atNanos;

    Bucket(double tokens, long atNanos) {
      this.tokens = tokens;
      this.atNanos = atNanos;
    }
  }
}
