package guidepost.guide.service;

import static guidepost.guide.service.Guide.texts;
import static guidepost.guide.service.Reports.assertVerified;
import static guidepost.guide.service.Reports.circle;
import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.confirming;
import static guidepost.guide.service.Reports.denying;
import static guidepost.guide.service.Reports.list;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.point;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.posting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.RetryInfo;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.notes.ServedNotes;
import guidepost.guide.v1.GetNoteRequest;
import guidepost.guide.v1.ListNoteKindsRequest;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteSeverity;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.PostNoteResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What callers of `guidepost.guide.v1.Notes` see, but for Subscribe.
final class NotesTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private Note get(long id) {
    return guide.notes().getNote(GetNoteRequest.newBuilder().setId(id).build()).getNote();
  }

  private static void assertRefused(ThrowingCallable call, String status) {
    assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class).hasMessage(status);
  }

  private long lifeMinutes(Note note) {
    return (note.getExpireTime().getSeconds() - note.getCreateTime().getSeconds()) / 60;
  }

  @Test
  void shouldKeepWhatWasPostedAndAnswerIt() {
    Note.Builder jam =
        note("ann", "traffic", 465_000_000, 79_000_000)
            .setSeverity(NoteSeverity.NOTE_SEVERITY_HIGH)
            .addVia(point(465_100_000, 79_100_000))
            .setTo(point(465_200_000, 79_100_000))
            .setHeadingDegrees(270);
    Note posted = post(guide, jam);
    assertThat(posted.getId()).isEqualTo(1);
    assertThat(posted.getRevision()).isEqualTo(1);
    assertThat(posted.getCreateTime().getSeconds()).isEqualTo(1_700_000_000);
    assertThat(
            posted.toBuilder()
                .clearId()
                .clearRevision()
                .clearCreateTime()
                .clearExpireTime()
                .build())
        .isEqualTo(jam.build());
    assertThat(get(1)).isEqualTo(posted);
    guide = guide.restart();
    assertThat(get(1)).isEqualTo(posted);
  }

  @Test
  void shouldGiveEachKindItsLife() {
    assertThat(lifeMinutes(post(guide, note("ann", "traffic", 0, 0)))).isEqualTo(30);
    assertThat(lifeMinutes(post(guide, note("ann", "hazard", 0, 0)))).isEqualTo(120);
    assertThat(lifeMinutes(post(guide, note("ann", "text", 0, 0)))).isEqualTo(1_440);
    assertThat(post(guide, note("ann", "closure", 0, 0)).hasExpireTime()).isFalse();
    assertThat(post(guide, note("ann", "", 0, 0)).getKind()).isEqualTo("text");
    PostNoteRequest asked =
        posting(note("ann", "closure", 0, 0)).toBuilder().setTtlSeconds(60).build();
    assertThat(lifeMinutes(guide.notes().postNote(asked).getNote())).isEqualTo(1);
  }

  @Test
  void shouldKnowTheKindsThatTheOperatorAdds() {
    guide.close();
    guide =
        new Guide(
            GuideLimits.DEFAULTS.withNoteRules(
                NoteRules.DEFAULTS.withKind("ice", Duration.ofHours(6))));
    assertThat(lifeMinutes(post(guide, note("ann", "ice", 0, 0)))).isEqualTo(360);
    assertThat(
            guide.notes().listNoteKinds(ListNoteKindsRequest.getDefaultInstance()).getKindsList())
        .extracting(kind -> kind.getName() + " " + kind.getTtlSeconds())
        .containsExactly("closure 0", "hazard 7200", "ice 21600", "text 86400", "traffic 1800");
  }

  @Test
  void shouldRefuseWhatBreaksARuleNamingFieldRuleAndValue() {
    assertRefused(
        () -> post(guide, note("ann", "jam", 0, 0)),
        "NOT_FOUND: note.kind \"jam\": must be one of closure, hazard, text, traffic");
    assertRefused(
        () -> post(guide, note("ann", "text", 900_000_001, 0)),
        "INVALID_ARGUMENT: note.point.latitude_e7 \"900000001\": must be -900000000..900000000");
    assertRefused(
        () -> post(guide, Note.newBuilder().setAuthor("ann").setText("x")),
        "INVALID_ARGUMENT: note.point: must be set: where the note is");
    assertRefused(
        () -> post(guide, note("", "text", 0, 0)),
        "INVALID_ARGUMENT: note.author: must be set: the name of the author");
    assertRefused(
        () -> post(guide, note("ann", "text", 0, 0).clearText()),
        "INVALID_ARGUMENT: note.text: must be set: what a note of kind text says");
    assertRefused(
        () -> post(guide, note("ann", "text", 0, 0).setText("x".repeat(16_385))),
        "INVALID_ARGUMENT: note.text \"%s…\": must be at most 16384 bytes of UTF-8; has 16385"
            .formatted("x".repeat(100)));
    assertRefused(
        () -> post(guide, note("ann", "traffic", 0, 0).setHeadingDegrees(360)),
        "INVALID_ARGUMENT: note.heading_degrees \"360\": must be 0..359");
    assertRefused(
        () -> post(guide, note("ann", "traffic", 0, 0).addVia(point(1, 1))),
        "INVALID_ARGUMENT: note.to: must be set: where a note with note.via ends");
    assertRefused(
        () -> post(guide, note("ann", "traffic", 0, 0).setTo(point(0, 100_000_000))),
        "INVALID_ARGUMENT: note.via \"1111949 m before 0.0000000,10.0000000\": must be at most"
            + " 200000 m from one point to the next");
    assertRefused(
        () -> guide.notes().confirmNote(confirming(0, "ann")),
        "INVALID_ARGUMENT: id \"0\": must be the id of a note, from 1");
    assertRefused(
        () -> guide.notes().denyNote(denying(7, "ann")), "NOT_FOUND: no live note matches \"7\"");
    assertRefused(() -> get(7), "NOT_FOUND: no live note matches \"7\"");
    assertRefused(
        () -> list(guide, ListNotesRequest.newBuilder().setCircle(circle(0, 0, Double.NaN))),
        "INVALID_ARGUMENT: circle.radius_metres \"NaN\": must be 1..1000000");
    assertRefused(
        () -> list(guide, ListNotesRequest.newBuilder().setPageToken("x")),
        "INVALID_ARGUMENT: page_token \"x\": must be the next_page_token of the same request");
    assertThat(guide.stats().getNotes()).isZero();
  }

  @Test
  void shouldAnswerTheSameKeyOfTheSameAuthorWithTheFirstNoteAndChangeNothing() {
    PostNoteRequest request =
        posting(note("ann", "traffic", 0, 0)).toBuilder().setIdempotencyKey("k1").build();
    PostNoteResponse first = guide.notes().postNote(request);
    assertThat(first.getPostedBefore()).isFalse();
    PostNoteResponse again = guide.notes().postNote(request);
    assertThat(again.getPostedBefore()).isTrue();
    assertThat(again.getNote()).isEqualTo(first.getNote());
    assertThat(guide.stats().getNotesRevision()).isEqualTo(1);

    PostNoteRequest bobs =
        posting(note("bob", "traffic", 0, 0)).toBuilder().setIdempotencyKey("k1").build();
    assertThat(guide.notes().postNote(bobs).getNote().getId()).isEqualTo(2);

    guide = guide.restart();
    assertThat(guide.notes().postNote(request).getNote().getId()).isEqualTo(1);
  }

  @Test
  void shouldRememberAKeyForADayEvenIfItsNoteHasEnded() {
    PostNoteRequest request =
        posting(note("ann", "traffic", 0, 0)).toBuilder().setIdempotencyKey("k1").build();
    guide.notes().postNote(request);
    guide.notes().closeNote(closing(1, "ann"));
    PostNoteResponse ended = guide.notes().postNote(request);
    assertThat(ended.getPostedBefore()).isTrue();
    assertThat(ended.getNote()).isEqualTo(Note.newBuilder().setId(1).build());

    guide.passes(Duration.ofHours(24));
    PostNoteResponse new2 = guide.notes().postNote(request);
    assertThat(new2.getPostedBefore()).isFalse();
    guide.passes(Duration.ofHours(24));
    guide.service().notes().sweep().join();
    assertThat(guide.store().journal(ServedNotes.STORED.name()).revision()).isEqualTo(4);
    assertVerified(guide, 0);
  }

  @Test
  void shouldLiveOnFromAConfirmationAndCountEachAuthorOnce() {
    post(guide, note("ann", "traffic", 0, 0));
    guide.passes(Duration.ofMinutes(20));
    var confirmed = guide.notes().confirmNote(confirming(1, "bob"));
    assertThat(confirmed.getChanged()).isTrue();
    assertThat(confirmed.getNote().getConfirmations()).isEqualTo(1);
    assertThat(lifeMinutes(confirmed.getNote())).isEqualTo(50);
    guide.passes(Duration.ofMinutes(5));
    assertThat(guide.notes().confirmNote(confirming(1, "bob")).getChanged()).isFalse();
    assertThat(lifeMinutes(get(1))).isEqualTo(50);
    assertThat(guide.stats().getNotesRevision()).isEqualTo(2);

    guide.passes(Duration.ofMinutes(20));
    guide.service().notes().sweep().join();
    assertThat(get(1).getConfirmations()).isEqualTo(1);
    guide.passes(Duration.ofMinutes(5));
    guide.service().notes().sweep().join();
    assertRefused(() -> get(1), "NOT_FOUND: no live note matches \"1\"");
  }

  @Test
  void shouldNotShortenALifeByAConfirmation() {
    PostNoteRequest longer =
        posting(note("ann", "traffic", 0, 0)).toBuilder().setTtlSeconds(7_200).build();
    guide.notes().postNote(longer);
    assertThat(lifeMinutes(guide.notes().confirmNote(confirming(1, "bob")).getNote()))
        .isEqualTo(120);
  }

  @Test
  void shouldCloseWhatThreeDistinctAuthorsDeny() {
    post(guide, note("ann", "closure", 0, 0));
    assertThat(guide.notes().denyNote(denying(1, "bob")).getClosed()).isFalse();
    assertThat(guide.notes().denyNote(denying(1, "bob")).getChanged()).isFalse();
    assertThat(guide.notes().denyNote(denying(1, "carl")).getNote().getDenials()).isEqualTo(2);
    guide = guide.restart();
    assertThat(guide.notes().denyNote(denying(1, "dora")).getClosed()).isTrue();
    assertRefused(() -> get(1), "NOT_FOUND: no live note matches \"1\"");
    assertThat(guide.stats().getNotes()).isZero();
  }

  @Test
  void shouldTakeBackAVoteWhenItsAuthorSaysTheOpposite() {
    post(guide, note("ann", "hazard", 0, 0));
    guide.notes().denyNote(denying(1, "bob"));
    Note confirmed = guide.notes().confirmNote(confirming(1, "bob")).getNote();
    assertThat(confirmed.getConfirmations()).isEqualTo(1);
    assertThat(confirmed.getDenials()).isZero();
    Note denied = guide.notes().denyNote(denying(1, "bob")).getNote();
    assertThat(denied.getConfirmations()).isZero();
    assertThat(denied.getDenials()).isEqualTo(1);
  }

  @Test
  void shouldLetOnlyItsAuthorCloseANote() {
    post(guide, note("ann", "closure", 0, 0));
    guide.chat().send(Guide.note(0, 0, "nobody's")).finish();
    assertRefused(
        () -> guide.notes().closeNote(closing(1, "bob")),
        "PERMISSION_DENIED: id \"1\": must be closed by its author; others may deny it");
    assertRefused(
        () -> guide.notes().closeNote(closing(2, "bob")),
        "PERMISSION_DENIED: id \"2\": must be closed by its author; others may deny it");
    assertThat(guide.notes().closeNote(closing(1, "ann")).getNote().getId()).isEqualTo(1);
    assertRefused(() -> get(1), "NOT_FOUND: no live note matches \"1\"");
  }

  @Test
  void shouldLetAChatHearTheKindOfAReportWithoutWords() {
    var ann = guide.chat().send(Guide.note(10, 10, ""));
    guide.awaitNotes(1);
    post(guide, note("bob", "hazard", 10, 10).setText(""));
    assertThat(ann.awaitReceived(1)).containsExactly(Guide.note(10, 10, "hazard"));
    assertThat(guide.chat().send(Guide.note(10, 10, "carl")).finish())
        .containsExactly(Guide.note(10, 10, ""), Guide.note(10, 10, "hazard"));
    assertThat(get(2).getText()).isEmpty();
  }

  @Test
  void shouldLetAChatHearWhatIsPostedHereAndShowHereWhatAChatPosts() {
    var ann = guide.chat().send(Guide.note(10, 10, "ann is here"));
    guide.awaitNotes(1);
    post(guide, note("bob", "hazard", 10, 10).setText("ice"));
    assertThat(texts(ann.awaitReceived(1))).containsExactly("ice");
    assertThat(texts(guide.chat().send(Guide.note(10, 10, "carl")).finish()))
        .containsExactly("ann is here", "ice");
    Note anns = get(1);
    assertThat(anns.getKind()).isEqualTo("text");
    assertThat(anns.getText()).isEqualTo("ann is here");
    assertThat(anns.getAuthor()).isEmpty();
    assertThat(lifeMinutes(anns)).isEqualTo(1_440);

    guide.passes(Duration.ofHours(3));
    assertThat(texts(guide.chat().send(Guide.note(10, 10, "dora")).finish()))
        .containsExactly("ann is here", "carl");
  }

  @Test
  void shouldKeepAConfirmedNoteOfAChatForAsLongAsItWasConfirmed() {
    guide.chat().send(Guide.note(0, 0, "old")).finish();
    guide.passes(Duration.ofHours(20));
    guide.notes().confirmNote(confirming(1, "bob"));
    guide.passes(Duration.ofHours(20));
    guide = guide.restart();
    assertThat(texts(guide.chat().send(Guide.note(0, 0, "x")).finish())).containsExactly("old");
    assertThat(get(1).getConfirmations()).isEqualTo(1);
  }

  @Test
  void shouldEvictWordsBeforeReports() {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.withNotes(3, Duration.ofHours(24)));
    post(guide, note("ann", "closure", 0, 0));
    var chat = guide.chat();
    for (int i = 0; i < 5; i++) {
      chat.send(Guide.note(0, 0, "n" + i));
    }
    chat.finish();
    assertThat(get(1).getKind()).isEqualTo("closure");
    assertThat(guide.stats().getNotes()).isEqualTo(3);
    assertVerified(guide, 3);
  }

  @Test
  void shouldSlowDownAnAuthorWhoSaysTooMuchAndSayWhenToGoOn() throws Exception {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.withNoteRules(NoteRules.DEFAULTS.withPace(3, 6)));
    for (int i = 0; i < 3; i++) {
      post(guide, note("ann", "text", 0, 0));
    }
    try {
      post(guide, note("ann", "text", 0, 0));
    } catch (StatusRuntimeException e) {
      assertThat(e).hasMessage("RESOURCE_EXHAUSTED: author \"ann\": may do no more with notes now");
      var details = Objects.requireNonNull(StatusProto.fromThrowable(e));
      assertThat(details.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
          .isEqualTo(10);
    }
    assertThat(post(guide, note("bob", "text", 0, 0)).getId()).isEqualTo(4);
    guide.nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(post(guide, note("ann", "text", 0, 0)).getId()).isEqualTo(5);
    assertThatThrownBy(() -> post(guide, note("ann", "text", 0, 0)))
        .hasMessageContaining("RESOURCE_EXHAUSTED");
  }

  @Test
  void shouldShowNothingOfWhatTheJournalRefused() {
    post(guide, note("ann", "hazard", 0, 0));
    guide.store().failWrites(true);
    assertThatThrownBy(() -> guide.notes().confirmNote(confirming(1, "bob")))
        .hasMessage("UNAVAILABLE: memory: full");
    assertThatThrownBy(() -> guide.notes().closeNote(closing(1, "ann")))
        .hasMessage("UNAVAILABLE: memory: full");
    guide.store().failWrites(false);
    assertThat(get(1).getConfirmations()).isZero();
    assertThat(guide.notes().confirmNote(confirming(1, "bob")).getNote().getConfirmations())
        .isEqualTo(1);
    assertVerified(guide, 1);
  }

  @Test
  void shouldEndANoteOnceWhereverTheClockJumps() {
    post(guide, note("ann", "traffic", 0, 0));
    guide.passes(Duration.ofDays(400));
    guide.service().notes().sweep().join();
    guide.passes(Duration.ofDays(-400));
    guide.service().notes().sweep().join();
    assertThat(guide.stats().getNotesRevision()).isEqualTo(2);
    assertRefused(() -> get(1), "NOT_FOUND: no live note matches \"1\"");
    assertThat(lifeMinutes(post(guide, note("ann", "traffic", 0, 0)))).isEqualTo(30);
    guide.passes(Duration.ofMinutes(30));
    assertThat(guide.service().notes().sweep().join()).isEqualTo(1);
  }

  @Test
  void shouldNotCountWhatAnAuthorSaysOfAnOwnNote() {
    post(guide, note("ann", "traffic", 0, 0));
    Note posted = get(1);
    guide.passes(Duration.ofMinutes(20));
    var confirmed = guide.notes().confirmNote(confirming(1, "ann"));
    assertThat(confirmed.getChanged()).isFalse();
    assertThat(confirmed.getNote()).isEqualTo(posted);
    var denied = guide.notes().denyNote(denying(1, "ann"));
    assertThat(denied.getChanged()).isFalse();
    assertThat(denied.getNote()).isEqualTo(posted);
  }
}
