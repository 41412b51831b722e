package guidepost.guide.service;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A journal whose appends wait until a test lets them go.
final class HeldJournal extends OtherJournal {

  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);

  /// Waits until an append has begun.
  void awaitAppend() {
    begun.acquireUninterruptibly();
  }

  /// Lets so many appends end.
  void release(int appends) {
    mayEnd.release(appends);
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    begun.release();
    mayEnd.acquireUninterruptibly();
    return journal.append(batches);
  }
}
