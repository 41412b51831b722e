package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a chat tells of a note is true for everyone: an end with OK says that its own are durable
/// and visible, and a note that it shows can be asked for.
final class ChatVisibilityTest {

  private static final long SEED = Long.getLong("guidepost.seed", System.nanoTime());

  private static final int ROUNDS = 400;

  /// Longer than the writer needs from an append to what it tells.
  private static final int NANOS_MAX = 40_000;

  private final Random random = new Random(SEED);
  private final Watched journal = new Watched();

  @BeforeEach
  void printSeed() {
    System.out.println("ChatVisibilityTest seed " + SEED);
  }

  private void spin() {
    long until = System.nanoTime() + random.nextInt(NANOS_MAX);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldNotEndBeforeItsNoteIsVisible() {
    try (Guide guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS)) {
      for (int round = 1; round <= ROUNDS; round++) {
        Caller<?, ?> chat = guide.chat().send(note(0, round, "x"));
        journal.awaitRevision(round);
        spin();
        chat.halfClose();
        while (!chat.isOver()) {
          Thread.onSpinWait();
        }
        assertThat(guide.stats().getNotesRevision()).isEqualTo(round);
        assertThat(chat.awaitEnd().isOk()).isTrue();
      }
    }
  }

  @Test
  void shouldShowNoNoteBeforeOthersCanAskForIt() {
    try (Guide guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS)) {
      var listener = guide.lazyChat().send(note(0, 0, "here"));
      guide.awaitNotes(1);
      var poster = guide.chat();
      for (int heard = 1; heard <= ROUNDS; heard++) {
        poster.send(note(0, 0, "x"));
        journal.awaitRevision(heard + 1);
        spin();
        listener.read(1);
        while (listener.received().size() < heard) {
          Thread.onSpinWait();
        }
        assertThat(guide.stats().getNotesRevision()).isEqualTo(heard + 1);
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
