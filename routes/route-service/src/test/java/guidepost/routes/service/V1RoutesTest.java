package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RouteKind;
import guidepost.routes.v1.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class V1RoutesTest {

  private InProcessRoutes server;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Route via(String prefix, String nextHop) {
    return Route.newBuilder().setPrefix(prefix).setNextHop(nextHop).build();
  }

  private static Operation add(Route route) {
    return Operation.newBuilder().setAdd(route).build();
  }

  private static Operation delete(Route route) {
    return Operation.newBuilder().setDeleteRoute(route).build();
  }

  private static Operation deletePrefix(String prefix) {
    return Operation.newBuilder().setDeletePrefix(prefix).build();
  }

  private List<OperationResult> modify(Operation... operations) throws Exception {
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    for (int i = 0; i < operations.length; i++) {
      request.addOperations(operations[i].toBuilder().setId(i));
    }
    return modify(List.of(request.build()));
  }

  private List<OperationResult> modify(List<ModifyRequest> requests) throws Exception {
    Replies<ModifyResponse> replies = new Replies<>();
    StreamObserver<ModifyRequest> call = server.routesAsync().modify(replies);
    requests.forEach(call::onNext);
    call.onCompleted();
    return replies.await().stream().flatMap(reply -> reply.getResultsList().stream()).toList();
  }

  private List<String> prefixes(String prefix, MatchKind match) {
    List<String> found = new ArrayList<>();
    server
        .routes()
        .getRoutes(GetRoutesRequest.newBuilder().setPrefix(prefix).setMatchKind(match).build())
        .forEachRemaining(
            page -> page.getRoutesList().forEach(route -> found.add(route.getPrefix())));
    return found;
  }

  @Test
  void shouldNameTheFieldsOfThisContract() throws Exception {
    List<OperationResult> results =
        modify(
            add(via("10.0.0.0/8", "here")),
            add(via("10.0.0.0/8", "")),
            add(via("2001:db8::/32", "192.0.2.1")),
            add(via("::ffff:10.0.0.0/104", "192.0.2.1")),
            deletePrefix("10.0.0.1/8"));
    assertThat(results)
        .extracting(OperationResult::getReason)
        .containsExactly(
            "ADDRESS_SYNTAX",
            "NEXT_HOP_MISSING",
            "NEXT_HOP_FAMILY",
            "PREFIX_MAPPED",
            "PREFIX_HOST_BITS");
    assertThat(results)
        .extracting(result -> result.getText().replaceAll("\": .*", "\""))
        .containsExactly(
            "next_hop \"here\"",
            "next_hop \"\"",
            "next_hop \"192.0.2.1\"",
            "prefix \"::ffff:10.0.0.0/104\"",
            "delete_prefix \"10.0.0.1/8\"");
  }

  @Test
  void shouldSayHowManyRoutesAReplacementMayHave() throws Exception {
    Route[] routes = new Route[257];
    Arrays.setAll(routes, i -> via("10.0.0.0/8", "192.%d.%d.1".formatted(i >> 8, i & 255)));
    Operation tooMany = V1Client.replace("10.0.0.0/8", routes);
    assertThat(modify(tooMany).getFirst().getText())
        .isEqualTo("routes \"257\": must be at most 256 for prefix \"10.0.0.0/8\"");
    V1Client client = new V1Client(server);
    client.putSource("bgp", 20);
    client.modify(V1Client.ofSource("bgp", add(via("10.0.0.0/8", "192.0.2.1"))));
    assertThat(modify(tooMany).getFirst().getText())
        .isEqualTo(
            "routes \"257\": must be at most 255 for prefix \"10.0.0.0/8\", beside 1 of other"
                + " sources: 256 in all");
  }

  @Test
  void shouldAnswerEveryOperationInOrderWithItsOwnResult() throws Exception {
    List<OperationResult> results =
        modify(
            add(via("10.0.0.0/8", "192.0.2.1")),
            add(via("10.0.0.1/8", "192.0.2.1")),
            add(via("10.0.0.0/8", "192.0.2.1")),
            deletePrefix("10.0.0.0/8"),
            deletePrefix("10.0.0.0/8"),
            Operation.getDefaultInstance());
    assertThat(results).extracting(OperationResult::getId).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(results)
        .extracting(OperationResult::getEntriesChanged)
        .containsExactly(1, 0, 0, 1, 0, 0);
    assertThat(results)
        .extracting(OperationResult::getReason)
        .containsExactly("", "PREFIX_HOST_BITS", "", "", "", "FIELD_REQUIRED");
    assertThat(results.get(1).getText())
        .isEqualTo(
            "prefix \"10.0.0.1/8\": has host bits set for length 8; did you mean 10.0.0.0/8?");
    assertThat(results.get(1).getRevision()).isZero();
    assertThat(results.getFirst().getRevision()).isPositive();
  }

  @Test
  void shouldDeleteOneRouteOfAPrefixOrAllOfThem() throws Exception {
    modify(
        add(via("10.0.0.0/8", "192.0.2.1")),
        add(via("10.0.0.0/8", "192.0.2.2")),
        add(via("10.0.0.0/8", "192.0.2.3")));
    assertThat(modify(delete(via("10.0.0.0/8", "192.0.2.2"))).getFirst().getEntriesChanged())
        .isEqualTo(1);
    assertThat(prefixes("10.0.0.0/8", MatchKind.MATCH_KIND_EXACT)).hasSize(2);
    assertThat(modify(deletePrefix("10.0.0.0/8")).getFirst().getEntriesChanged()).isEqualTo(2);
    assertThat(prefixes("", MatchKind.MATCH_KIND_UNSPECIFIED)).isEmpty();
  }

  @Test
  void shouldTakeMetricsOf32BitsAndBlackholes() throws Exception {
    Route blackhole =
        Route.newBuilder()
            .setPrefix("192.0.2.0/24")
            .setKind(RouteKind.ROUTE_KIND_BLACKHOLE)
            .setMetric(-1)
            .build();
    assertThat(modify(add(blackhole)).getFirst().getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
    server = server.restart();
    Route stored = pages("192.0.2.0/24").getFirst().getRoutes(0);
    assertThat(stored.getKind()).isEqualTo(RouteKind.ROUTE_KIND_BLACKHOLE);
    assertThat(Integer.toUnsignedLong(stored.getMetric())).isEqualTo(4_294_967_295L);
    assertThat(server.get("192.0.2.1", "").getNh()).isEmpty();
    assertThat(server.get("192.0.2.1", "").getMetric()).isEqualTo(Integer.MAX_VALUE);
  }

  private List<GetRoutesResponse> pages(String prefix) {
    List<GetRoutesResponse> pages = new ArrayList<>();
    server
        .routes()
        .getRoutes(GetRoutesRequest.newBuilder().setPrefix(prefix).build())
        .forEachRemaining(pages::add);
    return pages;
  }

  @Test
  void shouldRefuseWhatIsUnknownAndGoOn() throws Exception {
    Route otherSource = via("10.0.0.0/8", "192.0.2.1").toBuilder().setSource("bgp").build();
    Route blackholeVia =
        via("10.0.0.0/8", "192.0.2.1").toBuilder().setKind(RouteKind.ROUTE_KIND_BLACKHOLE).build();
    assertThat(
            modify(
                add(otherSource),
                add(blackholeVia),
                add(via("10.0.0.0", "192.0.2.1")),
                add(via("11.0.0.0/8", "192.0.2.1"))))
        .extracting(OperationResult::getReason)
        .containsExactly("SOURCE_UNKNOWN", "KIND_BLACKHOLE", "PREFIX_LENGTH", "");
    ModifyRequest elsewhere =
        ModifyRequest.newBuilder()
            .setTable("blue")
            .addOperations(add(via("10.0.0.0/8", "192.0.2.1")))
            .build();
    assertThat(modify(List.of(elsewhere)).getFirst().getCode())
        .isEqualTo(ResultCode.RESULT_CODE_UNKNOWN);
  }

  @Test
  void shouldBoundTheRoutesOfAPrefix() throws Exception {
    Operation[] many =
        IntStream.range(0, 257)
            .mapToObj(i -> add(via("10.0.0.0/8", "192.0.%d.%d".formatted(i / 250, i % 250 + 1))))
            .toArray(Operation[]::new);
    List<OperationResult> results = modify(many);
    assertThat(results.getLast().getReason()).isEqualTo("PREFIX_ROUTES_MAX");
    assertThat(results.subList(0, 256)).allMatch(r -> r.getCode() == ResultCode.RESULT_CODE_OK);
  }

  @Test
  void shouldMatchExactLongestLongerAndShorter() throws Exception {
    modify(
        add(via("0.0.0.0/0", "192.0.2.1")),
        add(via("10.0.0.0/8", "192.0.2.1")),
        add(via("10.1.0.0/16", "192.0.2.1")),
        add(via("10.1.2.0/24", "192.0.2.1")),
        add(via("::/0", "2001:db8::1")));
    assertThat(prefixes("10.1.0.0/16", MatchKind.MATCH_KIND_EXACT)).containsExactly("10.1.0.0/16");
    assertThat(prefixes("10.1.9.9", MatchKind.MATCH_KIND_LONGEST)).containsExactly("10.1.0.0/16");
    assertThat(prefixes("10.0.0.0/8", MatchKind.MATCH_KIND_LONGER))
        .containsExactly("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24");
    assertThat(prefixes("10.1.2.0/24", MatchKind.MATCH_KIND_SHORTER))
        .containsExactly("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24");
    assertThat(prefixes("", MatchKind.MATCH_KIND_UNSPECIFIED)).hasSize(5).endsWith("::/0");
    assertThat(pages("203.0.113.0/24")).hasSize(1);
  }

  @Test
  void shouldCountRoutesAndPrefixes() throws Exception {
    modify(
        add(via("10.0.0.0/8", "192.0.2.1")),
        add(via("10.0.0.0/8", "192.0.2.2")),
        add(via("::/0", "2001:db8::1")));
    var stats = server.routes().getStats(GetStatsRequest.getDefaultInstance());
    assertThat(stats.getIpv4Routes()).isEqualTo(2);
    assertThat(stats.getIpv4Prefixes()).isEqualTo(1);
    assertThat(stats.getIpv6Routes()).isEqualTo(1);
    assertThat(stats.getRevision()).isEqualTo(1);
  }

  @Test
  void shouldNameWhatIsWrongWithAQuery() {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> prefixes("10.0.0.0/33", MatchKind.MATCH_KIND_EXACT))
        .withMessage(
            "INVALID_ARGUMENT: prefix \"10.0.0.0/33\": prefix length must be 0..32 for IPv4");
    assertThatThrownBy(() -> prefixes("", MatchKind.MATCH_KIND_LONGEST))
        .hasMessageContaining("prefix \"\": must be given for MATCH_KIND_LONGEST");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () -> server.routes().getStats(GetStatsRequest.newBuilder().setTable("blue").build()))
        .satisfies(
            e ->
                assertThat(Objects.requireNonNull(e).getStatus().getCode())
                    .isEqualTo(Status.Code.NOT_FOUND));
  }

  @Test
  void shouldAnswerWhatCameAndRefuseAMessageWithTooManyOperations() throws Exception {
    ModifyRequest.Builder tooMany = ModifyRequest.newBuilder();
    for (int i = 0; i <= 16_384; i++) {
      tooMany.addOperations(Operation.getDefaultInstance());
    }
    ModifyRequest good =
        ModifyRequest.newBuilder().addOperations(add(via("10.0.0.0/8", "192.0.2.1"))).build();
    assertThatThrownBy(() -> modify(List.of(good, tooMany.build())))
        .hasMessageContaining("INVALID_ARGUMENT: operations \"16385\": must have 0..16384 entries");
    assertThat(prefixes("10.0.0.0/8", MatchKind.MATCH_KIND_EXACT)).hasSize(1);
  }

  @Test
  void shouldEndAnIdleStreamWhenTheServiceShutsDown() {
    Replies<ModifyResponse> replies = new Replies<>();
    StreamObserver<ModifyRequest> call = server.routesAsync().modify(replies);
    server.shutdown();
    assertThatThrownBy(replies::await).hasMessageContaining("UNAVAILABLE: the server is shutting");
    call.onCompleted();
  }

  @Test
  void shouldKeepAnErrorShortWhateverItIsAbout() {
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .getStats(GetStatsRequest.newBuilder().setTable("x".repeat(50_000)).build()))
        .hasMessageStartingWith("NOT_FOUND: no table matches \"xxx")
        .hasMessageEndingWith("…\"");
  }

  @Test
  void shouldKeepTenThousandPipelinedOperationsInOrder() throws Exception {
    long seed = Long.getLong("GUIDEPOST_SEED", System.nanoTime());
    System.out.println("V1RoutesTest seed " + seed);
    Random random = new Random(seed);
    Map<String, Boolean> model = new TreeMap<>();
    List<ModifyRequest> requests = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    long id = 0;
    for (int r = 0; r < 200; r++) {
      ModifyRequest.Builder request = ModifyRequest.newBuilder();
      for (int i = random.nextInt(100); i > 0; i--) {
        String prefix = "10.0.0.%d/32".formatted(random.nextInt(20));
        boolean adding = random.nextBoolean();
        Operation operation = adding ? add(via(prefix, "192.0.2.1")) : deletePrefix(prefix);
        request.addOperations(operation.toBuilder().setId(id++));
        expected.add(model.getOrDefault(prefix, false) == adding ? 0 : 1);
        model.put(prefix, adding);
      }
      requests.add(request.build());
    }
    List<OperationResult> results = modify(requests);
    assertThat(results).extracting(OperationResult::getEntriesChanged).isEqualTo(expected);
    assertThat(results)
        .extracting(OperationResult::getId)
        .isEqualTo(LongStream.range(0, id).boxed().toList());
    List<Long> revisions = results.stream().map(OperationResult::getRevision).toList();
    assertThat(revisions).isSorted();
  }

  @Test
  void shouldFindTheLongestPrefixThatHasARouteThatFits() throws Exception {
    modify(
        add(via("10.0.0.0/8", "192.0.2.1")),
        add(via("10.0.0.0/8", "192.0.2.2")),
        add(via("10.1.0.0/16", "192.0.2.1")),
        add(via("10.1.2.0/24", "192.0.2.3")));
    GetRoutesRequest.Builder longest =
        GetRoutesRequest.newBuilder()
            .setPrefix("10.1.2.3")
            .setMatchKind(MatchKind.MATCH_KIND_LONGEST);
    assertThat(found(longest.setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.3"))))
        .containsExactly("10.1.2.0/24 192.0.2.3");
    assertThat(found(longest.setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.1"))))
        .containsExactly("10.1.0.0/16 192.0.2.1");
    assertThat(found(longest.setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.2"))))
        .containsExactly("10.0.0.0/8 192.0.2.2");
    assertThat(found(longest.setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.9"))))
        .isEmpty();
    assertThat(found(longest.setFilter(RouteFilter.newBuilder().setMetricMax(0))))
        .containsExactly("10.1.2.0/24 192.0.2.3");
  }

  private List<String> found(GetRoutesRequest.Builder request) {
    List<String> found = new ArrayList<>();
    server
        .routes()
        .getRoutes(request.build())
        .forEachRemaining(
            page ->
                page.getRoutesList().forEach(r -> found.add(r.getPrefix() + " " + r.getNextHop())));
    return found;
  }

  @Test
  void shouldKeepIpv4MappedNextHopsOfIpv6Prefixes() throws Exception {
    List<OperationResult> results =
        modify(
            add(via("2001:db8::/32", "::ffff:192.0.2.1")),
            add(via("2001:db8::/32", "192.0.2.1")),
            add(via("10.0.0.0/8", "::ffff:192.0.2.1")));
    assertThat(results)
        .extracting(OperationResult::getReason)
        .containsExactly("", "NEXT_HOP_FAMILY", "NEXT_HOP_MAPPED");
    assertThat(results.get(1).getText()).endsWith("across IPv4 (RFC 4798) write ::ffff:192.0.2.1");
    assertThat(results.get(2).getText()).endsWith("write 192.0.2.1");
    assertThat(
            found(
                GetRoutesRequest.newBuilder()
                    .setPrefix("2001:db8::1")
                    .setMatchKind(MatchKind.MATCH_KIND_LONGEST)))
        .containsExactly("2001:db8::/32 ::ffff:192.0.2.1");
    assertThat(server.get("2001:db8::1", "").getNh()).isEqualTo("::ffff:192.0.2.1");
  }

  @Test
  void shouldAnswerNotFoundWhereverAnUnknownTableOrSourceIsNamed() {
    List<Callable<?>> tables =
        List.of(
            () -> found(GetRoutesRequest.newBuilder().setTable("none")),
            () ->
                server
                    .routes()
                    .lookup(
                        LookupRequest.newBuilder().setDestination("::1").setTable("none").build()),
            () ->
                server
                    .routes()
                    .lookupBatch(LookupBatchRequest.newBuilder().setTable("none").build()),
            () ->
                server
                    .routes()
                    .explain(
                        ExplainRequest.newBuilder().setDestination("::1").setTable("none").build()),
            () ->
                server
                    .routes()
                    .diffRoutes(DiffRoutesRequest.newBuilder().setTable("none").build())
                    .hasNext(),
            () ->
                server.routes().watch(WatchRequest.newBuilder().setTable("none").build()).hasNext(),
            () -> server.routes().getStats(GetStatsRequest.newBuilder().setTable("none").build()),
            () -> server.routes().dropTable(DropTableRequest.newBuilder().setName("none").build()),
            () -> server.routes().flush(FlushRequest.newBuilder().setTable("none").build()));
    for (Callable<?> each : tables) {
      assertUnknown(each, "TABLE_UNKNOWN");
    }
    List<Callable<?>> sources =
        List.of(
            () ->
                found(
                    GetRoutesRequest.newBuilder()
                        .setFilter(
                            RouteFilter.newBuilder().addSources("static").addSources("none"))),
            () ->
                server
                    .routes()
                    .watch(
                        WatchRequest.newBuilder()
                            .setFilter(RouteFilter.newBuilder().addSources("none"))
                            .build())
                    .hasNext(),
            () ->
                server
                    .routes()
                    .deleteSource(DeleteSourceRequest.newBuilder().setName("none").build()),
            () -> server.routes().flush(FlushRequest.newBuilder().setSource("none").build()));
    for (Callable<?> each : sources) {
      assertUnknown(each, "SOURCE_UNKNOWN");
    }
  }

  @Test
  void shouldNameTheFieldOfTheRequestThatNamesAnUnknownTableOrSource() {
    List<Callable<?>> calls =
        List.of(
            () -> server.routes().dropTable(DropTableRequest.newBuilder().setName("none").build()),
            () ->
                server
                    .routes()
                    .deleteSource(DeleteSourceRequest.newBuilder().setName("none").build()));
    for (Callable<?> each : calls) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(each::call)
          .satisfies(
              e -> assertThat(Details.info(e).getMetadataMap()).containsEntry("field", "name"));
    }
  }

  private static void assertUnknown(Callable<?> call, String reason) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call::call)
        .satisfies(
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(Details.info(e).getReason()).isEqualTo(reason);
              assertThat(Details.info(e).getMetadataMap()).containsEntry("value", "none");
            });
  }

  @Test
  void shouldTellProgramsWhatIsWrong() {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> prefixes("10.0.0.0/33", MatchKind.MATCH_KIND_EXACT))
        .satisfies(
            e -> {
              assertThat(Details.info(e).getDomain()).isEqualTo("guidepost");
              assertThat(Details.info(e).getReason()).isEqualTo("VALUE_OUT_OF_RANGE");
              assertThat(Details.info(e).getMetadataMap())
                  .containsEntry("field", "prefix")
                  .containsEntry("value", "10.0.0.0/33");
              assertThat(Details.violation(e).getField()).isEqualTo("prefix");
              assertThat(Details.violation(e).getDescription())
                  .isEqualTo(e.getStatus().getDescription());
            });
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () ->
                server
                    .routes()
                    .lookup(LookupRequest.newBuilder().setDestination("192.0.2.1").build()))
        .satisfies(e -> assertThat(Details.info(e).getReason()).isEqualTo("DESTINATION_UNCOVERED"));
  }

  @Test
  void shouldTellRoutesApartByTheirPathId() throws Exception {
    Route first = via("0.0.0.0/0", "192.0.2.1").toBuilder().setMetric(100).build();
    Route second = first.toBuilder().setMetric(600).setPathId(-1).build();
    modify(add(first), add(second), add(second));
    GetRoutesRequest all = GetRoutesRequest.getDefaultInstance();
    assertThat(server.routes().getRoutes(all).next().getRoutesList())
        .extracting(Route::getMetric, Route::getPathId)
        .containsExactly(tuple(100, 0), tuple(600, -1));
    server = server.restart();
    assertThat(server.routes().getRoutes(all).next().getRoutesList())
        .extracting(Route::getMetric, Route::getPathId)
        .containsExactly(tuple(100, 0), tuple(600, -1));
    modify(delete(first));
    LookupResponse left =
        server.routes().lookup(LookupRequest.newBuilder().setDestination("192.0.2.9").build());
    assertThat(left.getRoute().getMetric()).isEqualTo(600);
    modify(delete(first), delete(second));
    assertThat(server.list()).isEmpty();
  }
}
