package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RouteChanges;
import guidepost.routes.v1.RouteList;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where a watch goes on after a cut, and when it ends.
final class WatchTest {

  private static final WatchRequest SNAPSHOT = WatchRequest.getDefaultInstance();
  private static final WatchRequest CHANGES =
      WatchRequest.newBuilder().setStart(WatchStart.newBuilder().setChangesOnly(true)).build();

  /// What a listener that never throws throws on.
  private static final String NOTHING = "";

  private final ScriptedCalls<WatchRequest, WatchResponse> calls = new ScriptedCalls<>();
  private InProcess server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcess.serving(
            new RoutesGrpc.RoutesImplBase() {
              @Override
              public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
                calls.call(request, responses);
              }
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// Writes down what it is told; throws when it is told `failOn`.
  private static final class Told implements Watch.Listener<Route, RouteChange> {
    private final List<String> all = new CopyOnWriteArrayList<>();
    private final List<Watch.Beginning> beginnings = new CopyOnWriteArrayList<>();
    private final List<StatusRuntimeException> ends = new CopyOnWriteArrayList<>();
    private final String failOn;

    Told(String failOn) {
      this.failOn = failOn;
    }

    private void note(String news) {
      if (news.equals(failOn)) {
        throw new IllegalStateException("no room for " + news);
      }
      all.add(news);
    }

    @Override
    public void begin(Watch.Beginning why) {
      note(all.contains("begin") ? "begin again" : "begin");
      beginnings.add(why);
    }

    @Override
    public void snapshot(List<Route> routes) {
      note("routes");
    }

    @Override
    public void complete(long revision) {
      note("complete " + revision);
    }

    @Override
    public void changes(List<RouteChange> changes, long revision) {
      changes.forEach(change -> note("+" + change.getRoute().getPrefix()));
    }

    @Override
    public void quiet(long revision) {
      note("quiet " + revision);
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      note("cut");
    }

    @Override
    public void ended(StatusRuntimeException why) {
      ends.add(why);
    }
  }

  private Watch<Route, RouteChange> watch(
      WatchRequest request, Watch.Listener<Route, RouteChange> listener) {
    return server.client().routes().watch(request, listener);
  }

  private static Progress progress(long revision, long timeline) {
    return Progress.newBuilder().setRevision(revision).setTimeline(timeline).build();
  }

  private static WatchResponse part() {
    return WatchResponse.newBuilder()
        .setSnapshot(RouteList.newBuilder().addRoutes(Route.newBuilder().setPrefix("10.0.0.0/8")))
        .build();
  }

  private static WatchResponse complete(long revision) {
    return WatchResponse.newBuilder()
        .setEndOfSnapshot(EndOfSnapshot.getDefaultInstance())
        .setProgress(progress(revision, 0))
        .build();
  }

  private static WatchResponse quiet(long revision) {
    return WatchResponse.newBuilder().setProgress(progress(revision, 0)).build();
  }

  private static WatchResponse added(String prefix, long revision, long resumeAfter) {
    return WatchResponse.newBuilder()
        .setChanges(
            RouteChanges.newBuilder()
                .addChanges(
                    RouteChange.newBuilder()
                        .setKind(ChangeKind.CHANGE_KIND_ADDED)
                        .setRoute(Route.newBuilder().setPrefix(prefix).setRevision(revision))))
        .setProgress(progress(resumeAfter, 0))
        .build();
  }

  @Test
  void changesOfAnEmptyServerAreResumedAfterRevisionZeroAndNotFromNowOn() {
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(quiet(0), added("10.0.0.0/8", 1, 0)));
    try (Watch<Route, RouteChange> _ = watch(CHANGES, new Told(NOTHING))) {
      await().untilAsserted(() -> assertThat(calls.requests()).hasSize(2));
    }
    WatchRequest second = calls.requests().getLast();
    assertThat(second.getStart().hasAfter()).isTrue();
    assertThat(second.getStart().getAfter().getRevision()).isZero();
  }

