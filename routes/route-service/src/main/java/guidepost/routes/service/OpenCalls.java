package guidepost.routes.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The streams that a client may keep open for as long as it likes, so that a server that stops can
/// tell them instead of waiting.
///
/// Threads: any.
final class OpenCalls {

  /// A stream that can be told to end.
  @FunctionalInterface
  interface OpenCall {
    /// Answers what it owes and ends with `why`.
    void end(StatusRuntimeException why);
  }

  private final Set<OpenCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  void add(OpenCall call) {
    open.add(call);
    if (closed) {
      end(call);
    }
  }

  void remove(OpenCall call) {
    open.remove(call);
  }

  /// Ends every stream, and each that begins from now on.
  void close() {
    closed = true;
    open.forEach(OpenCalls::end);
  }

  private static void end(OpenCall call) {
    call.end(
        Status.UNAVAILABLE.withDescription("the server is shutting down").asRuntimeException());
  }
}
