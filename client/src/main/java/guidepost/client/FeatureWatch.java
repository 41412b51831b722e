package guidepost.client;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;

/// Follows the features of an area as they change, on the caller's thread, whatever happens to the
/// connection: after a cut it resumes where it was, and where the server's log no longer goes back
/// that far it begins anew with a snapshot.
///
/// Between two tries it waits as [Reconnect] says.
public final class FeatureWatch {

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
  private final Reconnect reconnect = new Reconnect();
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
    reconnect.answered();
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
    } else if (!knowsItsPlace || !Reconnect.isWorthwhile(why.getStatus().getCode())) {
      throw why;
    }
    Duration delay = tooLate ? Duration.ZERO : reconnect.delay();
    listener.cut(why, delay);
    sleep(delay);
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
