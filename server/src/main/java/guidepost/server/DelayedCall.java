package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Context;
import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A call that begins later, or is refused: what happens to it until then is kept. That is little,
/// since nothing was asked of its client.
///
/// Threads: the call's, and the one that begins it.
final class DelayedCall<Q> extends ServerCall.Listener<Q> {

  private final Context context = Context.current();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Queue<Consumer<ServerCall.Listener<Q>>> kept = new ArrayDeque<>();

  @GuardedBy("lock")
  private ServerCall.@Nullable Listener<Q> begun;

  @GuardedBy("lock")
  private boolean ended;

  /// Begins it, unless it has ended.
  void begin(Supplier<ServerCall.Listener<Q>> how) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      context.run(
          () -> {
            ServerCall.Listener<Q> listener = how.get();
            began(listener);
          });
    } finally {
      lock.unlock();
    }
  }

  private void began(ServerCall.Listener<Q> listener) {
    lock.lock();
    try {
      begun = listener;
      while (!kept.isEmpty()) {
        kept.remove().accept(listener);
      }
    } finally {
      lock.unlock();
    }
  }

  private void tell(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> listener;
    lock.lock();
    try {
      listener = begun;
      if (listener == null) {
        kept.add(event);
        return;
      }
    } finally {
      lock.unlock();
    }
    event.accept(listener);
  }

  private void end() {
    lock.lock();
    try {
      ended = begun == null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onMessage(Q message) {
    tell(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    tell(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onReady() {
    tell(ServerCall.Listener::onReady);
  }

  @Override
  public void onCancel() {
    end();
    tell(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    end();
    tell(ServerCall.Listener::onComplete);
  }
}
