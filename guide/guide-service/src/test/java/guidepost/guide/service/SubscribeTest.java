package guidepost.guide.service;

import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.confirming;
import static guidepost.guide.service.Reports.denying;
import static guidepost.guide.service.Reports.following;
import static guidepost.guide.service.Reports.inBox;
import static guidepost.guide.service.Reports.news;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.point;
import static guidepost.guide.service.Reports.position;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.starting;
import static guidepost.guide.service.Reports.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.ProgressTimer;
import guidepost.guide.notes.FanoutThread;
import guidepost.guide.notes.NoteLimits;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.notes.ServedNotes;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteFilter;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What subscribers see, one thing after the other.
final class SubscribeTest {

  private static final int E7 = 10_000_000;

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private Caller<SubscribeRequest, SubscribeResponse> subscribe(SubscribeStart.Builder start) {
    return guide.subscriber().send(starting(start));
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }

  private static void awaitTold(
      Caller<SubscribeRequest, SubscribeResponse> subscriber, String... texts) {
    soon().untilAsserted(() -> assertThat(news(subscriber.received())).containsExactly(texts));
  }

  private static void awaitToldWithProgress(
      Caller<SubscribeRequest, SubscribeResponse> subscriber, String... texts) {
    soon().untilAsserted(() -> assertThat(told(subscriber.received())).containsExactly(texts));
  }

