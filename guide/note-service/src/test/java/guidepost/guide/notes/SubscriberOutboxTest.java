package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.ConnectionAccount;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The order in which a subscriber is told, and what happens if it does not read.
final class SubscriberOutboxTest {

  private final SubscriberOutbox outbox =
      new SubscriberOutbox(3, 1, new ConnectionAccount.Holding());

  private static Delivery delivery(long revision) {
    return delivery(revision, "");
  }

  private static Delivery delivery(long revision, String text) {
    NoteEvent event =
        NoteEvent.newBuilder()
            .setRevision(revision)
            .setType(NoteEvent.Type.TYPE_ADDED)
            .setNote(Note.newBuilder().setId(revision).setText(text))
            .build();
    return new Delivery(revision, List.of(event));
  }

  private void openResumed(long after) {
    outbox.openResumed(
        SubscribeOpening.newBuilder()
            .setBeginning(SubscribeOpening.Beginning.BEGINNING_RESUMED)
            .build(),
        after);
  }

  private List<String> poll() {
    List<SubscribeResponse> responses = new ArrayList<>();
    for (var next = outbox.poll(); next != null; next = outbox.poll()) {
      responses.add(next);
    }
    return told(responses);
  }

  @Test
  void shouldTellWhatTheLogSaysBeforeWhatIsLive() {
    openResumed(4);
    assertThat(poll()).containsExactly("RESUMED");
    assertThat(outbox.wantsMoreOfTheLog()).isTrue();
    outbox.log(List.of(delivery(5), delivery(6)));
    assertThat(outbox.deliver(delivery(9))).isTrue();
    assertThat(poll()).containsExactly("ADDED 5 @5", "ADDED 6 @6");
    outbox.log(List.of(delivery(7)));
    outbox.caughtUp(8);
    assertThat(outbox.wantsMoreOfTheLog()).isFalse();
    assertThat(outbox.deliver(delivery(10))).isTrue();
    assertThat(poll()).containsExactly("ADDED 7 @7", "ADDED 9 @9", "ADDED 10 @10");
  }

  @Test
  void shouldDropEverythingAndSayFromWhereToResumeWhenFull() {
    openResumed(4);
    assertThat(poll()).containsExactly("RESUMED");
    outbox.log(List.of(delivery(5)));
    outbox.caughtUp(5);
    assertThat(poll()).containsExactly("ADDED 5 @5");
    for (int revision = 6; revision <= 9; revision++) {
      assertThat(outbox.deliver(delivery(revision))).isTrue();
    }
    assertThat(outbox.deliver(delivery(10))).isFalse();
    assertThat(outbox.ending()).isEmpty();
    assertThat(poll()).containsExactly("lagged 5");
    assertThat(outbox.ending().orElseThrow().status()).isEqualTo(Status.OK);
    assertThat(outbox.ending()).isEmpty();
  }

  @Test
  void shouldSayHowManyPositionsAreTakenIntoAccount() {
    openResumed(4);
    assertThat(poll()).containsExactly("RESUMED");
    outbox.caughtUp(4);
    outbox.deliver(delivery(5));
    outbox.moved(move(5));
    outbox.deliver(delivery(6));
    assertThat(outbox.isPositionTold()).isFalse();
    assertPolled(0, 5, "ADDED 5 @5");
    assertPolled(1, 5);
    assertThat(outbox.isPositionTold()).isTrue();
    assertThat(outbox.isPositionTold()).isFalse();
    assertPolled(1, 6, "ADDED 6 @6");
  }

  private void assertPolled(long positions, long revision, String... told) {
    SubscribeResponse next = Objects.requireNonNull(outbox.poll());
    assertThat(told(List.of(next))).containsExactly(told);
    assertThat(next.getPositions()).isEqualTo(positions);
    assertThat(next.getProgress().getRevision()).isEqualTo(revision);
  }

  private static MoveWalk move(long revision) {
    NoteArea here = new NoteArea.Circle(new Point(0, 0), 1);
    return new MoveWalk(new NoteView(revision, NoteMap.EMPTY), here, here, Set.of());
  }

  @Test
  void shouldBeFullOfBytesBeforeItIsFullOfDeliveries() {
    SubscriberOutbox large = new SubscriberOutbox(1_000_000, 1, new ConnectionAccount.Holding());
    large.caughtUp(0);
    int fit = 0;
    while (fit < 1_000 && !large.isOver()) {
      large.deliver(delivery(fit + 1, "x".repeat(16 * 1024)));
      fit++;
    }
    assertThat(fit * 16L * 1024).isBetween(3L << 20, SubscriberOutbox.LIVE_BYTES_MAX + 16 * 1024);
    assertThat(told(List.of(Objects.requireNonNull(large.poll()))))
        .containsExactly("lagged from the beginning");
  }

  private static List<String> told(List<SubscribeResponse> responses) {
    return responses.stream().flatMap(each -> told(each).stream()).toList();
  }

  private static List<String> told(SubscribeResponse response) {
    return switch (response.getContentCase()) {
      case CHANGES ->
          response.getChanges().getEventsList().stream().map(SubscriberOutboxTest::told).toList();
      case CONTENT_NOT_SET -> List.of("quiet @" + response.getProgress().getRevision());
      case SLOW_CONSUMER ->
          List.of(
              "lagged "
                  + (response.getSlowConsumer().hasResumeAfter()
                      ? response.getSlowConsumer().getResumeAfter().getRevision()
                      : "from the beginning"));
      case SNAPSHOT ->
          response.getSnapshot().getNotesList().stream()
              .map(note -> "snapshot " + note.getId())
              .toList();
      case END_OF_SNAPSHOT ->
          List.of(
              "end %d @%d"
                  .formatted(
                      response.getEndOfSnapshot().getEntries(),
                      response.getProgress().getRevision()));
      case OPENING -> List.of(response.getOpening().getBeginning().name().substring(10));
    };
  }

  private static String told(NoteEvent event) {
    return "%s %d @%d"
        .formatted(
            event.getType().name().substring(5), event.getNote().getId(), event.getRevision());
  }
}
