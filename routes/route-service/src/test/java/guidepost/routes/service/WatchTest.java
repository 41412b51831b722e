package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.delete;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.WatchStart;
import guidepost.journal.Changefeed;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import guidepost.routes.v1.WatchResponse.PartCase;
import guidepost.testing.Seed;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A watcher knows what the table holds, whatever happens to its call.
final class WatchTest {

  private static final WatchRequest ALL = WatchRequest.getDefaultInstance();

  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Watcher watch(WatchRequest request) {
    return Watcher.open(server.routesAsync(), request);
  }

  private long revision(List<OperationResult> results) {
    return results.getLast().getRevision();
  }

  @Test
  void shouldSendTheSnapshotThenItsEndThenTheChanges() throws Exception {
    long before = revision(client.modify(add(via("10.0.0.0/8", "192.0.2.1"))));
    Watcher watcher = watch(ALL);
    assertThat(watcher.next().getSnapshot().getRoutesList())
        .extracting(route -> route.getPrefix())
        .containsExactly("10.0.0.0/8");
    WatchResponse end = watcher.next();
    assertThat(end.getPartCase()).isEqualTo(PartCase.END_OF_SNAPSHOT);
    assertThat(end.getEndOfSnapshot().getEntries()).isEqualTo(1);
    assertThat(end.getProgress().getRevision()).isEqualTo(before);

    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 5)));
    client.modify(add(via("10.1.0.0/16", "192.0.2.1")));
    long last = revision(client.modify(deletePrefix("10.0.0.0/8")));
    List<ChangeKind> kinds = new ArrayList<>();
    while (watcher.revision() < last) {
      watcher.next().getChanges().getChangesList().forEach(change -> kinds.add(change.getKind()));
    }
    assertThat(kinds)
        .containsExactly(
            ChangeKind.CHANGE_KIND_UPDATED,
            ChangeKind.CHANGE_KIND_ADDED,
            ChangeKind.CHANGE_KIND_REMOVED);
    assertThat(watcher.copy()).isEqualTo(client.byKey(""));
  }

  @Test
  void shouldMakeACopyThatEqualsTheTableHoweverOftenItIsCut() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("WatchTest seed " + seed);
    for (int cutAfter = 1; cutAfter <= 12; cutAfter++) {
      cutEvery(cutAfter, new Random(seed + cutAfter));
    }
  }

  /// Writes at random while a watcher is cut after each `cutAfter` messages.
  private void cutEvery(int cutAfter, Random random) throws Exception {
    Watcher watcher = watch(ALL);
    for (int round = 0; round < 20; round++) {
      long revision = revision(client.modify(randomOperations(random)));
      int messages = 0;
      while (watcher.revision() < revision) {
        watcher.next();
        if (++messages % cutAfter == 0) {
          watcher.close();
          watcher =
              watcher.snapshotEnded()
                  ? Watcher.resume(server.routesAsync(), ALL, watcher)
                  : watch(ALL);
        }
      }
      assertThat(watcher.copy()).isEqualTo(client.byKey(""));
    }
    watcher.close();
  }

  private static Operation[] randomOperations(Random random) {
    Operation[] operations = new Operation[1 + random.nextInt(40)];
    for (int i = 0; i < operations.length; i++) {
      String prefix = "10.0.%d.0/24".formatted(random.nextInt(30));
      operations[i] =
          random.nextInt(3) == 0
              ? deletePrefix(prefix)
              : add(via(prefix, "192.0.2." + random.nextInt(3), random.nextInt(2)));
    }
    operations[operations.length - 1] = add(via("11.0.0.0/8", "192.0.2.1", random.nextInt()));
    return operations;
  }

  private static WatchRequest best(RouteFilter filter) {
    return WatchRequest.newBuilder().setFilter(filter.toBuilder().setBestOnly(true)).build();
  }

  private Map<String, Route> found(WatchRequest watched) {
    Map<String, Route> found = new TreeMap<>();
    client
        .routes(
            GetRoutesRequest.newBuilder()
                .setFilter(watched.getFilter())
                .setPrefix(watched.getPrefix())
                .setMatchKind(MatchKind.MATCH_KIND_LONGER)
                .build())
        .forEach(route -> found.put(Watcher.key(route), route));
    return found;
  }

  @Test
  void shouldTellWhenAnotherRouteOfAPrefixBecomesTheBest() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 5)));
    Watcher watcher = watch(best(RouteFilter.getDefaultInstance()));
    assertThat(watcher.until(server.journal().revision()).copy()).hasSize(1);
    client.modify(add(via("10.0.0.0/8", "192.0.2.2", 7)));
    client.modify(add(via("10.0.0.0/8", "192.0.2.2", 3)));
    client.modify(add(via("10.0.0.0/8", "192.0.2.2", 4)));
    long last = revision(client.modify(delete(via("10.0.0.0/8", "192.0.2.2"))));
    List<String> told = new ArrayList<>();
    while (watcher.revision() < last) {
      watcher
          .next()
          .getChanges()
          .getChangesList()
          .forEach(
              change ->
                  told.add(
                      "%s %s %d"
                          .formatted(
                              change.getKind().toString().substring("CHANGE_KIND_".length()),
                              change.getRoute().getNextHop(),
                              change.getRoute().getMetric())));
    }
    assertThat(told)
        .containsExactly(
            "REMOVED 192.0.2.1 5",
            "ADDED 192.0.2.2 3",
            "UPDATED 192.0.2.2 4",
            "REMOVED 192.0.2.2 4",
            "ADDED 192.0.2.1 5");
    watcher.close();
  }

  @Test
  void shouldFollowTheBestRoutesWhateverIsWritten() throws Exception {
    Random random = Seed.random("WatchTest");
    client.putSource("bgp", 20);
    List<WatchRequest> requests =
        List.of(
            best(RouteFilter.getDefaultInstance()),
            best(RouteFilter.newBuilder().setNextHop("192.0.2.1").build()),
            best(RouteFilter.newBuilder().addSources("bgp").build()),
            best(RouteFilter.getDefaultInstance()).toBuilder().setPrefix("10.0.8.0/21").build());
    client.modify(randomOperations(random));
    List<Watcher> watchers = requests.stream().map(this::watch).toList();
    for (int round = 0; round < 150; round++) {
      long revision =
          random.nextInt(3) == 0
              ? revision(client.modify(ofSource("bgp", randomOperations(random))))
              : revision(client.modify(randomOperations(random)));
      for (int i = 0; i < watchers.size(); i++) {
        assertThat(watchers.get(i).until(revision).copy())
            .as("round %d of %s", round, requests.get(i))
            .isEqualTo(found(requests.get(i)));
      }
    }
    watchers.forEach(Watcher::close);
  }

  @Test
  void shouldResumeAWatchOfTheBestRoutesAtTheNewestRevisionAlone() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 5)));
    long known = revision(client.modify(add(via("11.0.0.0/8", "192.0.2.1", 5))));
    WatchRequest request = best(RouteFilter.getDefaultInstance());
    Watcher resumed = watch(request.toBuilder().setStart(Watcher.after(known)).build());
    assertThat(resumed.next().getPartCase()).isEqualTo(PartCase.PART_NOT_SET);
    long next = revision(client.modify(add(via("12.0.0.0/8", "192.0.2.1", 5))));
    assertThat(resumed.until(next).copy()).hasSize(1);
    resumed.close();
    assertThat(watch(request.toBuilder().setStart(Watcher.after(known)).build()).failure())
        .hasMessageContaining("OUT_OF_RANGE: start.after.revision \"%d\"".formatted(known))
        .hasMessageContaining("start again with a snapshot");
  }

  @Test
  void shouldKeepAsManyTablesOfTheBestRoutesAsThereMayBe() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 5)));
    WatchRequest request = best(RouteFilter.getDefaultInstance());
    List<Watcher> most = new ArrayList<>();
    for (int i = 0; i < BestRoutes.WATCHES_MAX; i++) {
      most.add(watch(request));
      most.getLast().next();
    }
    assertThat(watch(request).failure())
        .hasMessageContaining("RESOURCE_EXHAUSTED: watches with best_only: 64 are open");
    assertThat(watch(ALL).next().getSnapshot().getRoutesCount()).isEqualTo(1);
    most.removeLast().close();
    await()
        .untilAsserted(
            () -> {
              Watcher again = watch(request);
              assertThat(again.next().getSnapshot().getRoutesCount()).isEqualTo(1);
              most.add(again);
            });
    most.forEach(Watcher::close);
  }

  @Test
  void shouldTellOnlyWhatIsWatched() throws Exception {
    client.putSource("bgp", 20);
    WatchRequest request =
        WatchRequest.newBuilder()
            .setPrefix("10.0.0.0/8")
            .setFilter(RouteFilter.newBuilder().addSources("bgp"))
            .setStart(Watcher.changesOnly())
            .build();
    Watcher watcher = watch(request);
    assertThat(watcher.next().getPartCase()).isEqualTo(PartCase.PART_NOT_SET);
    client.modify(add(via("10.1.0.0/16", "192.0.2.1")));
    client.modify(ofSource("bgp", add(via("11.0.0.0/8", "192.0.2.1"))));
    client.modify(ofSource("bgp", add(via("10.2.0.0/16", "192.0.2.1"))));
    assertThat(watcher.next().getChanges().getChangesList())
        .singleElement()
        .satisfies(change -> assertThat(change.getRoute().getPrefix()).isEqualTo("10.2.0.0/16"));
  }

  @Test
  void shouldTellAQuietWatcherHowFarItIs() throws Exception {
    Watcher watcher =
        watch(
            WatchRequest.newBuilder()
                .setPrefix("10.0.0.0/8")
                .setStart(Watcher.changesOnly())
                .build());
    watcher.next();
    for (int i = 0; i < 300; i++) {
      client.modify(add(via("11.0.0.0/8", "192.0.2.1", i)));
    }
    WatchResponse message = watcher.next();
    assertThat(message.getPartCase()).isEqualTo(PartCase.PART_NOT_SET);
    assertThat(message.getProgress().getRevision()).isGreaterThan(200);
  }

  @Test
  void shouldTellAWatcherThatItLagsAndThenCatchUp() throws Exception {
    Watcher watcher = watch(ALL);
    watcher.next();
    int writes = 2 * Changefeed.CHANGES_KEPT_MAX / 1_000;
    for (int i = 0; i < writes; i++) {
      client.modify(thousand(i));
    }
    List<PartCase> parts = new ArrayList<>();
    while (watcher.copy().size() < 1_000 || watcher.revision() < writes) {
      parts.add(watcher.next().getPartCase());
    }
    assertThat(parts).contains(PartCase.LAG);
    assertThat(parts.stream().filter(PartCase.LAG::equals)).hasSize(1);
    assertThat(watcher.copy()).isEqualTo(client.byKey(""));
  }

  private static Operation[] thousand(int metric) {
    Operation[] operations = new Operation[1_000];
    for (int i = 0; i < operations.length; i++) {
      operations[i] = add(via("10.%d.%d.0/24".formatted(i / 250, i % 250), "192.0.2.1", metric));
    }
    return operations;
  }

  @Test
  void shouldCutALargeRevisionIntoMessagesAndResumeOnlyAfterAllOfIt() throws Exception {
    for (int i = 0; i < 40; i++) {
      client.modify(hosts(i));
    }
    Watcher watcher = watch(ALL);
    watcher.until(40);
    assertThat(watcher.copy()).hasSize(40_000);
    server.routes().flush(FlushRequest.newBuilder().setPrefix("10.0.0.0/8").build());
    long before = watcher.revision();
    WatchResponse first = watcher.next();
    assertThat(first.getProgress().getRevision()).isEqualTo(before);
    watcher.until(41);
    assertThat(watcher.copy()).isEmpty();
  }

  @Test
  void shouldTellARevisionOutOfTheLogOnlyOnceAllOfItIsTold() throws Exception {
    for (int i = 0; i < 20; i++) {
      client.modify(hosts(i));
    }
    Watcher before = watch(ALL).until(20);
    server.routes().flush(FlushRequest.newBuilder().setPrefix("10.0.0.0/8").build());
    server = server.restart();
    Watcher after = Watcher.resume(server.routesAsync(), ALL, before).until(21);
    assertThat(after.copy()).isEmpty();
  }

  private static Operation[] hosts(int block) {
    Operation[] operations = new Operation[1_000];
    for (int i = 0; i < operations.length; i++) {
      operations[i] = add(via("10.%d.%d.%d/32".formatted(block, i / 250, i % 250), "192.0.2.1"));
    }
    return operations;
  }

  @Test
  void shouldEndWithOutOfRangeWhereTheLogDoesNotReach() throws Exception {
    for (int i = 0; i < 5; i++) {
      client.modify(add(via("10.0.0.0/8", "192.0.2.1", i)));
    }
    server = server.restart();
    server.journal().trim(3);
    Throwable failure =
        watch(WatchRequest.newBuilder().setStart(Watcher.after(1)).build()).failure();
    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    assertThat(failure)
        .hasMessageContaining("start.after.revision \"1\": the log no longer goes back that far")
        .hasMessageContaining("it does to revision 3");
    Throwable future =
        watch(WatchRequest.newBuilder().setStart(Watcher.after(9)).build()).failure();
    assertThat(future)
        .hasMessageContaining("start.after.revision \"9\": must be at most the newest, 5");
    WatchRequest oldest = WatchRequest.newBuilder().setStart(Watcher.after(3)).build();
    Iterator<WatchResponse> messages = server.routes().watch(oldest);
    assertThat(messages.next().getChanges().getChangesCount()).isEqualTo(2);
  }

  @Test
  void shouldTellEverythingOfATableThoughTheLogBeginsAfterRevision0() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    client.modify(add(via("11.0.0.0/8", "192.0.2.1")));
    server.routes().createTable(CreateTableRequest.newBuilder().setName("red").build());
    client.modify(
        ModifyRequest.newBuilder()
            .setTable("red")
            .addOperations(add(via("12.0.0.0/8", "192.0.2.1")))
            .build());
    server = server.restart();
    server.journal().trim(2);
    WatchRequest all = WatchRequest.newBuilder().setTable("red").setStart(Watcher.after(0)).build();
    assertThat(watch(all).until(4).copy()).hasSize(1);
  }

  @Test
  void shouldSendASnapshotUnlessOnlyChangesAreWanted() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    WatchRequest no =
        WatchRequest.newBuilder().setStart(WatchStart.newBuilder().setChangesOnly(false)).build();
    assertThat(watch(no).next().getPartCase()).isEqualTo(PartCase.SNAPSHOT);
    WatchRequest yes = WatchRequest.newBuilder().setStart(Watcher.changesOnly()).build();
    assertThat(watch(yes).next().getPartCase()).isEqualTo(PartCase.PART_NOT_SET);
  }

  @Test
  void shouldSayThatItIsOpenWhenThereIsNothingElseToSay() throws Exception {
    long last = revision(client.modify(add(via("10.0.0.0/8", "192.0.2.1"))));
    WatchResponse open =
        watch(WatchRequest.newBuilder().setStart(Watcher.after(last)).build()).next();
    assertThat(open.getPartCase()).isEqualTo(PartCase.PART_NOT_SET);
    assertThat(open.getProgress().getRevision()).isEqualTo(last);
  }

  @Test
  void shouldEndWhenItsTableIsDropped() throws Exception {
    server.routes().createTable(CreateTableRequest.newBuilder().setName("red").build());
    Watcher watcher = watch(WatchRequest.newBuilder().setTable("red").build());
    watcher.next();
    server.routes().dropTable(DropTableRequest.newBuilder().setName("red").build());
    Throwable failure = watcher.failure();
    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure).hasMessageContaining("table \"red\": was dropped");
  }

  @Test
  void shouldEndAsUnavailableWhenTheServerStops() throws Exception {
    Watcher watcher = watch(ALL);
    watcher.next();
    server.shutdown();
    assertThat(Status.fromThrowable(watcher.failure()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldRefuseOneWatchTooMany() throws Exception {
    server.close();
    RouteLimits few = RouteLimits.DEFAULT.with(65_536, 256, 2, 4 << 20);
    server = InProcessRoutes.start(few);
    Watcher first = watch(ALL);
    first.next();
    watch(ALL).next();
    assertThat(watch(ALL).failure()).hasMessageContaining("2 are open, as many as may be");
  }

  @Test
  void shouldReachEveryRevisionThatAWriteWasAnsweredWith() throws Exception {
    server.routes().createTable(CreateTableRequest.newBuilder().setName("other").build());
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    Watcher watcher = watch(ALL);
    for (int metric = 1; metric <= 5; metric++) {
      ModifyRequest elsewhere =
          V1Client.request(add(via("10.0.0.0/8", "192.0.2.1", metric))).toBuilder()
              .setTable("other")
              .build();
      long other = revision(client.modify(elsewhere));
      long same = revision(client.modify(add(via("10.0.0.0/8", "192.0.2.1"))));
      assertThat(same).isEqualTo(other);
      watcher.until(same);
    }
    Watcher resumed = watch(ALL.toBuilder().setStart(Watcher.after(3)).build());
    resumed.until(watcher.revision());
  }

  @Test
  void shouldReachTheNewestRevisionWhenItIsResumedOutOfTheLog() throws Exception {
    server.routes().createTable(CreateTableRequest.newBuilder().setName("other").build());
    long last = revision(client.modify(add(via("10.0.0.0/8", "192.0.2.1"))));
    for (int metric = 1; metric <= 9; metric++) {
      ModifyRequest elsewhere =
          V1Client.request(add(via("10.0.0.0/8", "192.0.2.1", metric))).toBuilder()
              .setTable("other")
              .build();
      last = revision(client.modify(elsewhere));
    }
    server = server.restart();
    watch(ALL.toBuilder().setStart(Watcher.after(1)).build()).until(last);
  }
}
