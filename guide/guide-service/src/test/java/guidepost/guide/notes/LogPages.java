package guidepost.guide.notes;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.Duration;

/// The pages of the log that a resuming subscriber is served from, for tests of a whole guide.
///
/// @param first revision in the page
/// @param through the last one
public record LogPages(long first, long through) {

  /// The page after a revision.
  public static LogPages read(Journal journal, long after) throws JournalException {
    NoteLog.Page page = new NoteLog(journal, Duration.ofHours(24)).read(after, Long.MAX_VALUE);
    return new LogPages(page.happened().getFirst().revision(), page.through());
  }
}
