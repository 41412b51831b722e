package guidepost.guide.service;

import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.post;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
      NoteLog log = new NoteLog(guide.store().journal(StoredNotes.NAME), Duration.ofHours(24));
      NoteLog.Page first = log.read(0, Long.MAX_VALUE);
      assertThat(first.through()).isBetween(40L, 45L);
      NoteLog.Page second = log.read(first.through(), Long.MAX_VALUE);
      assertThat(second.happened().getFirst().sequence()).isEqualTo(first.through() + 1);
      assertThat(second.through()).isBetween(80L, 90L);
    }
  }
}