  @Test
  void snapshotOfAnEmptyServerIsNotTakenAgain() {
    Told told = new Told(NOTHING);
    calls
        .cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(0)))
        .sends(List.of(added("10.0.0.0/8", 1, 1)));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(told.all)
                      .containsExactly("begin", "complete 0", "cut", "+10.0.0.0/8"));
    }
  }

  @Test
  void resumesWithTheTimelineAndStartsAgainWithoutIt() {
    WatchResponse inTimeline = complete(5).toBuilder().setProgress(progress(5, 7)).build();
    calls
        .cutsAfter(Status.Code.UNAVAILABLE, List.of(inTimeline))
        .cutsAfter(Status.Code.OUT_OF_RANGE, List.of())
        .sends(List.of(complete(3).toBuilder().setProgress(progress(3, 8)).build()));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, new Told(NOTHING))) {
      await().untilAsserted(() -> assertThat(calls.requests()).hasSize(3));
    }
    assertThat(calls.requests().get(1))
        .isEqualTo(
            WatchRequest.newBuilder()
                .setStart(WatchStart.newBuilder().setAfter(progress(5, 7)))
                .build());
    assertThat(calls.requests().get(2)).isEqualTo(SNAPSHOT);
  }

  @Test
  void snapshotThatIsCutStartsAgain() {
    Told told = new Told(NOTHING);
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(part())).sends(List.of(part(), complete(0)));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(told.all)
                      .containsExactly(
                          "begin", "routes", "cut", "begin again", "routes", "complete 0"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "CANCELLED", "INTERNAL", "RESOURCE_EXHAUSTED"})
  void isResumedWhateverBrokeTheCallOff(Status.Code cut) {
    Told told = new Told(NOTHING);
    calls.cutsAfter(cut, List.of(complete(5))).sends(List.of(quiet(6)));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      await().untilAsserted(() -> assertThat(told.all).endsWith("cut", "quiet 6"));
    }
  }

  private void assertEndedByTheListener(Told told, String failure) {
    await().untilAsserted(() -> assertThat(told.ends).hasSize(1));
    assertThat(told.ends.getFirst())
        .hasMessage("CANCELLED: the listener threw java.lang.IllegalStateException: " + failure)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void listenerThatThrowsEndsItAndIsToldNothingMore() {
    Told told = new Told("+10.0.0.0/8");
    calls.sends(List.of(complete(5), added("10.0.0.0/8", 6, 6), added("11.0.0.0/8", 7, 7)));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      assertEndedByTheListener(told, "no room for +10.0.0.0/8");
    }
    assertThat(told.all).containsExactly("begin", "complete 5");
    assertThat(calls.requests()).hasSize(1);
  }

  @Test
  void listenerThatThrowsBetweenTwoCallsEndsIt() {
    Told ofCut = new Told("cut");
    Told ofBegin = new Told("begin again");
    calls
        .cutsAfter(Status.Code.UNAVAILABLE, List.of())
        .cutsAfter(Status.Code.UNAVAILABLE, List.of());
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, ofCut);
        Watch<Route, RouteChange> _ = watch(SNAPSHOT, ofBegin)) {
      assertEndedByTheListener(ofCut, "no room for cut");
      assertEndedByTheListener(ofBegin, "no room for begin again");
    }
  }

  @Test
  void listenerThatThrowsAtOnceEndsItBeforeAnyCall() {
    Told told = new Told("begin");
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      assertEndedByTheListener(told, "no room for begin");
    }
    assertThat(calls.requests()).isEmpty();
  }

  @Test
  void endsWhenTheClientIsClosed() {
    Told told = new Told(NOTHING);
    calls.sends(List.of(complete(5)));
    try (Watch<Route, RouteChange> _ = watch(SNAPSHOT, told)) {
      await().untilAsserted(() -> assertThat(told.all).contains("complete 5"));
      server.client().close();
      await().untilAsserted(() -> assertThat(told.ends).hasSize(1));
    }
    assertThat(told.all).containsExactly("begin", "complete 5");
  }

  @Test
  void endsAtItsNextTryWhenTheClientIsClosedBetweenTwo() {
    List<String> told = new CopyOnWriteArrayList<>();
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(5)));
    try (Watch<Route, RouteChange> _ =
        watch(
            SNAPSHOT,
            new Watch.Listener<Route, RouteChange>() {
              @Override
              public void changes(List<RouteChange> changes, long revision) {}

              @Override
              public void cut(StatusRuntimeException why, Duration retryAfter) {
                told.add("cut");
                server.client().close();
              }

              @Override
              public void ended(StatusRuntimeException why) {
                told.add("ended");
              }
            })) {
      await().untilAsserted(() -> assertThat(told).containsExactly("cut", "ended"));
    }
  }

  @Test
  void serverThatRefusesEvenASnapshotEndsIt() {
    Told told = new Told(NOTHING);
    calls
        .cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(5)))
        .cutsAfter(Status.Code.OUT_OF_RANGE, List.of())
        .cutsAfter(Status.Code.OUT_OF_RANGE, List.of());
    try (Watch<Route, RouteChange> watch = watch(SNAPSHOT, told)) {
      assertThatThrownBy(watch::await).hasMessageStartingWith("OUT_OF_RANGE");
    }
    assertThat(told.beginnings).containsExactly(Watch.Beginning.ASKED, Watch.Beginning.TRIMMED);
    assertThat(calls.requests()).hasSize(3);
  }

  @Test
  void startThatTheCallerChoseAndTheServerHasNotIsTheCallersToMend() {
    Told told = new Told(NOTHING);
    calls.cutsAfter(Status.Code.OUT_OF_RANGE, List.of());
    try (Watch<Route, RouteChange> watch = watch(CHANGES, told)) {
      assertThatThrownBy(watch::await).hasMessageStartingWith("OUT_OF_RANGE");
    }
    assertThat(told.all).isEmpty();
  }

  @Test
  void awaitReturnsOnceItIsClosedAndTellsHowFarItWas() throws Exception {
    Told told = new Told(NOTHING);
    calls.sends(List.of(complete(5)));
    Watch<Route, RouteChange> watch = watch(SNAPSHOT, told);
    await().untilAsserted(() -> assertThat(watch.progress()).contains(progress(5, 0)));
    watch.close();
    watch.await();
    assertThat(told.all).containsExactly("begin", "complete 5");
    assertThat(told.ends).isEmpty();
  }

  @Test
  void awaitOfAThreadThatIsInterruptedLeavesTheWatchAlone() {
    Told told = new Told(NOTHING);
    calls.sends(List.of(complete(5)));
    try (Watch<Route, RouteChange> watch = watch(SNAPSHOT, told)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(watch::await).isInstanceOf(InterruptedException.class);
      await().untilAsserted(() -> assertThat(told.all).contains("complete 5"));
    }
  }
}
