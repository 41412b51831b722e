package guidepost.client;

import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;

/// Follows the features of an area as they change, on the caller's thread, whatever happens to the
/// connection: after a cut it resumes where it was, and where the server's log no longer goes back
/// that far it starts again with a snapshot.
///
/// Between two tries it waits as [Reconnect] says. Once the client is closed it ends, at the latest
/// at its next try.
public final class FeatureWatch {

  /// A quiet area has no news for as long as it likes; the connection is probed meanwhile.
  private static final Duration PATIENCE = Duration.ofDays(365);

  /// Takes what is watched. What it throws ends the watch and is thrown to the caller of `run`.
  public interface Listener {

    /// A snapshot begins: what was told before is void once it is complete.
    default void begin() {}

    /// A part of the snapshot, or changes.
    ///
    /// @return false for enough: it ends then
    boolean message(WatchResponse message);

    /// The call broke off, or could not be made; another try follows.
    default void cut(StatusRuntimeException why, Duration retryAfter) {}
  }

  /// The listener threw what might be mistaken for the end of the call.
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final StatusRuntimeException thrown;

    Refused(StatusRuntimeException thrown) {
      super(thrown);
      this.thrown = thrown;
    }
  }

  /// The listener has enough.
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super("enough", null, false, false);
    }
  }

  private final ClientChannel channel;
  private final Listener listener;
  private WatchRequest next;
  private final Reconnect reconnect = new Reconnect();
  private boolean knowsItsPlace;

  FeatureWatch(ClientChannel channel, WatchRequest request, Listener listener) {
    this.channel = channel;
    this.next = request;
    this.listener = listener;
  }

  /// Follows until the listener has enough.
  ///
  /// @throws StatusRuntimeException if it cannot go on, the client is closed, or the thread is
  ///   interrupted
  void run() {
    while (true) {
      begin();
      try {
        attempt();
        throw Status.UNAVAILABLE.withDescription("the server ended the watch").asRuntimeException();
      } catch (Enough e) {
        return;
      } catch (Refused e) {
        throw e.thrown;
      } catch (StatusRuntimeException e) {
        recover(e);
      }
    }
  }

  private void begin() {
    if (!next.hasStart()) {
      listener.begin();
    }
  }

  private void attempt() {
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getWatchMethod(), CallOptions.DEFAULT),
        next,
        PATIENCE,
        this::take);
  }

  private void take(WatchResponse message) {
    reconnect.answered();
    if (message.hasProgress()) {
      next =
          next.toBuilder()
              .setStart(WatchStart.newBuilder().setAfter(message.getProgress()))
              .build();
      knowsItsPlace = true;
    }
    if (!tell(message)) {
      throw new Enough();
    }
  }

  private boolean tell(WatchResponse message) {
    try {
      return listener.message(message);
    } catch (StatusRuntimeException e) {
      throw new Refused(e);
    }
  }

  private void recover(StatusRuntimeException why) {
    if (Thread.currentThread().isInterrupted()) {
      throw why;
    }
    Status.Code code = why.getStatus().getCode();
    boolean tooLate = code == Status.Code.OUT_OF_RANGE && knowsItsPlace;
    if (tooLate) {
      next = next.toBuilder().clearStart().build();
    }
    Optional<Duration> delay =
        tooLate && !channel.isClosed()
            ? Optional.of(Duration.ZERO)
            : reconnect.after(channel, code);
    listener.cut(why, delay.orElseThrow(() -> why));
    sleep(delay.get());
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
