package guidepost.journal;

import java.util.List;

/// The journal of another server: it is given what a leader's journal holds, batch by batch, and so
/// is a domain over it.
///
/// Threads: one.
public final class JournalCopy {

  private final Journal journal = new MemoryJournalStore().journal("copy");

  /// What was copied so far.
  public Journal journal() {
    return journal;
  }

  /// Copies what is new, applies it, and publishes once at the end.
  public void follow(Journal leader, Domain<?, ?> domain) throws JournalException {
    JournalException[] failure = new JournalException[1];
    leader.read(
        journal.revision(),
        (revision, time, batch) -> {
          try {
            journal.append(List.of(batch));
          } catch (JournalException e) {
            failure[0] = e;
            return false;
          }
          domain.apply(revision, time, batch);
          return true;
        });
    if (failure[0] != null) {
      throw failure[0];
    }
    domain.publish();
  }
}
