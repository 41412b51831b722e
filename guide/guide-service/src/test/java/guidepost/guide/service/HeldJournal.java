package guidepost.guide.service;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/// A journal whose appends wait until a test lets them go.
final class HeldJournal extends OtherJournal {

  private final Semaphore begun = new Semaphore(0);

  /// How the appends to come end: true if well.
  private final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();

  /// Waits until an append has begun.
  void awaitAppend() {
    begun.acquireUninterruptibly();
  }

  /// Lets so many appends end.
  void release(int appends) {
    for (int i = 0; i < appends; i++) {
      ends.add(true);
    }
  }

  /// Lets one fail.
  void refuse() {
    ends.add(false);
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    begun.release();
    if (!takeEnd()) {
      throw new JournalException(JournalException.Reason.DISK_FULL, "no room", null);
    }
    return journal.append(batches);
  }

  private boolean takeEnd() {
    try {
      return ends.take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
