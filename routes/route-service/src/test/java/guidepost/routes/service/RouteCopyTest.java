package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Journal;
import guidepost.journal.JournalCopy;
import guidepost.journal.JournalException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Source;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The tables of a server that decides, of one that only applies what the journal says, of one that
/// applies all of it from the start, and of one that loads its latest state: they are the same.
final class RouteCopyTest {

  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 300);

  private final Random random = random();
  private InProcessRoutes server;
  private V1Client client;
  private V1Client.Modifying call;

  /// A server's tables over a journal of its own.
  private static final class Copy implements AutoCloseable {
    private final JournalCopy copied = new JournalCopy();
    private final PublishedRoutes published = new PublishedRoutes();
    private final SourceCounts counts = new SourceCounts();
    private final ManualTimer timer = new ManualTimer();
    private final RouteDomain domain;

    Copy() throws JournalException {
      this(null);
    }

    /// @param loaded the journal to load; null for an empty one, to follow another
    Copy(@Nullable Journal loaded) throws JournalException {
      domain =
          RouteDomain.load(
              Objects.requireNonNullElse(loaded, copied.journal()),
              published,
              counts,
              new Syncs(),
              RouteLimits.DEFAULT,
              new SourceCalls(published, timer));
    }

    void follow(Journal leader) throws JournalException {
      copied.follow(leader, domain);
    }

    @Override
    public void close() {
      timer.close();
    }
  }

  /// What readers see of a table.
  private record Table(long created, List<Route> routes) {}

  /// What readers see.
  private record State(
      long revision, Map<String, Table> tables, List<Catalog.Source> sources, List<Long> counts) {

    static State of(PublishedRoutes published) {
      Map<String, Table> tables = new TreeMap<>();
      Map<String, Long> counts = new TreeMap<>();
      for (Catalog.Table table : published.catalog().tables()) {
        List<Route> routes = new ArrayList<>();
        table.routes().snapshot().all().forEachRemaining(routes::add);
        routes.forEach(route -> counts.merge(route.source(), 1L, Long::sum));
        tables.put(table.name(), new Table(table.created(), routes));
      }
      List<Catalog.Source> sources = new ArrayList<>();
      published.catalog().sources().forEach(sources::add);
      return new State(
          published.revision(),
          tables,
          sources,
          sources.stream().map(source -> counts.getOrDefault(source.name(), 0L)).toList());
    }
  }

  private static Random random() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("RouteCopyTest: -Dguidepost.seed=" + seed);
    return new Random(seed);
  }

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
    call = client.modifying();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldBeTheSameTablesWhoeverDecided() throws Exception {
    try (Copy follower = new Copy();
        Copy sleepy = new Copy()) {
      for (int round = 0; round < ROUNDS; round++) {
        change();
        follower.follow(server.journal());
        assertThat(State.of(follower.published))
            .as("after round %d", round)
            .isEqualTo(State.of(server.published()));
        if (random.nextInt(20) == 0) {
          sleepy.follow(server.journal());
        }
      }
      sleepy.follow(server.journal());
      assertSame(sleepy);
      // A third of the rounds change something: of 1,500 seeds the fewest were 49 in 300.
      assertThat(told(follower)).isEqualTo(told(sleepy)).hasSizeGreaterThan(ROUNDS / 10);
    }
    try (Copy fromTheStart = new Copy();
        Copy fromTheLatest = new Copy(server.journal())) {
      fromTheStart.follow(server.journal());
      assertSame(fromTheStart);
      assertSame(fromTheLatest);
    }
  }

  private void assertSame(Copy copy) {
    State state = State.of(copy.published);
    assertThat(state).isEqualTo(State.of(server.published()));
    assertThat(state.sources().stream().map(source -> copy.counts.of(source.name())).toList())
        .isEqualTo(state.counts());
  }

  private static List<Changefeed.Entry<RouteChange>> told(Copy copy) throws JournalException {
    List<Changefeed.Entry<RouteChange>> entries = new ArrayList<>();
    var cursor = copy.domain.changefeed().cursor(0, _ -> true);
    for (var next = cursor.poll(); next != null; next = cursor.poll()) {
      entries.add(next);
    }
    return entries;
  }

  /// Does something, or is refused, or fails for want of a disk.
  private void change() {
    String table = ModifyModelTest.TABLES.get(random.nextInt(ModifyModelTest.TABLES.size()));
    String source = ModifyModelTest.SOURCES.get(random.nextInt(ModifyModelTest.SOURCES.size()));
    boolean fails = random.nextInt(10) == 0;
    server.store().failWrites(fails);
    try {
      switch (random.nextInt(12)) {
        case 0 -> server.routes().createTable(named(table));
        case 1 -> server.routes().dropTable(DropTableRequest.newBuilder().setName(table).build());
        case 2 -> putSource(source);
        case 3 ->
            server.routes().deleteSource(DeleteSourceRequest.newBuilder().setName(source).build());
        case 4 -> flush(table, source);
        default -> {
          if (!fails) {
            call.send(ModifyModelTest.request(random));
          }
        }
      }
    } catch (StatusRuntimeException e) {
      // Refused by a rule or by the journal.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    server.store().failWrites(false);
  }

  private static CreateTableRequest named(String table) {
    return CreateTableRequest.newBuilder().setName(table).build();
  }

  private void putSource(String source) {
    client.putSource(
        Source.newBuilder().setName(source).setDistance(1 + random.nextInt(200)).build());
  }

  private void flush(String table, String source) {
    server.routes().flush(FlushRequest.newBuilder().setTable(table).setSource(source).build());
  }

  @Test
  void shouldGoOnInTheOrderOfInstallationWhenTheCopyBeginsToDecide() throws Exception {
    for (int round = 0; round < 30; round++) {
      change();
    }
    call.send(
        ModifyRequest.newBuilder()
            .addOperations(V1Client.add(V1Client.via("192.0.2.0/24", "192.0.2.1")))
            .build());
    try (Copy copy = new Copy()) {
      copy.follow(server.journal());
      long last =
          State.of(copy.published).tables().values().stream()
              .flatMap(table -> table.routes().stream())
              .mapToLong(Route::installed)
              .max()
              .orElseThrow();
      Batch batch = new Batch();
      Prefix prefix = Prefix.parse("198.51.100.0/24");
      var decision =
          copy.domain.decide(
              RouteRequest.of(RouteOperation.Put.of(Route.to(prefix, new NextHop.Blackhole()))),
              batch);
      var _ = decision.commit(copy.copied.journal().append(List.of(batch)));
      copy.domain.publish();
      assertThat(
              Objects.requireNonNull(State.of(copy.published).tables().get("default"))
                  .routes()
                  .stream()
                  .filter(route -> route.prefix().equals(prefix)))
          .singleElement()
          .satisfies(route -> assertThat(route.installed()).isEqualTo(last + 1));
    }
  }

  @Test
  void shouldRefuseABatchThatIsNotTheNext() throws Exception {
    try (Copy copy = new Copy()) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> copy.domain.apply(2, Instant.EPOCH, new Batch()))
          .withMessage("revision: must be 1, the one after the last: 2");
    }
  }

  @Test
  void shouldRefuseWhatIsNoRoute() throws Exception {
    try (Copy copy = new Copy()) {
      Batch batch = new Batch().put(new byte[] {0, 'X', 'a'}, new byte[0]);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> copy.domain.apply(1, Instant.EPOCH, batch));
    }
  }
}
