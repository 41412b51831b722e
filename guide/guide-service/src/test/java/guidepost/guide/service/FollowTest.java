package guidepost.guide.service;

import static guidepost.guide.service.Reports.following;
import static guidepost.guide.service.Reports.news;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.position;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.starting;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.notes.FanoutThread;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a traveller that moves among many notes is told, reads slowly, or comes back after a cut.
final class FollowTest {

  private static final int FAR = 10_000_000;

  private static final GuideLimits LIMITS =
      GuideLimits.DEFAULTS.withNoteRules(NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000));

  private Guide guide = new Guide(LIMITS);

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
    Awaitility.await()
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
        .noneMatch(part -> part.hasProgress() || part.getPositions() > 0);
    assertThat(move.getLast().getProgress().getRevision()).isEqualTo(2_500);
    assertThat(events(traveller))
        .allMatch(event -> event.getType() == NoteEvent.Type.TYPE_ENTERED)
        .extracting(event -> event.getNote().getId())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 2_500).boxed().toList());
    int before = traveller.received().size();
    traveller.send(position(0, 0)).send(position(FAR, FAR));
    awaitPositions(traveller, 3);
    List<SubscribeResponse> more = traveller.received();
    assertThat(more.subList(before, more.size()))
        .hasSizeGreaterThan(100)
        .extracting(SubscribeResponse::getPositions)
        .startsWith(1L)
        .isSorted()
        .endsWith(2L, 3L);
  }

  @Test
  void shouldReadNoPositionBeforeTheOneBeforeItWasTold() {
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
    assertThat(news(traveller.received()))
        .containsOnlyOnce("ADDED 101 @101", "LEFT 101 @101", "ENTERED 101 @101")
        .containsSubsequence(
            "ENTERED 1 @100", "ADDED 101 @101", "LEFT 101 @101", "ENTERED 101 @101");
  }

  /// Lets the fan-out do what it was asked, and what it thereby asks itself.
  private void awaitFanOut(int rounds) {
    for (int i = 0; i < rounds; i++) {
      CountDownLatch done = new CountDownLatch(1);
      FanoutThread.act(guide.service().notes(), done::countDown);
      await(done);
    }
  }

  @Test
  void shouldTellOneWhoStallsInTheMiddleOfAMoveThatHeLaggedAndTellTheMoveAgain() {
    postCity(200);
    var stalled = guide.lazySubscriber().send(starting(following(0, 0, 1_000)));
    stalled.read(2);
    stalled.awaitReceived(2);
    stalled.send(position(FAR, FAR));
    stalled.read(1);
    stalled.awaitReceived(3);
    for (int i = 0; i < 1_100; i++) {
      post(guide, note("bob", "hazard", FAR, FAR));
    }
    awaitFanOut(1);
    stalled.read(1_000);
    assertThat(stalled.awaitEnd().isOk()).isTrue();
    assertThat(news(stalled.received())).endsWith("lagged 200");
    assertThat(stalled.received()).allMatch(response -> response.getPositions() == 0);

    var resumed =
        guide.subscriber().send(starting(following(0, 0, 1_000).setWatch(Guide.after(200))));
    resumed.send(position(FAR, FAR));
    awaitPositions(resumed, 1);
    // A place keeps a hundred: the first note was evicted too.
    assertThat(events(resumed))
        .extracting(event -> event.getNote().getId())
        .doesNotHaveDuplicates()
        .hasSize(199 + 100);
  }

  @Test
  void shouldReadNoPositionBeforeTheLogIsRead() {
    HistoryJournal journal = new HistoryJournal();
    restartWith(journal);
    long first = post(guide, note("ann", "hazard", 0, 0)).getId();
    journal.whenFirstAsked =
        () -> {
          post(guide, note("bob", "hazard", 0, 1));
          post(guide, note("bob", "hazard", FAR, FAR));
        };
    journal.beforeSecondRead = () -> awaitFanOut(8);
    var traveller =
        guide
            .subscriber()
            .send(starting(following(0, 0, 1_000).setWatch(Guide.after(first))))
            .send(position(FAR, FAR));
    awaitPositions(traveller, 1);
    assertThat(news(traveller.received()))
        .startsWith("RESUMED", "ADDED 2 @2")
        .endsWith("ENTERED 3 @3")
        .contains("LEFT 1 @3", "LEFT 2 @3")
        .hasSize(5);
  }

  @Test
  void shouldMoveOnlyAmongNotesThatAreAsNewAsTheLog() {
    HistoryJournal journal = new HistoryJournal();
    restartWith(journal);
    post(guide, note("ann", "hazard", 0, 0));
    CountDownLatch published = new CountDownLatch(1);
    journal.afterAppend = () -> await(published);
    guide.chat().send(Guide.note(FAR, FAR, "durable, but not yet visible"));
    Awaitility.await().until(() -> journal.revision() == 2);
    var traveller =
        guide
            .subscriber()
            .send(starting(following(0, 0, 1_000).setWatch(Guide.after(1))))
            .send(position(FAR, FAR));
    Awaitility.await().until(() -> journal.asked.get() > 0);
    awaitFanOut(50);
    published.countDown();
    awaitPositions(traveller, 1);
    assertThat(news(traveller.received())).containsExactly("RESUMED", "LEFT 1 @2", "ENTERED 2 @2");
  }

  @Test
  void shouldResumeAfterARevisionThatChangedNoNote() {
    guide
        .notes()
        .postNote(
            Reports.posting(note("ann", "closure", 0, 0)).toBuilder()
                .setIdempotencyKey("forgotten after a day")
                .build());
    guide.passes(Duration.ofHours(25));
    guide.service().notes().sweep().join();
    var traveller =
        guide
            .subscriber()
            .send(starting(following(0, 0, 1_000).setWatch(Guide.after(2))))
            .send(position(FAR, FAR));
    awaitPositions(traveller, 1);
    assertThat(news(traveller.received())).containsExactly("RESUMED", "LEFT 1 @2");
  }

  private void restartWith(HistoryJournal journal) {
    guide.close();
    guide = Guide.withNotesJournal(journal, LIMITS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Lets a test do something at moments when the log is read or written.
  private static final class HistoryJournal extends OtherJournal {
    private volatile Runnable whenFirstAsked = () -> {};
    private volatile Runnable beforeSecondRead = () -> {};
    private volatile Runnable afterAppend = () -> {};
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();

    private static boolean isHistory() {
      return Thread.currentThread().getName().equals("guidepost-notes-history");
    }

    @Override
    public long append(List<Batch> batches) throws JournalException {
      long last = journal.append(batches);
      afterAppend.run();
      return last;
    }

    @Override
    public long revision() {
      if (isHistory() && asked.getAndIncrement() == 0) {
        whenFirstAsked.run();
        return 1;
      }
      return journal.revision();
    }

    @Override
    public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
      if (isHistory() && reads.incrementAndGet() == 2) {
        beforeSecondRead.run();
      }
      journal.read(afterRevision, visitor);
    }
  }
}
