package guidepost.guide.service;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a stream's messages from whichever thread has news, one thread at a time, for as long as
/// the transport takes more.
///
/// A [ServerCall] may be written by one thread at a time only. Whoever calls [#drain] while another
/// thread is sending just leaves a mark, and that thread looks once more: nobody waits, and no lock
/// is held while sending.
///
/// ```
///   writer thread ──┐            pending 0 → 1: this thread sends
///   event loop ─────┼─▶ drain ─▶ pending n → n+1: the sending thread goes round again
///   timer ──────────┘
/// ```
///
/// Threads: any.
///
/// @param <M> the messages
final class CallSender<M> {

  private static final Logger LOG = LoggerFactory.getLogger(CallSender.class);

  /// Where the messages come from. Asked by one thread at a time.
  ///
  /// @param <M> the messages
  interface Source<M> {
    /// The next message; null if there is none now.
    @Nullable M poll();

    /// How the call ends, if it does and nothing is left to send.
    Optional<Ending> ending();
  }

  /// How a call ends.
  record Ending(Status status, Metadata trailers) {

    static Ending of(StatusRuntimeException failure) {
      Metadata trailers = failure.getTrailers();
      return new Ending(failure.getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }

  private final ServerCall<?, M> call;
  private final Source<M> source;
  private final AtomicInteger pending = new AtomicInteger();
  // Of the sending thread; handed on by way of `pending`.
  private boolean closed;
  private boolean headersSent;

  CallSender(ServerCall<?, M> call, Source<M> source) {
    this.call = call;
    this.source = source;
  }

  /// Sends what there is, as far as the transport is ready, and ends the call if it is over.
  void drain() {
    if (pending.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      sendOrCancel();
      seen = pending.addAndGet(-seen);
    } while (seen != 0);
  }

  private void sendOrCancel() {
    if (closed) {
      return;
    }
    try {
      send();
    } catch (RuntimeException e) {
      LOG.error("{}: could not send", call.getMethodDescriptor().getFullMethodName(), e);
      close(Ending.of(Failures.internal(e)));
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

  /// Not before there is something to send: until then a call that the transport refuses, such as
  /// one with an oversized message, can still end with a status instead of a reset.
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
