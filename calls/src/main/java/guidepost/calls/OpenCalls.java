package guidepost.calls;

import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The calls that stay open for as long as their client likes, and how to end them: a server that
/// stops tells them instead of waiting, and so does one that a defect leaves unable to go on.
///
/// Threads: any.
public final class OpenCalls {

  private final Map<Object, Consumer<StatusRuntimeException>> calls = new ConcurrentHashMap<>();
  private volatile @Nullable Supplier<StatusRuntimeException> over;

  /// Adds a call; ends it at once if no more are to be.
  ///
  /// @param end answers what is owed to the call and ends it this way
  public void add(Object call, Consumer<StatusRuntimeException> end) {
    calls.put(call, end);
    Supplier<StatusRuntimeException> why = over;
    if (why != null) {
      end.accept(why.get());
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
    close(Failures::shuttingDown);
  }

  /// Ends every call, and those still to come, this way.
  ///
  /// @param why a new one for each call
  public void close(Supplier<StatusRuntimeException> why) {
    over = why;
    calls.values().forEach(end -> end.accept(why.get()));
  }
}
