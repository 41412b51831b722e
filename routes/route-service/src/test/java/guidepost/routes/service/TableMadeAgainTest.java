package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.SharedPlaces;
import guidepost.calls.Streaming;
import guidepost.common.v1.AsOf;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.RouteTable;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.WatchRequest;
import io.grpc.Status;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A table that is created under the name of one that was dropped has nothing in common with it.
final class TableMadeAgainTest {

  private static final WatchRequest RED = WatchRequest.newBuilder().setTable("red").build();

  private static final int RACES = Boolean.getBoolean("guidepost.long") ? 50_000 : 500;

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

  private long create() {
    return server
        .routes()
        .createTable(CreateTableRequest.newBuilder().setName("red").build())
        .getRevision();
  }

  private long drop() {
    return server
        .routes()
        .dropTable(DropTableRequest.newBuilder().setName("red").build())
        .getRevision();
  }

  private long modify(Operation... operations) throws Exception {
    return client
        .modify(request(operations).toBuilder().setTable("red").build())
        .getLast()
        .getRevision();
  }

  private Watcher watch(WatchRequest request) {
    return Watcher.open(server.routesAsync(), request);
  }

  private Watcher after(long revision) {
    return watch(RED.toBuilder().setStart(Watcher.after(revision)).build());
  }

  @Test
  void shouldNotGoOnForAWatcherThatKnowsTheEarlierOne() throws Exception {
    create();
    long known = modify(add(via("10.0.0.0/8", "192.0.2.1")));
    Watcher cut = watch(RED).until(known);
    cut.close();
    drop();
    long created = create();
    modify(add(via("11.0.0.0/8", "192.0.2.1")));
    Throwable failure = Watcher.resume(server.routesAsync(), RED, cut).failure();
    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    assertThat(failure)
        .hasMessageContaining(
            "start.after.revision \"%d\": must be 0 or at least %d, the revision that created table \"red\""
                .formatted(known, created));
  }

  @Test
  void shouldTellAWatcherThatKnowsNothingOfThePresentOneAlone() throws Exception {
    create();
    modify(add(via("10.0.0.0/8", "192.0.2.1")));
    drop();
    long created = create();
    long last = modify(add(via("11.0.0.0/8", "192.0.2.1")));
    for (Watcher watcher : List.of(after(0), after(created), watch(RED))) {
      assertThat(watcher.until(last).copy()).isEqualTo(client.byKey("red"));
    }
    Watcher changesOnly =
        watch(RED.toBuilder().setStart(Watcher.changesOnly()).build()).until(last);
    assertThat(changesOnly.copy()).isEmpty();
    long deleted = modify(add(via("12.0.0.0/8", "192.0.2.1")));
    assertThat(changesOnly.until(deleted).copy().values())
        .extracting(Route::getPrefix)
        .containsExactly("12.0.0.0/8");
  }

  @Test
  void shouldShowInItsHistoryWhatItsNameStoodFor() throws Exception {
    create();
    long first = modify(add(via("10.0.0.0/8", "192.0.2.1")), add(via("11.0.0.0/8", "192.0.2.1")));
    long dropped = drop();
    long created = create();
    long second = modify(add(via("11.0.0.0/8", "192.0.2.2")));
    modify(deletePrefix("11.0.0.0/8"));
    assertThat(at(first)).containsExactly("10.0.0.0/8 192.0.2.1", "11.0.0.0/8 192.0.2.1");
    assertThat(at(dropped)).isEmpty();
    assertThat(at(created)).isEmpty();
    assertThat(at(second)).containsExactly("11.0.0.0/8 192.0.2.2");
    assertThat(differences(first, second))
        .containsExactlyInAnyOrder(
            "10.0.0.0/8 192.0.2.1 -> ", "11.0.0.0/8 192.0.2.1 -> ", " -> 11.0.0.0/8 192.0.2.2");
    assertThat(differences(dropped, created)).isEmpty();
  }

  private static AsOf revision(long revision) {
    return AsOf.newBuilder().setRevision(revision).build();
  }

  private List<String> at(long revision) {
    return client
        .routes(GetRoutesRequest.newBuilder().setTable("red").setAsOf(revision(revision)).build())
        .stream()
        .map(TableMadeAgainTest::text)
        .toList();
  }

