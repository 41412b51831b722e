package guidepost.calls;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a stream's messages from whichever thread has news, one thread at a time, for as long as
/// the transport takes more. See [Streaming] for what is known when the call begins.
///
/// Threads: any.
///
/// @param <M> the messages
public final class CallSender<M> {

  private static final Logger LOG = LoggerFactory.getLogger(CallSender.class);

  /// Where the messages come from. Asked by one thread at a time.
  ///
  /// @param <M> the messages
  public interface Source<M> {
    /// The next message; null if there is none now.
    @Nullable M poll();

    /// How the call ends, if it does and nothing is left to send.
    Optional<Ending> ending();
  }

  /// How a call ends.
  ///
  /// @param trailers to add to; of this ending alone
  public record Ending(Status status, Metadata trailers) {

    /// With that failure, or with OK if there was none.
    public static Ending of(@Nullable StatusRuntimeException failure) {
      if (failure == null) {
        return new Ending(Status.OK, new Metadata());
      }
      Metadata trailers = new Metadata();
      Metadata known = failure.getTrailers();
      if (known != null) {
        trailers.merge(known); // a failure may end several calls
      }
      return new Ending(failure.getStatus(), trailers);
    }
  }

  private final ServerCall<?, M> call;
  private final Source<M> source;
  private final OneAtATime sending = new OneAtATime(this::sendOrCancel);
  // Of the thread that sends.
  private boolean closed;
  private boolean headersSent;

  /// A sender for one call.
  public CallSender(ServerCall<?, M> call, Source<M> source) {
    this.call = call;
    this.source = source;
  }

  /// Sends what there is, as far as the transport is ready, and ends the call if it is over.
  public void drain() {
    sending.run();
  }

  private void sendOrCancel() {
    if (closed) {
      return;
    }
    try {
      send();
    } catch (RuntimeException e) {
      LOG.error("{}: could not send", call.getMethodDescriptor().getFullMethodName(), e);
      close(Ending.of(Failures.status(e)));
    }
  }

  private void send() {
    boolean more = true;
    while (more && call.isReady()) {
      M message = source.poll();
      more = message != null;
      if (message != null) {
        sendHeadersOnce();
        call.sendMessage(message);
      }
    }
    source.ending().ifPresent(this::close);
  }

  /// Not before there is something to send: until then a call that the transport refuses can still
  /// end with a status instead of a reset.
  private void sendHeadersOnce() {
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(new Metadata());
    }
  }

  private void close(Ending ending) {
    if (!closed) {
      closed = true;
      call.close(ending.status(), ending.trailers());
    }
  }
}
