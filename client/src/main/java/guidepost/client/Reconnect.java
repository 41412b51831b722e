package guidepost.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Whether to watch again after a call broke off, and when: after 0.1 s, and twice as long each
/// time up to 5 s, give or take a half, so that clients that were cut off together do not come back
/// together.
///
/// Threads: one at a time.
final class Reconnect {

  /// A server that restarts is back in about two seconds: the first tries are cheap.
  private static final Duration MIN = Duration.ofMillis(100);

  /// So soon a client notices that the server is back.
  private static final Duration MAX = Duration.ofSeconds(5);

  private Duration next = MIN;

  /// The server answered: the next try is soon again.
  void answered() {
    next = MIN;
  }

  /// What follows the end of a call: how long to wait before the next try, or nothing where the
  /// watch is over. It makes no difference whether the server has ever answered: a listener that
  /// does not want to wait for a first answer throws.
  ///
  /// @param channel of the call; none that is closed can be called again
  /// @param code what the call ended with
  Optional<Duration> after(ClientChannel channel, Status.Code code) {
    return channel.isClosed() || !isWorthwhile(code) ? Optional.empty() : Optional.of(delay());
  }

  /// How long to wait before the next try.
  Duration delay() {
    Duration delay = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(MAX) > 0 ? MAX : doubled;
    double factor = 0.5 + ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (delay.toNanos() * factor));
  }

  /// True if another try may end otherwise, though nobody changed what is asked for.
  ///
  /// A watch has no end of its own: a call that ended with OK, or was cancelled by another than
  /// this client, was ended by something between it and the server.
  static boolean isWorthwhile(Status.Code code) {
    return switch (code) {
      case OK,
          CANCELLED,
          UNAVAILABLE,
          UNKNOWN,
          INTERNAL,
          RESOURCE_EXHAUSTED,
          ABORTED,
          DEADLINE_EXCEEDED ->
          true;
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }
}