  private List<String> differences(long from, long to) {
    List<RouteDifference> found = new ArrayList<>();
    server
        .routes()
        .diffRoutes(
            DiffRoutesRequest.newBuilder()
                .setTable("red")
                .setFromState(revision(from))
                .setToState(revision(to))
                .build())
        .forEachRemaining(page -> found.addAll(page.getDifferencesList()));
    return found.stream()
        .map(
            each ->
                (each.hasBefore() ? text(each.getBefore()) : "")
                    + " -> "
                    + (each.hasAfter() ? text(each.getAfter()) : ""))
        .toList();
  }

  private static String text(Route route) {
    return route.getPrefix() + " " + route.getNextHop();
  }

  /// A reader that saw revision 6 before it found a table created by 7 must not take its state for
  /// that of 6: the earlier table may have held routes then.
  @Test
  void shouldHaveNoStateOfBeforeItWasCreated() {
    Catalog.Table table = new Catalog.Table("red", new RouteTable(), 7);
    assertThat(PublishedRoutes.State.of(table, 6).revision()).isEqualTo(7);
    assertThat(PublishedRoutes.State.of(table, 9).revision()).isEqualTo(9);
  }

  /// Watches opened while their table is dropped and created again, within one group.
  @Test
  void shouldNeverBeMixedWithTheEarlierOneForAWatcher() throws Exception {
    Remaking remaking = new Remaking();
    Thread writer = Thread.ofPlatform().start(remaking);
    try {
      for (int i = 0; i < RACES; i++) {
        follow(remaking.watch());
      }
    } finally {
      remaking.enough = true;
      writer.join();
    }
  }

  private static void follow(RouteWatch watch) throws JournalException {
    Set<String> known = new HashSet<>();
    Streaming.iterator(watch.snapshot())
        .forEachRemaining(
            part ->
                part.getSnapshot().getRoutesList().forEach(each -> known.add(each.getPrefix())));
    int changes = 0;
    while (changes < 2) {
      switch (watch.changes().peek()) {
        case NOTHING -> Thread.onSpinWait();
        case BEHIND -> watch.changes().read();
        case ENTRY -> {
          for (RouteChange each : requireNonNull(watch.changes().poll()).changes()) {
            String prefix = each.route().prefix().toString();
            assertThat(each.after() == null ? known.remove(prefix) : known.add(prefix))
                .as("%s of a client that knows %s", each, known)
                .isTrue();
            changes++;
          }
        }
      }
    }
  }

  /// Drops a table of one route and creates it with another, again and again.
  private static final class Remaking implements Runnable {
    private final Journal journal = new MemoryJournalStore().journal("routes");
    private final PublishedRoutes published = new PublishedRoutes();
    private final RouteDomain domain;
    private int made;
    private volatile boolean enough;

    Remaking() throws JournalException {
      domain =
          RouteDomain.load(
              journal,
              published,
              new SourceCounts(),
              new Syncs(),
              RouteLimits.DEFAULT,
              new SourceCalls(published, new ManualTimer()));
      write(new RouteOperation.CreateTable("red"));
    }

    RouteWatch watch() {
      return RouteWatch.open(RED, published, domain.changefeed(), new SharedPlaces(1));
    }

    @Override
    public void run() {
      try {
        while (!enough) {
          write(
              new RouteOperation.DropTable("red"),
              new RouteOperation.CreateTable("red"),
              another());
        }
      } catch (JournalException e) {
        throw new UncheckedIOException(e);
      }
    }

    private RouteOperation another() {
      made++;
      String prefix = "10.%d.%d.0/24".formatted(made >> 8 & 255, made & 255);
      return new RouteOperation.Put(
          "red",
          guidepost.routes.table.Route.to(
              RouteText.PREFIX.query(prefix, ""), new NextHop.Blackhole()),
          OptionalLong.empty());
    }

    /// Writes each in a revision of its own, and publishes them together.
    private void write(RouteOperation... operations) throws JournalException {
      long revision = journal.revision();
      List<Batch> batches = new ArrayList<>();
      List<Domain.Decision<List<RouteOutcome>>> decided = new ArrayList<>();
      for (RouteOperation each : operations) {
        Batch batch = new Batch();
        decided.add(domain.decide(RouteRequest.of(each), batch));
        batches.add(batch);
      }
      journal.append(batches);
      for (var each : decided) {
        revision++;
        var _ = each.commit(revision);
      }
      domain.publish();
    }
  }
}
