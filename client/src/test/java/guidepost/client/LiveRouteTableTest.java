package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.Progress;
import guidepost.routes.table.Address;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import guidepost.testing.Patience;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A copy that equals the server's table, whatever happens to the connection.
final class LiveRouteTableTest {

  private static final Duration PATIENCE = Patience.LIMIT;

  private static final int MANY = 2_000;

  private CuttingServer server;

  @BeforeEach
  void start() throws Exception {
    server = new CuttingServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static guidepost.routes.v1.Route route(String prefix, String nextHop, int metric) {
    return guidepost.routes.v1.Route.newBuilder()
        .setPrefix(prefix)
        .setNextHop(nextHop)
        .setMetric(metric)
        .build();
  }

  private static Operation add(String prefix, String nextHop, int metric) {
    return Operation.newBuilder().setAdd(route(prefix, nextHop, metric)).build();
  }

  private static Operation deletePrefix(String prefix) {
    return Operation.newBuilder().setDeletePrefix(prefix).build();
  }

  private long write(List<Operation> operations) {
    List<OperationResult> results = new ArrayList<>();
    try (ModifyStream<Operation, OperationResult> stream =
        server.client().routes().modify(results::add)) {
      operations.forEach(stream::write);
      stream.finish();
    }
    return results.getLast().getRevision();
  }

  private List<Route> atServer() {
    List<Route> routes = new ArrayList<>();
    server
        .client()
        .routes()
        .list("", MatchKind.MATCH_KIND_UNSPECIFIED, each -> routes.add(RouteMessages.route(each)));
    return routes;
  }

  private static List<Route> copied(LiveRouteTable table) {
    List<Route> routes = new ArrayList<>();
    for (Iterator<Route> each = table.snapshot().all(); each.hasNext(); ) {
      routes.add(each.next());
    }
    return routes;
  }

  @Test
  void shouldAnswerFromACopyThatFollows() throws Exception {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 1)));
    try (LiveRouteTable table = server.client().routes().live()) {
      table.ready().toCompletableFuture().join();
      assertThat(table.longest(Address.parse("10.1.2.3"))).isPresent();
      assertThat(table.isCurrent()).isTrue();
      table.await(write(List.of(add("10.1.0.0/16", "192.0.2.2", 1))), PATIENCE);
      assertThat(table.longest(Address.parse("10.1.2.3")).orElseThrow().prefix())
          .hasToString("10.1.0.0/16");
      table.await(write(List.of(deletePrefix("10.1.0.0/16"))), PATIENCE);
      assertThat(table.longest(Address.parse("10.1.2.3")).orElseThrow().prefix())
          .hasToString("10.0.0.0/8");
    }
  }

  @Test
  void shouldEqualTheServersTableHoweverOftenItIsCut() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LiveRouteTableTest seed " + seed);
    Random random = new Random(seed);
    try (LiveRouteTable table = server.client().routes().live()) {
      for (int messages = 2; messages <= 6; messages++) {
        server.cutAfter(messages);
        for (int round = 0; round < 8; round++) {
          List<Operation> operations = new ArrayList<>();
          for (int i = random.nextInt(600); i >= 0; i--) {
            String prefix = "10.%d.%d.0/24".formatted(random.nextInt(3), random.nextInt(200));
            operations.add(
                random.nextInt(4) == 0
                    ? deletePrefix(prefix)
                    : add(prefix, "192.0.2." + random.nextInt(3), random.nextInt(2)));
          }
          operations.add(add("11.0.0.0/8", "192.0.2.1", random.nextInt()));
          table.await(write(operations), PATIENCE);
          assertThat(copied(table)).isEqualTo(atServer());
        }
      }
    }
    assertThat(server.cuts()).isPositive();
  }

  @Test
  void shouldRankRoutesOfEqualCostAsTheServerDoes() throws Exception {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 5), add("10.0.0.0/8", "192.0.2.2", 1)));
    try (LiveRouteTable table = server.client().routes().live()) {
      table.ready().toCompletableFuture().join();
      table.await(write(List.of(add("10.0.0.0/8", "192.0.2.2", 5))), PATIENCE);
      assertThat(copied(table)).isEqualTo(atServer());
    }
  }

  @Test
  void shouldTakeANewSnapshotWhenTheLogNoLongerReachesBack() throws Exception {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 0), add("11.0.0.0/8", "192.0.2.1", 0)));
    try (LiveRouteTable table = server.client().routes().live()) {
      table.ready().toCompletableFuture().join();
      server.cutAfter(1); // ends the present call at its next message, and every further one
      write(List.of(deletePrefix("10.0.0.0/8")));
      await().until(() -> server.cuts() > 0);
      long last = write(List.of(add("12.0.0.0/8", "192.0.2.1", 0)));
      server.journal().trim(last);
      server.cutAfter(Integer.MAX_VALUE);
      table.await(last, PATIENCE);
      assertThat(copied(table)).isEqualTo(atServer());
    }
  }

  @Test
  void shouldSayWhyItCannotFollow() {
    LiveRouteTable table = server.client().routes().inTable("red").live();
    assertThatThrownBy(() -> table.ready().toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("no table matches \"red\"");
    assertThat(table.end().map(StatusRuntimeException::getStatus).map(Status::getCode))
        .contains(Status.Code.NOT_FOUND);
    assertThatThrownBy(() -> table.await(1, PATIENCE)).isInstanceOf(StatusRuntimeException.class);
    table.close();
  }

  @Test
  void shouldGoOnAnsweringWhileTheServerIsAway() throws Exception {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 0)));
    try (LiveRouteTable table = server.client().routes().live()) {
      table.ready().toCompletableFuture().join();
      server.close();
      await().until(() -> !table.isCurrent());
      assertThat(table.longest(Address.parse("10.1.2.3"))).isPresent();
    }
  }

  /// More changes than a message has, when they are flushed.
  private long writeMany() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      operations.add(add("10.%d.%d.0/24".formatted(i / 200, i % 200), "192.0.2.1", 0));
    }
    return write(operations);
  }

  private static boolean isWhole(RouteSnapshot shown) {
    boolean hasFirst = shown.longest(Address.parse("10.0.0.1")).isPresent();
    boolean hasLast = shown.longest(Address.parse("10.9.199.1")).isPresent();
    return hasFirst == hasLast;
  }

  @Test
  void shouldShowALargeRevisionAtOnce() throws Exception {
    try (LiveRouteTable table = server.client().routes().live()) {
      for (int round = 0; round < 5; round++) {
        table.await(writeMany(), PATIENCE);
        long flushed = server.client().routes().flush("static", "").getRevision();
        RouteSnapshot shown = table.snapshot();
        for (; shown.revision() < flushed; shown = table.snapshot()) {
          assertThat(isWhole(shown)).as("revision %d is whole", shown.revision()).isTrue();
        }
        assertThat(copied(table)).isEmpty();
      }
    }
  }

  @Test
  void shouldStandAtAWholeRevisionWhenItIsCutInsideALargeOne() throws Exception {
    try (LiveRouteTable table = server.client().routes().live()) {
      long written = writeMany();
      table.await(written, PATIENCE);
      server.cutAfter(1); // the first 512 changes, again and again
      long flushed = server.client().routes().flush("static", "").getRevision();
      await().until(() -> server.cuts() >= 3);
      assertThat(table.revision()).isEqualTo(written);
      assertThat(copied(table)).hasSize(MANY);
      server.cutAfter(Integer.MAX_VALUE);
      table.await(flushed, PATIENCE);
      assertThat(copied(table)).isEmpty();
    }
  }

  @Test
  void shouldTellWhoWaitsThatItWasClosed() throws Exception {
    server.cutAfter(0); // no snapshot ever comes
    LiveRouteTable table = server.client().routes().live();
    CompletableFuture<Void> ready = table.ready().toCompletableFuture();
    FutureTask<Void> awaiting =
        new FutureTask<>(
            () -> {
              table.await(1, Duration.ofDays(1));
              return null;
            });
    Thread waiting = Thread.ofPlatform().daemon().start(awaiting);
    await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    table.close();
    for (Future<Void> waited : List.of(ready, awaiting)) {
      assertThat(waited)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withMessageContaining("CANCELLED: the copy was closed");
    }
    assertThat(table.end()).isPresent();
  }

  @Test
  void shouldTellWhoWaitsThatTheClientWasClosed() {
    server.cutAfter(0);
    try (LiveRouteTable table = server.client().routes().live()) {
      server.client().close();
      assertThat(table.ready())
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withCauseInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> table.await(1, PATIENCE)).isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void shouldNotBeCurrentOnceItIsClosedWhateverComesMeanwhile() throws Exception {
    try (InProcess chatty = InProcess.serving(new ChattyRoutes())) {
      for (int round = 0; round < 100; round++) {
        LiveRouteTable table = chatty.client().routes().live();
        table.ready().toCompletableFuture().join();
        table.close();
        assertThat(table.isCurrent()).as("round %d", round).isFalse();
      }
    }
  }

  /// Says all the time that nothing has changed.
  private static final class ChattyRoutes extends RoutesGrpc.RoutesImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
      var call = (ServerCallStreamObserver<WatchResponse>) responses;
      call.onNext(
          WatchResponse.newBuilder()
              .setEndOfSnapshot(EndOfSnapshot.getDefaultInstance())
              .setProgress(Progress.newBuilder().setRevision(1))
              .build());
      call.setOnReadyHandler(
          () -> {
            while (call.isReady() && !call.isCancelled()) {
              call.onNext(
                  WatchResponse.newBuilder()
                      .setProgress(Progress.newBuilder().setRevision(1))
                      .build());
            }
          });
    }
  }

  @Test
  void shouldLookUpAddressesOfBothFamiliesInOrder() {
    write(
        List.of(
            add("10.0.0.0/8", "192.0.2.1", 0),
            add("2001:db8::/32", "2001:db8::1", 0),
            add("0.0.0.0/0", "192.0.2.9", 0)));
    List<String> answers = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    try (LookupStream lookups =
        server
            .client()
            .routes()
            .lookups(
                found -> answers.add(found.map(guidepost.routes.v1.Route::getPrefix).orElse("")))) {
      for (int i = 0; i < 1_500; i++) {
        String address = List.of("10.0.0.1", "2001:db8::1", "8.8.8.8", "2001:db9::1").get(i % 4);
        asked.add(List.of("10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "").get(i % 4));
        lookups.write(Address.parse(address));
      }
      lookups.sync();
      assertThat(answers).isEqualTo(asked);
      lookups.finish();
    }
  }

  @Test
  void shouldCountWithoutListing() {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 0), add("10.0.0.0/8", "192.0.2.2", 7)));
    assertThat(
            server
                .client()
                .routes()
                .count(
                    GetRoutesRequest.newBuilder()
                        .setFilter(RouteFilter.newBuilder().setMetricMin(7))
                        .build()))
        .isEqualTo(1);
  }

  @Test
  void shouldReachTheRevisionOfAWriteThatChangedNothingInItsTable() throws Exception {
    write(List.of(add("10.0.0.0/8", "192.0.2.1", 1)));
    try (LiveRouteTable table = server.client().routes().live()) {
      table.ready().toCompletableFuture().join();
      for (int other = 1; other <= 5; other++) {
        server.client().routes().createTable("other-" + other);
        table.await(write(List.of(add("10.0.0.0/8", "192.0.2.1", 1))), PATIENCE);
        assertThat(table.revision()).isEqualTo(1 + other);
      }
    }
  }
}
