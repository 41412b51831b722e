package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static guidepost.guide.service.Guide.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import guidepost.guide.notes.NoteLimits;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// RouteChat with slow readers, slow journals and too much of everything: rules G7 and G8.
final class RouteChatPressureTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private void reopen(GuideLimits limits) {
    guide.close();
    guide = new Guide(limits);
  }

  @Test
  void shouldGoOnReadingAClientThatWritesAllAndThenReads() {
    int notes = 3_000;
    var writer = guide.lazyChat();
    for (int i = 0; i < notes; i++) {
      writer.send(note(0, i % 3, "n" + i));
    }
    writer.halfClose();
    guide.awaitNotes(notes);
    assertThat(writer.received()).isEmpty();

    writer.read(Integer.MAX_VALUE);
    assertThat(writer.awaitEnd().isOk()).isTrue();
    // Each of the three places owes 0, 1, … 100, 100, … notes.
    int perPlace = 100 * 101 / 2 + (notes / 3 - 101) * 100;
    assertThat(writer.received()).hasSize(3 * perPlace);
    assertThat(texts(writer.received().subList(0, 3))).containsExactly("n0", "n1", "n2");
    assertThat(texts(writer.received())).endsWith("n2993", "n2996");
    assertThat(writer.trailer("guidepost-notes-dropped")).isNull();
  }

  @Test
  void shouldDropTheOldestLiveNotesOfASlowReaderAndCountThemInTheTrailer() {
    reopen(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withChat(8, 100, 100)));
    var slow = guide.lazyChat().send(note(0, 0, "slow is here"));
    guide.awaitNotes(1);
    var fast = guide.chat();
    for (int i = 0; i < 20; i++) {
      fast.send(note(0, 0, "n" + i));
    }
    assertThat(fast.finish()).isNotEmpty();

    slow.read(100);
    slow.halfClose();
    assertThat(slow.awaitEnd().isOk()).isTrue();
    assertThat(texts(slow.received()))
        .containsExactly("n12", "n13", "n14", "n15", "n16", "n17", "n18", "n19");
    assertThat(slow.trailer("guidepost-notes-dropped")).isEqualTo("12");
  }

  @Test
  void shouldNeverLetAPosterWaitForASlowReader() {
    guide.lazyChat().send(note(0, 0, "never reads"));
    guide.awaitNotes(1);
    var fast = guide.chat();
    for (int i = 0; i < 2_000; i++) {
      fast.send(note(0, 0, "n" + i));
    }
    assertThat(fast.finish()).isNotEmpty();
  }

  @Test
  void shouldDropLiveNotesOnlyAndNeverAReplay() {
    reopen(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withChat(2, 100, 100)));
    guide.chat().send(note(0, 0, "a")).send(note(0, 0, "b")).send(note(0, 0, "c")).finish();
    var slow = guide.lazyChat().send(note(0, 0, "slow is here"));
    guide.awaitNotes(4);
    guide.chat().send(note(0, 0, "x")).send(note(0, 0, "y")).send(note(0, 0, "z")).finish();
    slow.read(100);
    slow.halfClose();
    slow.awaitEnd();
    assertThat(texts(slow.received())).containsExactly("a", "b", "c", "y", "z");
    assertThat(slow.trailer("guidepost-notes-dropped")).isEqualTo("1");
  }

  @Test
  void shouldEndAChatThatLeavesTooManyReplaysUnread() {
    reopen(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withChat(8, 5, 100)));
    var greedy = guide.lazyChat();
    for (int i = 0; i < 7; i++) {
      greedy.send(note(0, 0, "n" + i));
    }
    assertThat(greedy.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(greedy.awaitEnd().getDescription())
        .isEqualTo("chat: more than 5 replays wait to be read");
  }

  @Test
  void shouldEndAChatThatHearsTooManyPlaces() {
    reopen(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withChat(8, 100, 3)));
    var wanderer = guide.chat();
    for (int i = 0; i < 4; i++) {
      wanderer.send(note(0, i, "n" + i));
    }
    assertThat(wanderer.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(wanderer.awaitEnd().getDescription())
        .isEqualTo("chat: more than 3 places are heard");
  }

  @Test
  void shouldRefuseAsOverloadWithARetryDelayWhatTheWriterCannotTake() {
    HeldJournal journal = new HeldJournal();
    guide.close();
    guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS.withQueuedChanges(1));
    var first = guide.chat().send(note(0, 0, "being written"));
    journal.awaitAppend();
    var second = guide.chat().send(note(0, 0, "waits"));
    var third = guide.chat().send(note(0, 0, "one too many"));
    Status refused = third.awaitEnd();
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(retryInfo(third).getRetryDelay()).isNotEqualTo(Duration.getDefaultInstance());
    journal.release(10);
    assertThat(first.awaitReceived(1)).isEqualTo(List.of(note(0, 0, "waits")));
    assertThat(texts(second.finish())).containsExactly("being written");
  }

  private static RetryInfo retryInfo(Caller<RouteNote, RouteNote> caller) {
    var status = StatusProto.fromStatusAndTrailers(caller.awaitEnd(), caller.trailers());
    try {
      return status.getDetails(0).unpack(RetryInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldEndAsUnavailableWhenTheJournalFailsAndShowNothingOfIt() {
    guide.store().failWrites(true);
    var chat = guide.chat().send(note(0, 0, "lost"));
    assertThat(chat.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(chat.awaitEnd().getDescription()).isEqualTo("memory: full");
    guide.store().failWrites(false);
    assertThat(guide.stats().getNotes()).isZero();
    guide.chat().send(note(0, 0, "kept")).finish();
    assertThat(texts(guide.chat().send(note(0, 0, "x")).finish())).containsExactly("kept");
  }

  @Test
  void shouldEndOpenChatsAsUnavailableOnShutdownAfterWhatIsOwed() {
    HeldJournal journal = new HeldJournal();
    guide.close();
    guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS);
    var chat = guide.chat().send(note(0, 0, "a")).send(note(0, 0, "b"));
    journal.awaitAppend();
    guide.service().shutdown();
    assertThat(chat.isOver()).isFalse();
    journal.release(10);
    assertThat(chat.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(texts(chat.received())).containsExactly("a");
    assertThat(guide.chat().awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldForgetAChatWhoseClientGoesAway() {
    var gone = guide.chat().send(note(0, 0, "gone soon"));
    guide.awaitNotes(1);
    assertThat(guide.stats().getChats()).isEqualTo(1);
    gone.cancel();
    await().untilAsserted(() -> assertThat(guide.stats().getChats()).isZero());
    assertThat(texts(guide.chat().send(note(0, 0, "x")).finish())).containsExactly("gone soon");
  }
}
