package guidepost.client;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Follows the features of an area as they change, on the caller's thread, whatever happens to the
/// connection: after a cut it resumes where it was, and where the server's log no longer goes back
/// that far it begins anew with a snapshot.
///
/// Between two tries it waits 0.1 s, and twice as long each time up to 5 s, give or take a half.
public final class FeatureWatch {

  private static final Duration RETRY_MIN = Duration.ofMillis(100);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);

  /// A quiet area has no news for as long as it likes; the connection is probed meanwhile.
  private static final Duration PATIENCE = Duration.ofDays(365);

  /// Takes what is watched.
  public interface Listener {

    /// A snapshot begins: what was told before is void once it is complete.
    default void begin() {}

    /// A part of the snapshot, or changes.
    ///
    /// @return false for enough: it ends then
    boolean message(WatchResponse message);

    /// The call broke off; another try follows.
    default void cut(StatusRuntimeException why, Duration retryAfter) {}
  }

  /// The listener has enough.
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super("enough", null, false, false);
    }
  }

  private final Channel channel;
  private final Listener listener;
  private WatchRequest next;
  private Duration retryAfter = RETRY_MIN;
  private boolean knowsItsPlace;

  FeatureWatch(Channel channel, WatchRequest request, Listener listener) {
    this.channel = channel;
    this.next = request;
    this.listener = listener;
  }

  /// Follows until the listener has enough.
  ///
  /// @throws StatusRuntimeException if it cannot go on, or the thread is interrupted
  void run() {
    while (true) {
      try {
        attempt();
        throw Status.UNAVAILABLE.withDescription("the server ended the watch").asRuntimeException();
      } catch (Enough e) {
        return;
      } catch (StatusRuntimeException e) {
        recover(e);
      }
    }
  }

  private void attempt() {
    if (next.getStartCase() == WatchRequest.StartCase.START_NOT_SET) {
      listener.begin();
    }
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getWatchMethod(), CallOptions.DEFAULT),
        next,
        PATIENCE,
        this::take);
  }

  private void take(WatchResponse message) {
    retryAfter = RETRY_MIN;
    if (message.getRevision() > 0) {
      next = next.toBuilder().setAfterRevision(message.getRevision()).build();
      knowsItsPlace = true;
    }
    if (!listener.message(message)) {
      throw new Enough();
    }
  }

  private void recover(StatusRuntimeException why) {
    boolean tooLate = why.getStatus().getCode() == Status.Code.OUT_OF_RANGE && knowsItsPlace;
    if (tooLate) {
      next = next.toBuilder().clearStart().build();
    } else if (!mayRecover(why.getStatus().getCode())) {
      throw why;
    }
    Duration delay = tooLate ? Duration.ZERO : jittered(retryAfter);
    listener.cut(why, delay);
    Duration doubled = retryAfter.multipliedBy(2);
    retryAfter = doubled.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : doubled;
    sleep(delay);
  }

  private boolean mayRecover(Status.Code code) {
    return knowsItsPlace
        && switch (code) {
          case UNAVAILABLE, UNKNOWN, INTERNAL, RESOURCE_EXHAUSTED, ABORTED, DEADLINE_EXCEEDED ->
              true;
          case OK,
              CANCELLED,
              INVALID_ARGUMENT,
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

  private static Duration jittered(Duration delay) {
    double factor = 0.5 + ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (delay.toNanos() * factor));
  }

  private static void sleep(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    }
  }
}