  @Test
  void shouldServeAsManyAsMayBeAndOneMoreWhenOneHasLeft() {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withSubscribers(2)));
    var first = subscribe(inBox(0, 0, 10, 10));
    var second = subscribe(inBox(0, 0, 10, 10));
    Status refused = subscribe(inBox(0, 0, 10, 10)).awaitEnd();
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("subscribers: 2 are open, as many as may be");
    first.cancel();
    soon()
        .until(
            () -> {
              var again = subscribe(inBox(0, 0, 10, 10));
              soon().until(() -> again.isOver() || !again.received().isEmpty());
              return !again.isOver();
            });
    assertThat(second.isOver()).isFalse();
  }

  @Test
  void shouldTellWhatHoldsThenTheEndOfItThenEveryChange() {
    post(guide, note("ann", "hazard", 5, 5));
    post(guide, note("ann", "hazard", 5, E7));
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "snapshot 1", "end 1 @2");
    post(guide, note("bob", "closure", 6, 6));
    post(guide, note("bob", "closure", 6, E7));
    guide.notes().confirmNote(confirming(3, "ann"));
    guide.notes().denyNote(denying(3, "carl"));
    guide.notes().closeNote(closing(3, "bob"));
    guide.passes(Duration.ofHours(2));
    guide.service().notes().sweep().join();
    awaitTold(
        box,
        "SNAPSHOT",
        "snapshot 1",
        "end 1 @2",
        "ADDED 3 @3",
        "CONFIRMED 3 @5",
        "UPDATED 3 @6",
        "CLOSED 3 @7",
        "EXPIRED 1 @8");
  }

  @Test
  void shouldTellOfAPlaceACircleAndACorridorOnlyWhatIsThere() {
    var at = subscribe(SubscribeStart.newBuilder().setAt(point(7, -1_800_000_000)));
    var circle =
        subscribe(SubscribeStart.newBuilder().setCircle(Reports.circle(0, 1_799_990_000, 300)));
    var corridor =
        subscribe(
            SubscribeStart.newBuilder()
                .setCorridor(
                    GeoCorridor.newBuilder()
                        .addPath(point(0, 0))
                        .addPath(point(0, E7))
                        .addPath(point(E7, E7))
                        .addPath(point(E7, 0))
                        .addPath(point(-10_000, 5_000_000))
                        .setWithinMetres(100)));
    for (var each : List.of(at, circle, corridor)) {
      awaitTold(each, "SNAPSHOT", "end 0 @0");
    }
    post(guide, note("ann", "hazard", 7, 1_800_000_000));
    post(guide, note("ann", "hazard", 0, -1_799_990_000));
    post(guide, note("ann", "hazard", 8_000, 5_000_000));
    post(guide, note("ann", "hazard", 9_100, 5_000_000 + 2_000_000)); // 100.6 m
    post(guide, note("ann", "hazard", 9_100_000, E7 - 8_000));
    awaitTold(at, "SNAPSHOT", "end 0 @0", "ADDED 1 @1");
    awaitTold(circle, "SNAPSHOT", "end 0 @0", "ADDED 1 @1", "ADDED 2 @2");
    awaitTold(corridor, "SNAPSHOT", "end 0 @0", "ADDED 3 @3", "ADDED 5 @5");
  }

  @Test
  void shouldTellOnlyOfTheKindsAskedFor() {
    post(guide, note("ann", "text", 1, 1));
    post(guide, note("ann", "hazard", 1, 1));
    var hazards =
        subscribe(inBox(0, 0, 10, 10).setFilter(NoteFilter.newBuilder().addKinds("hazard")));
    awaitTold(hazards, "SNAPSHOT", "snapshot 2", "end 1 @2");
    post(guide, note("ann", "traffic", 1, 1));
    post(guide, note("ann", "hazard", 2, 2));
    awaitTold(hazards, "SNAPSHOT", "snapshot 2", "end 1 @2", "ADDED 4 @4");
  }

  @Test
  void shouldTellATravellerWhatComesIntoReachAndWhatLeavesIt() {
    post(guide, note("ann", "hazard", 0, 0));
    post(guide, note("ann", "hazard", 0, 200_000));
    var traveller = subscribe(following(0, 0, 1_000));
    awaitTold(traveller, "SNAPSHOT", "snapshot 1", "end 1 @2");
    traveller.send(position(0, 100_000));
    soon().untilAsserted(() -> assertThat(traveller.received()).hasSize(4));
    traveller.send(position(0, 150_000));
    soon().untilAsserted(() -> assertThat(traveller.received()).hasSize(5));
    assertThat(traveller.received().getLast().getPositions()).isEqualTo(2);
    post(guide, note("bob", "hazard", 0, 160_000));
    post(guide, note("bob", "hazard", 0, 0));
    traveller.send(position(0, 0));
    awaitTold(
        traveller,
        "SNAPSHOT",
        "snapshot 1",
        "end 1 @2",
        "LEFT 1 @2",
        "ENTERED 2 @2",
        "ADDED 3 @3",
        "LEFT 3 @4",
        "LEFT 2 @4",
        "ENTERED 1 @4",
        "ENTERED 4 @4");
  }

  @Test
  void shouldHearWhatAChatPosts() {
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    guide.chat().send(Guide.note(1, 1, "hello")).finish();
    awaitTold(box, "SNAPSHOT", "end 0 @0", "ADDED 1 @1");
    assertThat(box.received().getLast().getChanges().getEvents(0).getNote().getText())
        .isEqualTo("hello");
  }

  @Test
  void shouldResumeAfterARevisionOverARestart() {
    post(guide, note("ann", "hazard", 1, 1));
    post(guide, note("ann", "hazard", 1, E7));
    guide.notes().confirmNote(confirming(1, "bob"));
    guide.notes().denyNote(denying(1, "carl"));
    guide.notes().closeNote(closing(1, "ann"));
    guide = guide.restart();
    var resumed = subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(1)));
    awaitTold(resumed, "RESUMED", "CONFIRMED 1 @3", "UPDATED 1 @4", "CLOSED 1 @5");
    post(guide, note("ann", "hazard", 2, 2));
    awaitTold(resumed, "RESUMED", "CONFIRMED 1 @3", "UPDATED 1 @4", "CLOSED 1 @5", "ADDED 6 @6");
    awaitTold(subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(6))), "RESUMED");
  }

  @Test
  void shouldSayThatALogIsTooShortOrARevisionAheadAndStartAgain() throws JournalException {
    for (int i = 0; i < 5; i++) {
      post(guide, note("ann", "hazard", 1, 1));
    }
    guide.store().journal(ServedNotes.STORED.name()).trim(3);
    awaitTold(
        subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(2))),
        "TOO_OLD",
        "snapshot 1",
        "snapshot 2",
        "snapshot 3",
        "snapshot 4",
        "snapshot 5",
        "end 5 @5");
    awaitTold(
        subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(3))),
        "RESUMED",
        "ADDED 4 @4",
        "ADDED 5 @5");
    for (long ahead : List.of(6L, Long.MAX_VALUE, Long.MIN_VALUE, -1L)) {
      assertThat(told(subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(ahead))).awaitReceived(3)))
          .startsWith("AHEAD")
          .endsWith("end 5 @5");
    }
    long timeline = guide.store().journal(ServedNotes.STORED.name()).timeline();
    var other = inBox(0, 0, 10, 10).setWatch(Guide.after(3, timeline + 1));
    assertThat(told(subscribe(other).awaitReceived(3))).startsWith("AHEAD").endsWith("end 5 @5");
    var same = inBox(0, 0, 10, 10).setWatch(Guide.after(3, timeline));
    awaitTold(subscribe(same), "RESUMED", "ADDED 4 @4", "ADDED 5 @5");
  }

  @Test
  void shouldTellASubscriberInAQuietAreaHowFarItIsSoThatItCanResumeAfterALongSilence()
      throws Exception {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.withNoteRules(unhurried()));
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    post(guide, note("ann", "hazard", 1, E7));
    awaitToldWithProgress(box, "SNAPSHOT", "end 0 @0", "quiet @1");
    for (int i = 2; i < 1 + ProgressTimer.REVISIONS_MAX; i++) {
      post(guide, note("ann", "hazard", 1, E7));
    }
    post(guide, note("ann", "hazard", 1, E7));
    awaitToldWithProgress(box, "SNAPSHOT", "end 0 @0", "quiet @1", "quiet @257");
    guide.store().journal(ServedNotes.STORED.name()).trim(257);
    var resumed = subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(257)));
    awaitTold(resumed, "RESUMED");
    post(guide, note("ann", "hazard", 1, 1));
    awaitTold(resumed, "RESUMED", "ADDED 258 @258");
    awaitToldWithProgress(box, "SNAPSHOT", "end 0 @0", "quiet @1", "quiet @257", "ADDED 258 @258");
  }

  @Test
  void shouldReachEveryRevisionThatAWriteWasAnsweredWith() {
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    for (int i = 1; i <= 5; i++) {
      post(guide, note("ann", "hazard", 1, E7 + i));
    }
    await()
        .untilAsserted(
            () -> {
              guide.nanos.addAndGet(ProgressTimer.QUIET.toNanos());
              assertThat(told(box.received())).endsWith("quiet @5");
            });
    awaitToldWithProgress(
        subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(3))), "RESUMED", "quiet @5");
    awaitTold(subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(5))), "RESUMED");
  }

  @Test
  void shouldTellASubscriberForWhomALongLogHasNothingHowFarItIs() {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.withNoteRules(unhurried()));
    for (int i = 0; i < 300; i++) {
      post(guide, note("ann", "hazard", 1, E7));
    }
    awaitToldWithProgress(
        subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(1))), "RESUMED", "quiet @300");
    awaitToldWithProgress(
        subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(299))), "RESUMED", "quiet @300");
  }

  @Test
  void shouldTellWhoeverStallsThatHeLaggedAndWhereToResume() {
    guide.close();
    guide =
        new Guide(
            GuideLimits.DEFAULTS
                .with(NoteLimits.DEFAULTS.withChat(8, 100, 100))
                .withNoteRules(unhurried()));
    var stalled = guide.lazySubscriber().send(starting(inBox(0, 0, 10, 10)));
    stalled.read(2);
    stalled.awaitReceived(2);
    var other = subscribe(inBox(0, 0, 10, 10));
    awaitTold(other, "SNAPSHOT", "end 0 @0");
    for (int i = 1; i <= 50; i++) {
      post(guide, note("ann", "hazard", 1, 1));
      int sofar = i;
      soon().untilAsserted(() -> assertThat(news(other.received())).hasSize(2 + sofar));
    }
    stalled.read(100);
    assertThat(stalled.awaitEnd().isOk()).isTrue();
    List<String> all = news(stalled.received());
    assertThat(all.getLast()).startsWith("lagged ");
    int last = Integer.parseInt(all.getLast().substring(7));
    assertThat(all).hasSize(last + 3);

    var resumed = subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(last)));
    soon().untilAsserted(() -> assertThat(news(resumed.received())).hasSize(1 + 50 - last));
    assertThat(news(resumed.received())).startsWith("RESUMED").endsWith("ADDED 50 @50");
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static NoteRules unhurried() {
    return NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000);
  }

  @Test
  void shouldRefuseWhatCannotBeSubscribedTo() {
    assertRefused(
        SubscribeRequest.getDefaultInstance(),
        "request at index 0: message: must be set: a start or a position");
    assertRefused(
        starting(SubscribeStart.newBuilder()),
        "request at index 0: start.area: must be set: at, box, circle, moving or corridor");
    assertRefused(
        starting(following(0, 0, 0)),
        "request at index 0: start.moving.radius_metres \"0.0\": must be 1..1000000");
    assertRefused(
        starting(
            SubscribeStart.newBuilder()
                .setCorridor(GeoCorridor.newBuilder().setWithinMetres(10_000_000))),
        "request at index 0: start.corridor.within_metres \"1.0E7\": must be 1..10000");
    assertRefused(
        starting(
            SubscribeStart.newBuilder().setCorridor(GeoCorridor.newBuilder().setWithinMetres(10))),
        "request at index 0: start.corridor.path \"0\": must have 2..10000 entries");
    Status unknown =
        guide
            .subscriber()
            .send(starting(inBox(0, 0, 1, 1).setFilter(NoteFilter.newBuilder().addKinds("jam"))))
            .awaitEnd();
    assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(unknown.getDescription())
        .isEqualTo(
            "request at index 0: start.filter.kinds \"jam\": must be one of closure, hazard, text,"
                + " traffic");
    assertRefused(
        position(0, 0),
        "request at index 0: position \"0.0000000,0.0000000\": must only be sent after a"
            + " start with moving");
    var twice = subscribe(inBox(0, 0, 1, 1)).send(starting(inBox(0, 0, 1, 1)));
    assertThat(twice.awaitEnd().getDescription())
        .isEqualTo("request at index 1: start: must be sent first, and only first; it came again");
    var far = subscribe(following(0, 0, 10)).send(position(0, 1_800_000_001));
    assertThat(far.awaitEnd().getDescription())
        .isEqualTo(
            "request at index 1: position.longitude_e7 \"1800000001\": must be"
                + " -1800000000..1800000000");
  }

  @Test
  void shouldRefuseAPathThatIsLongerThanTheGlobeIsRound() {
    GeoCorridor.Builder corridor = GeoCorridor.newBuilder().setWithinMetres(1);
    for (int i = 0; i < 400; i++) {
      corridor.addPath(Reports.point(i % 2 * 10_000_000, 0));
    }
    try (Guide other = new Guide()) {
      var caller =
          other.subscriber().send(starting(SubscribeStart.newBuilder().setCorridor(corridor)));
      Status end = caller.awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.getDescription())
          .isEqualTo(
              "request at index 0: start.corridor.path \"44366776 m\": must be at most 40000000 m"
                  + " long");
    }
  }

  @Test
  void shouldRefuseAStreamThatEndsBeforeItsStart() {
    Status end = guide.subscriber().halfClose().awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription())
        .isEqualTo("start: must be set: what to tell; the stream ended before it");
    soon().untilAsserted(() -> assertThat(guide.service().notes().subscribers()).isZero());
  }

  private void assertRefused(SubscribeRequest request, String text) {
    Status end = guide.subscriber().send(request).awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription()).isEqualTo(text);
  }

  @Test
  void shouldTellEveryoneToResumeWhenTheFanOutCannotKeepUp() throws Exception {
    guide.close();
    guide =
        new Guide(
            GuideLimits.DEFAULTS
                .with(NoteLimits.DEFAULTS.withQueuedChanges(5))
                .withNoteRules(unhurried()));
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    post(guide, note("ann", "hazard", 1, 1));
    awaitTold(box, "SNAPSHOT", "end 0 @0", "ADDED 1 @1");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    FanoutThread.act(
        guide.service().notes(),
        () -> {
          begun.countDown();
          join(held);
        });
    begun.await();
    for (int i = 0; i < 10; i++) {
      post(guide, note("ann", "hazard", 1, 1));
    }
    held.countDown();
    assertThat(box.awaitEnd().isOk()).isTrue();
    awaitTold(box, "SNAPSHOT", "end 0 @0", "ADDED 1 @1", "lagged 1");
    var resumed = subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(1)));
    soon().untilAsserted(() -> assertThat(news(resumed.received())).hasSize(11));
    post(guide, note("ann", "hazard", 1, 1));
    soon().untilAsserted(() -> assertThat(news(resumed.received())).endsWith("ADDED 12 @12"));
  }

  @Test
  void shouldLetAsManyChangesWaitAsMayAndNotOneMore() throws Exception {
    guide.close();
    guide =
        new Guide(
            GuideLimits.DEFAULTS
                .with(NoteLimits.DEFAULTS.withQueuedChanges(5))
                .withNoteRules(unhurried()));
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    List<String> told = new ArrayList<>(List.of("SNAPSHOT", "end 0 @0"));
    for (int round = 0; round < 3; round++) {
      postWhileNobodyIsTold(5);
      for (int i = 1; i <= 5; i++) {
        int revision = round * 5 + i;
        told.add("ADDED %d @%d".formatted(revision, revision));
      }
      awaitTold(box, told.toArray(String[]::new));
    }
    postWhileNobodyIsTold(6);
    assertThat(box.awaitEnd().isOk()).isTrue();
    told.add("lagged 15");
    awaitTold(box, told.toArray(String[]::new));
  }

  private void postWhileNobodyIsTold(int notes) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    FanoutThread.act(
        guide.service().notes(),
        () -> {
          begun.countDown();
          join(held);
        });
    begun.await();
    for (int i = 0; i < notes; i++) {
      post(guide, note("ann", "hazard", 1, 1));
    }
    held.countDown();
  }

  @Test
  void shouldReadALongLogWhileItGrowsAndGoOnLive() {
    guide.close();
    guide = new Guide(GuideLimits.DEFAULTS.withNoteRules(unhurried()));
    for (int i = 1; i <= 500; i++) {
      post(guide, note("ann", "hazard", i % 3 == 0 ? 1 : E7, i % 10));
    }
    var resumed = subscribe(inBox(0, 0, 10, 10).setWatch(Guide.after(0)));
    for (int i = 501; i <= 700; i++) {
      post(guide, note("ann", "hazard", i % 3 == 0 ? 1 : E7, i % 10));
    }
    List<String> expected = new ArrayList<>(List.of("RESUMED"));
    for (int i = 3; i <= 700; i += 3) {
      expected.add("ADDED %d @%d".formatted(i, i));
    }
    soon()
        .untilAsserted(
            () ->
                assertThat(news(resumed.received()))
                    .filteredOn(each -> !each.startsWith("quiet "))
                    .isEqualTo(expected));
  }

  @Test
  void shouldJoinOnceThoughTheClientReadsWhileTheEndOfTheLogIsComing() {
    AskedJournal journal = new AskedJournal();
    guide.close();
    guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS);
    var chat = guide.chat();
    for (int i = 0; i < 1_200; i++) {
      chat.send(Guide.note(5, i, "x"));
    }
    chat.finish();
    CountDownLatch mayJoin = new CountDownLatch(1);
    FanoutThread.act(guide.service().notes(), () -> join(mayJoin));
    var subscriber = guide.lazySubscriber();
    // The opening and a first page are 17 messages; then the client is ready at the worst moment.
    journal.whenHistoryAsks = () -> subscriber.read(journal.asked.get() == 1 ? 1_000 : 0);
    subscriber.send(starting(inBox(0, 0, 10, 2_000).setWatch(Guide.after(0))));
    subscriber.read(17);
    soon().until(() -> journal.asked.get() == 2);
    // Whatever the first one has the history do, it does before this.
    subscribe(inBox(0, 0, 10, 2_000).setWatch(Guide.after(1_200)));
    soon().until(() -> journal.asked.get() > 2);
    mayJoin.countDown();
    soon().until(() -> revisions(subscriber).size() == 1_200);
    post(guide, note("ann", "hazard", 5, 5));
    long last = post(guide, note("ann", "hazard", 6, 6)).getId();
    soon().until(() -> revisions(subscriber).contains(last));
    assertThat(revisions(subscriber)).doesNotHaveDuplicates().hasSize(1_202);
  }

  private static List<Long> revisions(Caller<?, SubscribeResponse> subscriber) {
    return subscriber.received().stream()
        .flatMap(each -> each.getChanges().getEventsList().stream())
        .map(NoteEvent::getRevision)
        .toList();
  }

  /// Lets a test do something while what reads the log asks how far it goes.
  private static final class AskedJournal extends OtherJournal {
    private volatile Runnable whenHistoryAsks = () -> {};
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public long append(List<Batch> batches) throws JournalException {
      return journal.append(batches);
    }

    @Override
    public long revision() {
      if (Thread.currentThread().getName().equals("guidepost-notes-history")) {
        whenHistoryAsks.run();
        asked.incrementAndGet();
      }
      return journal.revision();
    }
  }

  @Test
  void shouldGoOnAfterHalfCloseAndEndAsUnavailableOnShutdown() {
    var box = subscribe(inBox(0, 0, 10, 10)).halfClose();
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    post(guide, note("ann", "hazard", 1, 1));
    awaitTold(box, "SNAPSHOT", "end 0 @0", "ADDED 1 @1");
    guide.service().shutdown();
    assertThat(box.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldForgetWhoeverLeaves() {
    var box = subscribe(inBox(0, 0, 10, 10));
    awaitTold(box, "SNAPSHOT", "end 0 @0");
    assertThat(guide.service().notes().subscribers()).isEqualTo(1);
    box.cancel();
    soon().untilAsserted(() -> assertThat(guide.service().notes().subscribers()).isZero());
  }
}
