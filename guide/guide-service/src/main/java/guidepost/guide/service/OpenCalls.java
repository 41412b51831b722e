package guidepost.guide.service;

import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The calls that stay open for as long as their client likes, and how to end them.
///
/// Threads: any.
final class OpenCalls {

  private final Map<Object, Consumer<StatusRuntimeException>> calls = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// Adds a call; ends it at once if the server is shutting down.
  void add(Object call, Consumer<StatusRuntimeException> end) {
    calls.put(call, end);
    if (closed) {
      end.accept(Failures.shuttingDown());
    }
  }

  void remove(Object call) {
    calls.remove(call);
  }

  int size() {
    return calls.size();
  }

  /// Ends every call, and those still to come, as UNAVAILABLE.
  void close() {
    closed = true;
    calls.values().forEach(end -> end.accept(Failures.shuttingDown()));
  }
}
