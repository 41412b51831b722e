package guidepost.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A journal whose appends wait, or fail, when a test wants that.
public final class StubbornJournal {

  private final Semaphore mayAppend = new Semaphore(1 << 20);
  private volatile @Nullable Throwable failure;

  /// The same journal, but for that.
  public Journal around(Journal journal) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, arguments) -> call(journal, method, arguments));
  }

  private @Nullable Object call(Journal journal, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("appendAfter")) {
      mayAppend.acquireUninterruptibly();
      Throwable wanted = failure;
      if (wanted != null) {
        throw wanted;
      }
    }
    try {
      return method.invoke(journal, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /// From now on appends wait.
  public void hold() {
    mayAppend.drainPermits();
  }

  public void release() {
    mayAppend.release(1_000);
  }

  /// True if an append waits.
  public boolean holds() {
    return mayAppend.hasQueuedThreads();
  }

  /// From now on appends fail as on a full disk, or succeed again.
  public void refuse(boolean now) {
    failure =
        now
            ? new JournalException(
                JournalException.Reason.DISK_FULL, "full, as a test wants it", null)
            : null;
  }

  /// From now on another server takes the writes.
  public void supersede() {
    failure =
        new JournalException(
            JournalException.Reason.SUPERSEDED, "another leads, as a test wants it", null);
  }

  /// From now on appends fail by a defect.
  public void fail() {
    failure = new StackOverflowError("as a test wants it");
  }
}
