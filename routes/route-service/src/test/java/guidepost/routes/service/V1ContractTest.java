package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import guidepost.common.v1.AsOf;
import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.AddressFamily;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.GetLimitsRequest;
import guidepost.routes.v1.GetRevisionRequest;
import guidepost.routes.v1.GetRevisionResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetSourceRequest;
import guidepost.routes.v1.GetTableRequest;
import guidepost.routes.v1.ListSourcesRequest;
import guidepost.routes.v1.ListSourcesResponse;
import guidepost.routes.v1.ListTablesRequest;
import guidepost.routes.v1.ListTablesResponse;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RouteDetail;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RouteKind;
import guidepost.routes.v1.WatchRequest;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the calls of the v1 contract have in common: filters, earlier states, pages, times.
final class V1ContractTest {

  private static final RouteFilter BGP = RouteFilter.newBuilder().addSources("bgp").build();

  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
    client.putSource("bgp", 20);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static RouteFilter.Builder filter() {
    return RouteFilter.newBuilder();
  }

  private static AsOf revision(long revision) {
    return AsOf.newBuilder().setRevision(revision).build();
  }

  private static Timestamp time(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  private static Route tagged(String prefix, String nextHop, String... tags) {
    return via(prefix, nextHop).toBuilder().addAllTags(List.of(tags)).build();
  }

  private static ByteString ipv4(int... bytes) {
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = (byte) bytes[i];
    }
    return ByteString.copyFrom(address);
  }

  private LookupResponse lookup(String destination, RouteFilter filter) {
    return server
        .routes()
        .lookup(LookupRequest.newBuilder().setDestination(destination).setFilter(filter).build());
  }

  private static String reason(Throwable failure) {
    return Details.info((StatusRuntimeException) failure).getReason();
  }

  private static String field(Throwable failure) {
    return Details.info((StatusRuntimeException) failure)
        .getMetadataMap()
        .getOrDefault("field", "");
  }

  private List<String> found(RouteFilter filter) {
    return client.routes(GetRoutesRequest.newBuilder().setFilter(filter).build()).stream()
        .map(route -> route.getPrefix() + " " + route.getSource())
        .toList();
  }

  private void manyRoutes() throws Exception {
    client.modify(
        add(tagged("10.0.0.0/8", "192.0.2.1", "core", "eu")),
        add(via("10.1.0.0/16", "192.0.2.2", 7)),
        add(
            Route.newBuilder()
                .setPrefix("2001:db8::/32")
                .setKind(RouteKind.ROUTE_KIND_BLACKHOLE)
                .build()),
        add(Route.newBuilder().setPrefix("10.2.0.0/16").setInterfaceName("eth0").build()));
    client.modify(ofSource("bgp", add(tagged("10.1.0.0/16", "192.0.2.1", "core"))));
  }

  @Test
  void shouldFindRoutesByEachFieldOfAFilter() throws Exception {
    manyRoutes();
    String ten = "10.0.0.0/8 static";
    String own = "10.1.0.0/16 static";
    String bgp = "10.1.0.0/16 bgp";
    String eth = "10.2.0.0/16 static";
    String six = "2001:db8::/32 static";
    assertThat(found(filter().build())).containsExactly(ten, own, bgp, eth, six);
    assertThat(found(BGP)).containsExactly(bgp);
    assertThat(found(filter().addTags("core").build())).containsExactly(ten, bgp);
    assertThat(found(filter().addTags("eu").addTags("core").build())).containsExactly(ten);
    assertThat(found(filter().setNextHop("192.0.2.1").build())).containsExactly(ten, bgp);
    assertThat(found(filter().setInterfaceName("eth0").build())).containsExactly(eth);
    assertThat(found(filter().addKinds(RouteKind.ROUTE_KIND_BLACKHOLE).build()))
        .containsExactly(six);
    assertThat(found(filter().setFamily(AddressFamily.ADDRESS_FAMILY_IPV6).build()))
        .containsExactly(six);
    assertThat(found(filter().setFamily(AddressFamily.ADDRESS_FAMILY_IPV4).build()))
        .containsExactly(ten, own, bgp, eth);
    assertThat(found(filter().setDistanceMin(2).build())).containsExactly(bgp);
    assertThat(found(filter().setDistanceMax(1).build())).containsExactly(ten, own, eth, six);
    assertThat(found(filter().setMetricMin(1).setMetricMax(7).build())).containsExactly(own);
    assertThat(found(filter().setBestOnly(true).build())).containsExactly(ten, own, eth, six);
    assertThat(found(BGP.toBuilder().setBestOnly(true).build()))
        .as("the best of its prefix is another source's")
        .isEmpty();
  }

