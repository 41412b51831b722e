package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A chat that ends with OK says that its notes are durable and that everyone sees them.
@Timeout(60)
final class ChatEndTest {

  private static final int ROUNDS = 1_500;

  /// Longer than the writer needs from an append to the end of the call.
  private static final int NANOS_MAX = 40_000;

  @Test
  void shouldNotComeBeforeTheNoteIsVisibleWheneverTheClientHalfCloses() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("ChatEndTest seed " + seed);
    Random random = new Random(seed);
    Watched journal = new Watched();
    try (Guide guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS)) {
      for (int round = 1; round <= ROUNDS; round++) {
        Caller<?, ?> chat = guide.chat().send(note(0, round, "x"));
        journal.awaitRevision(round);
        long until = System.nanoTime() + random.nextInt(NANOS_MAX);
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        chat.halfClose();
        while (!chat.isOver()) {
          Thread.onSpinWait();
        }
        assertThat(guide.stats().getNotesRevision()).isEqualTo(round);
        assertThat(chat.awaitEnd().isOk()).isTrue();
      }
    }
  }

  /// Tells at once when something was appended.
  private static final class Watched extends OtherJournal {
    private volatile long appended;

    @Override
    public long append(List<Batch> batches) throws JournalException {
      appended = journal.append(batches);
      return appended;
    }

    void awaitRevision(long revision) {
      while (appended < revision) {
        Thread.onSpinWait();
      }
    }
  }
}
