package guidepost.guide.service;

import static guidepost.guide.service.Reports.following;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.position;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.starting;
import static guidepost.guide.service.Reports.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a traveller is told who moves among many notes, reads slowly, or comes back after a cut.
@Timeout(60)
final class FollowTest {

  private static final int FAR = 10_000_000;

  private Guide guide =
      new Guide(
          GuideLimits.DEFAULTS.withNoteRules(NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000)));

  @AfterEach
  void close() {
    guide.close();
  }

  private void postCity(int notes) {
    for (int i = 0; i < notes; i++) {
      post(guide, note("ann", "hazard", FAR, FAR + i).setText("x".repeat(2_000)));
    }
  }

  private static List<NoteEvent> events(Caller<?, SubscribeResponse> caller) {
    return caller.received().stream()
        .flatMap(response -> response.getChanges().getEventsList().stream())
        .toList();
  }

  private static void awaitPositions(Caller<?, SubscribeResponse> caller, long positions) {
    await()
        .untilAsserted(
            () -> assertThat(caller.received().getLast().getPositions()).isEqualTo(positions));
  }

  @Test
  void shouldTellAMoveAmongManyNotesInPartsOfWhichOnlyTheLastCounts() {
    postCity(2_500);
    var traveller = guide.subscriber().send(starting(following(0, 0, 1_000)));
    traveller.awaitReceived(2);
    traveller.send(position(FAR, FAR));
    awaitPositions(traveller, 1);
    List<SubscribeResponse> move = traveller.received().subList(2, traveller.received().size());
    assertThat(move).hasSizeGreaterThan(50).allMatch(part -> part.getSerializedSize() < 128 * 1024);
    assertThat(move.subList(0, move.size() - 1))
        .noneMatch(part -> part.hasSequence() || part.getPositions() > 0);
    assertThat(move.getLast().getSequence()).isEqualTo(2_500);
    assertThat(events(traveller))
        .allMatch(event -> event.getType() == NoteEvent.Type.TYPE_ENTERED)
        .extracting(event -> event.getNote().getId())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 2_500).boxed().toList());
  }

  @Test
  void shouldReadNoPositionBeforeTheOneBeforeItWasTold() throws InterruptedException {
    postCity(100);
    var traveller = guide.lazySubscriber().send(starting(following(0, 0, 1_000)));
    traveller.read(2);
    traveller.awaitReceived(2);
    traveller.send(position(FAR, FAR)).send(position(0, 0)).send(position(FAR, FAR));
    awaitFanOut(8);
    post(guide, note("bob", "hazard", FAR, FAR));
    awaitFanOut(1);
    traveller.read(1_000);
    awaitPositions(traveller, 3);
    assertThat(told(traveller.received()))
        .containsOnlyOnce("ADDED 101 @101", "LEFT 101 @101", "ENTERED 101 @101")
        .containsSubsequence(
            "ENTERED 1 @100", "ADDED 101 @101", "LEFT 101 @101", "ENTERED 101 @101");
  }

  /// Lets the fan-out do what it was asked, and what it thereby asks itself.
  private void awaitFanOut(int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      CountDownLatch done = new CountDownLatch(1);
      guide.service().fanout().act(done::countDown);
      done.await();
    }
  }
}
