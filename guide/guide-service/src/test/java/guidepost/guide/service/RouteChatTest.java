package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static guidepost.guide.service.Guide.texts;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.notes.NoteLimits;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients of RouteChat see: rules G2, G5, G6 and G9.
final class RouteChatTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  @Test
  void shouldReplayEarlierNotesOldestFirstAndNeverThePostersNewOne() {
    var alone = guide.chat();
    alone.send(note(0, 1, "first")).send(note(0, 2, "second")).send(note(0, 3, "third"));
    alone.send(note(0, 1, "fourth")).send(note(0, 1, "fifth"));
    assertThat(texts(alone.finish())).containsExactly("first", "first", "fourth");
  }

  @Test
  void shouldReplayThePostersOwnEarlierNotesAsTheOfficialServersDo() {
    var alone = guide.chat();
    alone.send(note(0, 0, "a")).send(note(0, 0, "b")).send(note(0, 0, "c"));
    assertThat(texts(alone.finish())).containsExactly("a", "a", "b");
  }

  @Test
  void shouldReturnNotesAsPostedWithTheirLocation() {
    guide.chat().send(note(5, -1_800_000_000, "date line")).finish();
    var other = guide.chat().send(note(5, 1_800_000_000, "here too"));
    assertThat(other.finish()).containsExactly(note(5, -1_800_000_000, "date line"));
  }

  @Test
  void shouldShowTwoClientsEachOthersNotesLive() {
    var ann = guide.chat().send(note(1, 1, "ann is here"));
    guide.awaitNotes(1);
    var bob = guide.chat().send(note(1, 1, "bob is here"));
    assertThat(texts(ann.awaitReceived(1))).containsExactly("bob is here");
    assertThat(texts(bob.awaitReceived(1))).containsExactly("ann is here");

    guide.chat().send(note(1, 1, "carl is here")).finish();
    assertThat(texts(ann.awaitReceived(2))).endsWith("carl is here");
    assertThat(texts(bob.awaitReceived(2))).endsWith("carl is here");
  }

  @Test
  void shouldNotShowNotesOfPlacesWhereAClientHasNotPosted() {
    var ann = guide.chat().send(note(1, 1, "ann is here"));
    guide.awaitNotes(1);
    guide.chat().send(note(2, 2, "elsewhere")).finish();
    assertThat(ann.finish()).isEmpty();
  }

  @Test
  void shouldEndOkAtOnceAfterHalfCloseWhateverOthersPost() {
    var ann = guide.chat().send(note(1, 1, "ann is here"));
    guide.awaitNotes(1);
    assertThat(ann.finish()).isEmpty();
    guide.chat().send(note(1, 1, "too late")).finish();
    assertThat(ann.received()).isEmpty();
    assertThat(guide.stats().getChats()).isZero();
  }

  @Test
  void shouldEndOkWithoutANote() {
    assertThat(guide.chat().finish()).isEmpty();
  }

  @Test
  void shouldFlushWhatIsOwedAfterHalfCloseEvenIfTheClientReadsLate() {
    guide.chat().send(note(0, 0, "a")).send(note(0, 0, "b")).finish();
    var late = guide.lazyChat().send(note(0, 0, "c")).halfClose();
    guide.awaitNotes(3);
    assertThat(late.isOver()).isFalse();
    late.read(2);
    assertThat(late.awaitEnd().isOk()).isTrue();
    assertThat(texts(late.received())).containsExactly("a", "b");
  }

  @Test
  void shouldWaitForTheJournalBeforeANoteIsShownToAnyone() {
    HeldJournal journal = new HeldJournal();
    guide.close();
    guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS);
    var ann = guide.chat().send(note(0, 0, "first")).send(note(0, 0, "second")).halfClose();
    journal.awaitAppend();
    assertThat(ann.received()).isEmpty();
    assertThat(ann.isOver()).isFalse();
    journal.release(10);
    assertThat(ann.awaitEnd().isOk()).isTrue();
    assertThat(texts(ann.received())).containsExactly("first");
  }

  @Test
  void shouldEndOnlyTheStreamOfABadNoteAndNameItsIndex() {
    var bystander = guide.chat().send(note(0, 0, "bystander"));
    guide.awaitNotes(1);
    var bad = guide.chat().send(note(0, 0, "one")).send(note(0, 0, "two"));
    bad.send(note(900_000_001, 0, "three")).send(note(0, 0, "four"));
    assertThat(bad.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(bad.awaitEnd().getDescription())
        .isEqualTo(
            "note at index 2: location.latitude \"900000001\": must be -900000000..900000000");
    assertThat(texts(bad.received())).containsExactly("bystander", "bystander", "one");
    assertThat(texts(bystander.finish())).containsExactly("one", "two");
  }

  @Test
  void shouldRefuseANoteWithoutALocation() {
    var bad = guide.chat().send(RouteNote.newBuilder().setMessage("nowhere").build());
    assertThat(bad.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(bad.awaitEnd().getDescription())
        .isEqualTo("note at index 0: location: must be set: where the note was left");
  }

  @Test
  void shouldRefuseAMessageOfMoreThan16KiB() {
    var good = guide.chat().send(note(0, 0, "x".repeat(16_384)));
    assertThat(good.finish()).isEmpty();
    var bad = guide.chat().send(note(0, 0, "ä".repeat(8_192) + "x"));
    assertThat(bad.awaitEnd().getDescription())
        .endsWith("must be at most 16384 bytes of UTF-8; has 16385");
  }

  @Test
  void shouldReplayTheLastHundredNotesOfAPoint() {
    var first = guide.chat();
    for (int i = 0; i < 250; i++) {
      first.send(note(0, 0, "n" + i));
    }
    first.finish();
    var second = guide.chat().send(note(0, 0, "hello"));
    assertThat(texts(second.finish())).hasSize(100).startsWith("n150").endsWith("n249");
    assertThat(guide.stats().getNotes()).isEqualTo(100);
    guide = guide.restart();
    assertThat(guide.stats().getNotes()).isEqualTo(100);
  }

  @Test
  void shouldNotReplayNotesOlderThanADayAndTakeThemDown() {
    guide.chat().send(note(0, 0, "old")).finish();
    guide.passes(Duration.ofHours(23));
    guide.chat().send(note(0, 0, "young")).finish();
    guide.passes(Duration.ofHours(1));
    assertThat(texts(guide.chat().send(note(0, 0, "now")).finish())).containsExactly("young");

    assertThat(guide.stats().getNotes()).isEqualTo(3);
    assertThat(guide.service().notes().sweep().join()).isEqualTo(1);
    assertThat(guide.stats().getNotes()).isEqualTo(2);
    guide = guide.restart();
    assertThat(guide.stats().getNotes()).isEqualTo(2);
  }

  @Test
  void shouldEvictTheOldestNoteOfAllWhenThereAreTooMany() {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withNotesTotal(3)));
    var ann = guide.chat();
    for (int i = 0; i < 5; i++) {
      ann.send(note(0, i, "n" + i));
    }
    ann.finish();
    assertThat(guide.stats().getNotes()).isEqualTo(3);
    assertThat(texts(guide.chat().send(note(0, 0, "x")).send(note(0, 4, "y")).finish()))
        .containsExactly("n4");
  }

  @Test
  void shouldKeepNotesAndTheirOrderOverARestart() {
    guide.chat().send(note(0, 0, "a")).send(note(0, 0, "b")).finish();
    guide = guide.restart();
    assertThat(texts(guide.chat().send(note(0, 0, "c")).finish())).containsExactly("a", "b");
    guide = guide.restart();
    assertThat(texts(guide.chat().send(note(0, 0, "d")).finish())).containsExactly("a", "b", "c");
  }

  @Test
  void shouldTakeDownWhatALowerLimitNoLongerAllowsAfterARestart() {
    var ann = guide.chat();
    for (int i = 0; i < 50; i++) {
      ann.send(note(0, 0, "n" + i));
    }
    ann.finish();
    guide = guide.restart(GuideLimits.DEFAULTS.withNotes(10, Duration.ofHours(24)));
    assertThat(guide.service().notes().sweep().join()).isEqualTo(40);
    assertThat(texts(guide.chat().send(note(0, 0, "x")).finish())).hasSize(10).endsWith("n49");
  }
}
