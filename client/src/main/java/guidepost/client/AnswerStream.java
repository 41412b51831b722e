package guidepost.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a stream of responses on the caller's thread, a few ahead of it.
///
/// The call as a whole may take any time, but the next response must not take longer than the
/// patience.
final class AnswerStream<R> extends ClientCall.Listener<R> {

  /// Responses that may wait for the caller.
  private static final int AHEAD_MAX = 8;

  /// What arrived: a response, or the end.
  private record Event<R>(@Nullable R response, @Nullable StatusRuntimeException end) {}

  /// Room for the responses asked for and the end.
  private final BlockingQueue<Event<R>> events = new ArrayBlockingQueue<>(AHEAD_MAX + 1);

  private AnswerStream() {}

  /// Makes the call and hands over its responses.
  ///
  /// @throws StatusRuntimeException if it ends badly or stalls
  static <Q, R> void read(
      ClientCall<Q, R> call, Q request, Duration patience, Consumer<? super R> responses) {
    AnswerStream<R> stream = new AnswerStream<>();
    call.start(stream, new Metadata());
    call.request(AHEAD_MAX);
    call.sendMessage(request);
    call.halfClose();
    try {
      stream.handOver(call, patience, responses);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    } finally {
      call.cancel("not wanted any more", null);
    }
  }

  private void handOver(ClientCall<?, R> call, Duration patience, Consumer<? super R> responses)
      throws InterruptedException {
    for (R response = next(patience); response != null; response = next(patience)) {
      responses.accept(response);
      call.request(1);
    }
  }

  private @Nullable R next(Duration patience) throws InterruptedException {
    Event<R> event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (event == null) {
      throw Status.DEADLINE_EXCEEDED
          .withDescription("no sign of the server for %s".formatted(patience))
          .asRuntimeException();
    }
    if (event.end() != null && !event.end().getStatus().isOk()) {
      throw event.end();
    }
    return event.response();
  }

  @Override
  public void onMessage(R response) {
    events.add(new Event<>(response, null));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    events.add(new Event<>(null, status.asRuntimeException(trailers)));
  }
}
