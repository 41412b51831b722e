package guidepost.guide.service;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.util.List;

/// A journal on a device that takes nothing.
final class RefusingJournal extends OtherJournal {

  private volatile int refusals;

  /// Waits, without sleeping, until so many appends were refused.
  void awaitRefusals(int count) {
    while (refusals < count) {
      Thread.onSpinWait();
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // by the writer's thread alone
  public long append(List<Batch> batches) throws JournalException {
    refusals++;
    throw new JournalException(JournalException.Reason.DISK_FULL, "the device takes nothing", null);
  }
}
