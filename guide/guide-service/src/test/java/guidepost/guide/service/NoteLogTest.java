package guidepost.guide.service;

import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.post;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.notes.LogPages;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.notes.ServedNotes;
import guidepost.journal.Journal;
import org.junit.jupiter.api.Test;

/// What a page of the log of notes holds.
final class NoteLogTest {

  private static final int NOTES = 60;

  @Test
  void shouldEndAPageOfLargeNotesEarlyAndGoOnWithTheNext() throws Exception {
    GuideLimits limits =
        GuideLimits.DEFAULTS.withNoteRules(NoteRules.DEFAULTS.withPace(1_000, 1_000));
    try (Guide guide = new Guide(limits)) {
      for (int i = 0; i < NOTES; i++) {
        post(guide, note("ann", "hazard", 0, i).setText("x".repeat(16 * 1024)));
        guide.notes().confirmNote(Reports.confirming(2 * i + 1, "bob"));
      }
      Journal journal = guide.store().journal(ServedNotes.STORED.name());
      LogPages first = LogPages.read(journal, 0);
      assertThat(first.through()).isBetween(40L, 45L);
      LogPages second = LogPages.read(journal, first.through());
      assertThat(second.first()).isEqualTo(first.through() + 1);
      assertThat(second.through()).isBetween(80L, 90L);
    }
  }
}
