package guidepost.calls;

import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The calls that stay open for as long as their client likes, and how to end them: a server that
/// stops tells them instead of waiting.
///
/// Threads: any.
public final class OpenCalls {

  private final Map<Object, Consumer<StatusRuntimeException>> calls = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// Adds a call; ends it at once if the server is shutting down.
  ///
  /// @param end answers what is owed to the call and ends it this way
  public void add(Object call, Consumer<StatusRuntimeException> end) {
    calls.put(call, end);
    if (closed) {
      end.accept(Failures.shuttingDown());
    }
  }

  /// The call has ended; nothing happens if it was not there.
  public void remove(Object call) {
    calls.remove(call);
  }

  /// Calls that are open now.
  public int size() {
    return calls.size();
  }

  /// Ends every call, and those still to come, as UNAVAILABLE.
  public void close() {
    closed = true;
    calls.values().forEach(end -> end.accept(Failures.shuttingDown()));
  }
}