  @Test
  void shouldNameTheFieldOfAFilterThatBreaksARule() {
    assertThatThrownBy(() -> found(filter().setNextHop("here").build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.next_hop"));
    assertThatThrownBy(() -> found(filter().setDistanceMin(3).setDistanceMax(2).build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.distance_min"))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("VALUE_OUT_OF_RANGE"));
    assertThatThrownBy(() -> found(filter().setDistanceMax(256).build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.distance_max"))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("VALUE_OUT_OF_RANGE"))
        .hasMessageContaining("filter.distance_max \"256\": must be 0..255");
    assertThatThrownBy(() -> found(filter().setDistanceMin(-1).build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.distance_min"));
    assertThatThrownBy(
            () -> found(filter().addKinds(RouteKind.ROUTE_KIND_UNICAST).addKindsValue(9).build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.kinds[1]"));
    assertThatThrownBy(() -> found(filter().addSources("bgp").addSources("none").build()))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.sources[1]"))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("SOURCE_UNKNOWN"));
    assertThatThrownBy(() -> lookup("10.0.0.1", filter().addSources("none").build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("SOURCE_UNKNOWN"));
    RouteFilter many = filter().addAllTags(List.of("abcdefghijklmnopq".split(""))).build();
    assertThatThrownBy(() -> found(many))
        .satisfies(e -> assertThat(field(e)).isEqualTo("filter.tags"));
  }

  @Test
  void shouldLookUpTheLongestPrefixThatHasARouteThatFits() throws Exception {
    manyRoutes();
    assertThat(lookup("10.1.0.1", filter().build()).getRoute().getSource()).isEqualTo("static");
    assertThat(lookup("10.1.0.1", BGP).getRoute().getSource()).isEqualTo("bgp");
    assertThat(lookup("10.2.0.1", filter().addTags("core").build()).getRoute().getPrefix())
        .isEqualTo("10.0.0.0/8");
    assertThat(
            lookup("10.1.0.1", filter().addTags("core").setBestOnly(true).build())
                .getRoute()
                .getPrefix())
        .as("in 10.1.0.0/16 the best route does not fit")
        .isEqualTo("10.0.0.0/8");
    assertThatThrownBy(() -> lookup("10.2.0.1", BGP))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("DESTINATION_UNCOVERED"));
  }

  @Test
  void shouldLookUpManyAddressesAsItLooksUpOne() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("V1ContractTest seed " + seed);
    Random random = new Random(seed);
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String prefix =
          random.nextBoolean()
              ? "10.%d.0.0/16".formatted(random.nextInt(20))
              : "10.%d.%d.0/24".formatted(random.nextInt(20), random.nextInt(3));
      operations.add(
          add(
              via(prefix, "192.0.2." + (1 + random.nextInt(5)), random.nextInt(2)).toBuilder()
                  .setSource(random.nextBoolean() ? "bgp" : "static")
                  .build()));
    }
    client.modify(operations.toArray(Operation[]::new));
    for (RouteFilter filter : List.of(filter().build(), BGP, filter().setBestOnly(true).build())) {
      LookupBatchRequest.Builder batch =
          LookupBatchRequest.newBuilder().setFilter(filter).setEqualCost(true);
      List<String> asked = new ArrayList<>();
      ByteString addresses = ByteString.EMPTY;
      for (int i = 0; i < 200; i++) {
        int second = random.nextInt(24);
        int third = random.nextInt(4);
        asked.add("10.%d.%d.1".formatted(second, third));
        addresses = addresses.concat(ipv4(10, second, third, 1));
      }
      LookupBatchResponse answer = server.routes().lookupBatch(batch.setIpv4(addresses).build());
      assertThat(answer.getEqualCount()).isEqualTo(answer.getRoutesCount());
      for (int i = 0; i < asked.size(); i++) {
        assertThat(ways(answer, answer.getIndexes(i)))
            .as("seed %d: %s with %s", seed, asked.get(i), filter)
            .isEqualTo(ways(asked.get(i), filter));
      }
    }
  }

  private static List<Route> ways(LookupBatchResponse answer, int index) {
    if (index == 0) {
      return List.of();
    }
    List<Route> ways = new ArrayList<>(List.of(answer.getRoutes(index - 1)));
    answer
        .getEqual(index - 1)
        .getIndexesList()
        .forEach(each -> ways.add(answer.getRoutes(each - 1)));
    return ways;
  }

  private List<Route> ways(String destination, RouteFilter filter) {
    try {
      LookupResponse answer = lookup(destination, filter);
      List<Route> ways = new ArrayList<>(List.of(answer.getRoute()));
      ways.addAll(answer.getEqualList());
      return ways;
    } catch (StatusRuntimeException e) {
      return List.of();
    }
  }

  @Test
  void shouldSayNoMoreThanForwardingNeedsOfTheRoutesOfAFilter() throws Exception {
    manyRoutes();
    LookupBatchRequest batch =
        LookupBatchRequest.newBuilder()
            .setIpv4(ipv4(10, 1, 0, 1))
            .setFilter(BGP)
            .setDetail(RouteDetail.ROUTE_DETAIL_FORWARDING)
            .build();
    assertThat(server.routes().lookupBatch(batch).getRoutesList())
        .containsExactly(
            Route.newBuilder()
                .setPrefix("10.1.0.0/16")
                .setNextHop("192.0.2.1")
                .setKind(RouteKind.ROUTE_KIND_UNICAST)
                .build());
    ByteString tooMany = ByteString.copyFrom(new byte[4 * 4_097]);
    assertThatThrownBy(
            () -> server.routes().lookupBatch(batch.toBuilder().setIpv4(tooMany).build()))
        .hasMessageContaining("must be at most 4096 addresses");
  }

  @Test
  void shouldLookUpAndExplainEarlierStates() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    client.modify(add(via("10.1.0.0/16", "192.0.2.2")));
    client.modify(deletePrefix("10.0.0.0/8"));
    long now = server.journal().revision();
    LookupRequest one = LookupRequest.newBuilder().setDestination("10.1.0.1").build();
    LookupRequest then = one.toBuilder().setAsOf(revision(now - 2)).build();
    assertThat(server.routes().lookup(then).getRoute().getPrefix()).isEqualTo("10.0.0.0/8");
    assertThat(server.routes().lookup(then).getRevision()).isEqualTo(now - 2);
    assertThat(server.routes().lookup(one).getRoute().getPrefix()).isEqualTo("10.1.0.0/16");
    LookupBatchRequest batch =
        LookupBatchRequest.newBuilder()
            .setIpv4(ipv4(10, 9, 0, 1, 10, 1, 0, 1))
            .setAsOf(revision(now - 1))
            .build();
    LookupBatchResponse answer = server.routes().lookupBatch(batch);
    assertThat(answer.getRevision()).isEqualTo(now - 1);
    assertThat(answer.getIndexesList()).containsExactly(1, 2);
    assertThat(answer.getRoutesList())
        .extracting(Route::getPrefix)
        .containsExactly("10.0.0.0/8", "10.1.0.0/16");
    ExplainRequest why =
        ExplainRequest.newBuilder().setDestination("10.1.0.1").setAsOf(revision(now - 1)).build();
    assertThat(server.routes().explain(why).getShorterPrefixesList()).containsExactly("10.0.0.0/8");
    ExplainRequest beside =
        ExplainRequest.newBuilder()
            .setDestination("10.1.0.1")
            .setAsOf(revision(now - 1))
            .setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.1"))
            .build();
    assertThat(server.routes().explain(beside).getPrefix())
        .as("the longest prefix that has a route that fits")
        .isEqualTo("10.0.0.0/8");
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .explain(
                        beside.toBuilder()
                            .setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.9"))
                            .build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("DESTINATION_UNCOVERED"));
    assertThatThrownBy(
            () -> server.routes().lookup(one.toBuilder().setAsOf(revision(now + 1)).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("REVISION_AHEAD"));
    assertThatThrownBy(() -> server.routes().lookup(one.toBuilder().setAsOf(revision(0)).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("DESTINATION_UNCOVERED"));
  }

  @Test
  void shouldEndEachPageWithAHitAndNoPageEmpty() throws Exception {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      operations.add(add(via("10.%d.%d.0/24".formatted(i / 200, i % 200), "192.0.2.1", i % 3)));
    }
    client.modify(operations.toArray(Operation[]::new));
    for (int size : List.of(1, 7, 100, 199, 200, 201)) {
      GetRoutesRequest question =
          GetRoutesRequest.newBuilder()
              .setFilter(filter().setMetricMin(2))
              .setPageSize(size)
              .build();
      List<Route> all = new ArrayList<>();
      String token = "";
      do {
        List<Route> page = new ArrayList<>();
        String next = "";
        Iterator<GetRoutesResponse> chunks =
            server.routes().getRoutes(question.toBuilder().setPageToken(token).build());
        while (chunks.hasNext()) {
          GetRoutesResponse chunk = chunks.next();
          page.addAll(chunk.getRoutesList());
          next = chunk.getNextPageToken();
        }
        assertThat(page).as("page of at most %d", size).isNotEmpty().hasSizeLessThanOrEqualTo(size);
        all.addAll(page);
        token = next;
      } while (!token.isEmpty());
      assertThat(all).hasSize(200);
    }
  }

  @Test
  void shouldRefuseAPageOfAnotherTimeline() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")), add(via("11.0.0.0/8", "192.0.2.1")));
    GetRoutesRequest question = GetRoutesRequest.newBuilder().setPageSize(1).build();
    String token = server.routes().getRoutes(question).next().getNextPageToken();
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    bytes[5] ^= 1; // of the timeline
    String other = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    assertThatThrownBy(() -> client.routes(question.toBuilder().setPageToken(other).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("TIMELINE_OTHER"))
        .hasMessageContaining("OUT_OF_RANGE");
    assertThat(client.routes(question.toBuilder().setPageToken(token).build()))
        .extracting(Route::getPrefix)
        .containsExactly("11.0.0.0/8");
  }

  @Test
  void shouldListTablesAndSourcesInPages() {
    for (String name : List.of("d", "b", "a", "c")) {
      var _ = server.routes().createTable(CreateTableRequest.newBuilder().setName(name).build());
      client.putSource(name, 7);
    }
    ListTablesRequest tables = ListTablesRequest.newBuilder().setPageSize(2).build();
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      ListTablesResponse page =
          server.routes().listTables(tables.toBuilder().setPageToken(token).build());
      page.getTablesList().forEach(table -> names.add(table.getName()));
      names.add("|");
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(names).containsExactly("a", "b", "|", "c", "d", "|", "default", "|");
    ListSourcesResponse all =
        server.routes().listSources(ListSourcesRequest.newBuilder().setPageSize(9_999).build());
    assertThat(all.getSourcesCount()).isEqualTo(6);
    assertThat(all.getNextPageToken()).isEmpty();
    for (String wrong : List.of("?", "AAAA")) {
      assertThatThrownBy(
              () -> server.routes().listTables(tables.toBuilder().setPageToken(wrong).build()))
          .satisfies(e -> assertThat(reason(e)).isEqualTo("PAGE_TOKEN_FOREIGN"))
          .hasMessageContaining("page_token \"" + wrong + "\": must be the next_page_token");
    }
    String first = server.routes().listTables(tables).getNextPageToken();
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .listSources(
                        ListSourcesRequest.newBuilder().setPageSize(2).setPageToken(first).build()))
        .as("a token of another list")
        .satisfies(e -> assertThat(reason(e)).isEqualTo("PAGE_TOKEN_FOREIGN"));
    byte[] bytes = Base64.getUrlDecoder().decode(first);
    bytes[5] ^= 1; // of the timeline
    String other = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    assertThatThrownBy(
            () -> server.routes().listTables(tables.toBuilder().setPageToken(other).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("TIMELINE_OTHER"));
  }

  @Test
  void shouldFindOneTableAndOneSource() throws Exception {
    client.modify(ofSource("bgp", add(via("10.0.0.0/8", "192.0.2.1"))));
    assertThat(
            server
                .routes()
                .getTable(GetTableRequest.newBuilder().setName("default").build())
                .getTable()
                .getRoutes())
        .isEqualTo(1);
    await() // until the call that wrote has ended: it counts as a writer
        .untilAsserted(
            () ->
                assertThat(
                        server
                            .routes()
                            .getSource(GetSourceRequest.newBuilder().setName("bgp").build())
                            .getSource())
                    .isEqualTo(client.source("bgp")));
    assertThatThrownBy(
            () -> server.routes().getTable(GetTableRequest.newBuilder().setName("x").build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("TABLE_UNKNOWN"))
        .satisfies(e -> assertThat(field(e)).isEqualTo("name"));
    assertThatThrownBy(
            () -> server.routes().getSource(GetSourceRequest.newBuilder().setName("x").build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("SOURCE_UNKNOWN"));
    assertThatThrownBy(() -> server.routes().getSource(GetSourceRequest.getDefaultInstance()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("FIELD_REQUIRED"));
  }

  @Test
  void shouldSayOkToATableThatIsThereAlready() {
    CreateTableRequest red = CreateTableRequest.newBuilder().setName("red").build();
    long created = server.routes().createTable(red).getTable().getCreatedRevision();
    assertThat(server.routes().createTable(red).getCreated()).isFalse();
    assertThat(server.routes().createTable(red).getTable().getCreatedRevision()).isEqualTo(created);
    assertThat(server.journal().revision()).isEqualTo(created);
  }

  private List<OperationResult> apply(ModifyRequest request) {
    return server
        .routes()
        .apply(ApplyRequest.newBuilder().setRequest(request).build())
        .getResultsList();
  }

  @Test
  void shouldApplyOneMessageAsModifyDoes() {
    Operation first = add(via("10.0.0.0/8", "192.0.2.1")).toBuilder().setId(7).build();
    List<OperationResult> results =
        apply(request(first, add(via("10.0.0.1/8", "192.0.2.1")), deletePrefix("11.0.0.0/8")));
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_OK, ResultCode.RESULT_CODE_INVALID, ResultCode.RESULT_CODE_OK);
    assertThat(results.getFirst().getId()).isEqualTo(7);
    assertThat(client.routes()).hasSize(1);
    assertThat(apply(ModifyRequest.getDefaultInstance())).isEmpty();
    ModifyRequest.Builder large = ModifyRequest.newBuilder();
    int most =
        server.routes().getLimits(GetLimitsRequest.getDefaultInstance()).getOperationsPerApplyMax();
    for (int i = 0; i <= most; i++) {
      large.addOperations(first);
    }
    assertThatThrownBy(() -> apply(large.build()))
        .hasMessageContaining("request.operations \"4097\": must be at most 4096");
    assertThat(apply(large.removeOperations(0).build())).hasSize(most);
  }

  @Test
  void shouldForgetARefreshThatAnAppliedMessageBeganAndDidNotEnd() throws Exception {
    client.modify(ofSource("bgp", add(via("10.0.0.0/8", "192.0.2.1"))));
    apply(ofSource("bgp", V1Client.beginSync()));
    assertThat(apply(ofSource("bgp", V1Client.endSync())).getFirst().getText())
        .contains("has begun no sync");
    assertThat(
            apply(
                ofSource(
                    "bgp",
                    V1Client.beginSync(),
                    add(via("11.0.0.0/8", "192.0.2.1")),
                    V1Client.endSync())))
        .extracting(OperationResult::getCode)
        .containsOnly(ResultCode.RESULT_CODE_OK);
    assertThat(client.routes()).extracting(Route::getPrefix).containsExactly("11.0.0.0/8");
  }

  @Test
  void shouldWriteOnlyOnTheTimelineThatIsExpected() {
    long timeline =
        server.routes().getRevision(GetRevisionRequest.getDefaultInstance()).getTimeline();
    assertThat(timeline).isNotZero().isEqualTo(server.journal().timeline());
    ModifyRequest request = request(add(via("10.0.0.0/8", "192.0.2.1")));
    OperationResult other =
        apply(request.toBuilder().setExpectedTimeline(timeline ^ 1).build()).getFirst();
    assertThat(other.getCode()).isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(other.getText()).contains("expected_timeline").contains("restored from a backup?");
    assertThat(client.routes()).isEmpty();
    assertThat(
            apply(request.toBuilder().setExpectedTimeline(timeline).build()).getFirst().getCode())
        .isEqualTo(ResultCode.RESULT_CODE_OK);
  }

  @Test
  void shouldTellTheTimeOfARevisionAndTheRevisionOfATime() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    long last = server.journal().revision();
    GetRevisionResponse newest =
        server.routes().getRevision(GetRevisionRequest.getDefaultInstance());
    assertThat(newest.getRevision()).isEqualTo(last);
    assertThat(newest.hasTime()).isTrue();
    GetRevisionRequest then =
        GetRevisionRequest.newBuilder()
            .setAsOf(AsOf.newBuilder().setTime(newest.getTime()))
            .build();
    assertThat(server.routes().getRevision(then).getRevision()).isEqualTo(last);
    GetRevisionRequest before =
        GetRevisionRequest.newBuilder().setAsOf(AsOf.newBuilder().setTime(time(1))).build();
    GetRevisionResponse first = server.routes().getRevision(before);
    assertThat(first.getRevision()).isZero();
    assertThat(first.hasTime()).isFalse();
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .getRevision(
                        GetRevisionRequest.newBuilder().setAsOf(revision(last + 1)).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("REVISION_AHEAD"));
    client.modify(add(via("11.0.0.0/8", "192.0.2.1")));
    client.modify(add(via("12.0.0.0/8", "192.0.2.1")));
    server.journal().trim(last + 1);
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .getRevision(
                        GetRevisionRequest.newBuilder().setAsOf(revision(last - 1)).build()))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("REVISION_TRIMMED"));
  }

  @Test
  void shouldSayWhenRoutesWereWrittenIfAsked() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1")));
    client.modify(add(via("10.1.0.0/16", "192.0.2.1")));
    long last = server.journal().revision();
    Predicate<Route> timed =
        route ->
            route
                .getUpdateTime()
                .equals(
                    server
                        .routes()
                        .getRevision(
                            GetRevisionRequest.newBuilder()
                                .setAsOf(revision(route.getRevision()))
                                .build())
                        .getTime());
    assertThat(client.routes()).noneMatch(Route::hasUpdateTime);
    assertThat(client.routes(GetRoutesRequest.newBuilder().setWithTimes(true).build()))
        .hasSize(2)
        .allMatch(timed);
    LookupRequest one =
        LookupRequest.newBuilder().setDestination("10.1.0.1").setWithTimes(true).build();
    assertThat(server.routes().lookup(one).getRoute()).matches(timed);
    DiffRoutesRequest diff =
        DiffRoutesRequest.newBuilder()
            .setFromState(revision(0))
            .setToState(revision(last))
            .setWithTimes(true)
            .build();
    assertThat(server.routes().diffRoutes(diff).next().getDifferencesList())
        .extracting(RouteDifference::getAfter)
        .hasSize(2)
        .allMatch(timed);
  }

  @Test
  void shouldCompareOnlyTheRoutesThatFit() throws Exception {
    manyRoutes();
    client.modify(
        ofSource("bgp", deletePrefix("10.1.0.0/16")), request(deletePrefix("10.0.0.0/8")));
    long last = server.journal().revision();
    DiffRoutesRequest diff =
        DiffRoutesRequest.newBuilder()
            .setFromState(revision(last - 2))
            .setToState(revision(last))
            .setFilter(BGP)
            .build();
    assertThat(server.routes().diffRoutes(diff).next().getDifferencesList())
        .extracting(difference -> difference.getBefore().getPrefix())
        .containsExactly("10.1.0.0/16");
  }

  @Test
  void shouldTellAWatchThatARouteCameToFitOrNoLongerFits() throws Exception {
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 1)));
    Watcher watcher =
        Watcher.open(
            server.routesAsync(),
            WatchRequest.newBuilder()
                .setFilter(filter().setMetricMin(5))
                .setStart(Watcher.changesOnly())
                .build());
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 6)));
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 7)));
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 2)));
    client.modify(add(via("10.0.0.0/8", "192.0.2.1", 3)));
    List<RouteChange> changes = new ArrayList<>();
    long last = server.journal().revision();
    while (watcher.revision() < last) {
      changes.addAll(watcher.next().getChanges().getChangesList());
    }
    watcher.close();
    assertThat(changes)
        .extracting(RouteChange::getKind)
        .containsExactly(
            ChangeKind.CHANGE_KIND_ADDED,
            ChangeKind.CHANGE_KIND_UPDATED,
            ChangeKind.CHANGE_KIND_REMOVED);
    assertThat(changes)
        .extracting(change -> change.getRoute().getMetric())
        .as("a removed route is told as it was")
        .containsExactly(6, 7, 7);
    assertThat(changes.getLast().getRoute().getRevision()).isEqualTo(last - 1);
  }

  @Test
  void shouldFindTheLongestPrefixOfAQueryThatFitsToo() throws Exception {
    manyRoutes();
    GetRoutesRequest longest =
        GetRoutesRequest.newBuilder()
            .setPrefix("10.1.2.3")
            .setMatchKind(MatchKind.MATCH_KIND_LONGEST)
            .setFilter(filter().addTags("eu"))
            .build();
    assertThat(client.routes(longest)).extracting(Route::getPrefix).containsExactly("10.0.0.0/8");
  }
}
