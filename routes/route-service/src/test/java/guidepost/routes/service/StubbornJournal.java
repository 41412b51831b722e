package guidepost.routes.service;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A journal whose appends wait, or fail, when a test wants that.
final class StubbornJournal {

  private final Semaphore mayAppend = new Semaphore(1 << 20);
  private volatile boolean refuses;

  /// The same journal, but for that.
  Journal around(Journal journal) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, arguments) -> call(journal, method, arguments));
  }

  private @Nullable Object call(Journal journal, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("append")) {
      mayAppend.acquireUninterruptibly();
      if (refuses) {
        throw new JournalException(
            JournalException.Reason.DISK_FULL, "full, as a test wants it", null);
      }
    }
    try {
      return method.invoke(journal, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  void hold() {
    mayAppend.drainPermits();
  }

  void release() {
    mayAppend.release(1_000);
  }

  /// True if an append waits.
  boolean holds() {
    return mayAppend.hasQueuedThreads();
  }

  void refuse(boolean now) {
    refuses = now;
  }
}
