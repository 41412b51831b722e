package guidepost.server;

import guidepost.journal.Journal;
import guidepost.journal.JournalStore;
import guidepost.journal.MemoryJournalStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Journals in memory whose appends wait, or end in an Error after which a writer cannot know what
/// state it is in, when a test wants that.
final class StubbornEngine implements JournalStore {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final Semaphore mayAppend = new Semaphore(Integer.MAX_VALUE);
  private volatile boolean broken;

  void breakDown() {
    broken = true;
  }

  void hold() {
    mayAppend.drainPermits();
  }

  void release() {
    mayAppend.release(1_000);
  }

  @Override
  public Journal journal(String domain) {
    Journal journal = store.journal(domain);
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
      if (broken) {
        throw new StackOverflowError("as a test wants it");
      }
    }
    try {
      return method.invoke(journal, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Override
  public void verifyFiles() {
    store.verifyFiles();
  }

  @Override
  public void compact() {
    store.compact();
  }

  @Override
  public Map<String, Long> copyTo(Path target) {
    return store.copyTo(target);
  }

  @Override
  public long bytesOnDisk() {
    return store.bytesOnDisk();
  }

  @Override
  public void close() {
    store.close();
  }
}
