package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import guidepost.common.v1.AsOf;
import guidepost.routes.v1.Candidate;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.ExplainResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDetail;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.Verdict;
import guidepost.testing.Patience;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One address, many addresses, and why; and questions page by page.
final class LookupTest {

  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
    client.putSource("bgp", 20);
    client.modify(
        add(via("0.0.0.0/0", "192.0.2.9")),
        add(via("10.0.0.0/8", "192.0.2.1", 5)),
        add(via("10.0.0.0/8", "192.0.2.2", 5)),
        add(via("10.0.0.0/8", "192.0.2.3", 6)),
        add(via("10.1.0.0/16", "192.0.2.4")),
        add(via("2001:db8::/32", "2001:db8::1")));
    client.modify(ofSource("bgp", add(via("10.0.0.0/8", "192.0.2.5"))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private LookupResponse lookup(String destination) {
    return server.routes().lookup(LookupRequest.newBuilder().setDestination(destination).build());
  }

  private static ByteString bytes(String... addresses) throws Exception {
    ByteString all = ByteString.EMPTY;
    for (String address : addresses) {
      all = all.concat(ByteString.copyFrom(InetAddress.getByName(address).getAddress()));
    }
    return all;
  }

  @Test
  void shouldFindTheBestRouteAndThoseUsedBesideIt() {
    LookupResponse found = lookup("10.200.0.1");
    assertThat(found.getRoute().getNextHop()).isEqualTo("192.0.2.1");
    assertThat(found.getEqualList()).extracting(Route::getNextHop).containsExactly("192.0.2.2");
    assertThat(found.getRevision()).isPositive();
    assertThat(lookup("10.1.2.0/24").getRoute().getPrefix()).isEqualTo("10.1.0.0/16");
    assertThat(lookup("::ffff:10.1.2.3").getRoute().getPrefix()).isEqualTo("10.1.0.0/16");
  }

  @Test
  void shouldSayNotFoundAndNameWhatCannotBeRead() {
    assertThatThrownBy(() -> lookup("2001:db9::1"))
        .hasMessage("NOT_FOUND: no route covers \"2001:db9::1/128\"");
    assertThatThrownBy(() -> lookup("")).hasMessageContaining("destination \"\": must be");
    assertThatThrownBy(() -> lookup("10.0.0")).hasMessageContaining("INVALID_ARGUMENT: destin");
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .lookup(
                        LookupRequest.newBuilder()
                            .setDestination("10.0.0.1")
                            .setTable("red")
                            .build()))
        .hasMessage("NOT_FOUND: no table matches \"red\"");
  }

  @Test
  void shouldAnswerManyAddressesWithADictionary() throws Exception {
    LookupBatchResponse found =
        server
            .routes()
            .lookupBatch(
                LookupBatchRequest.newBuilder()
                    .setIpv4(bytes("10.1.0.1", "10.2.0.1", "8.8.8.8", "10.1.0.2"))
                    .setIpv6(bytes("2001:db8::5", "2001:db9::1"))
                    .build());
    assertThat(found.getIndexesList()).containsExactly(1, 2, 3, 1, 4, 0);
    assertThat(found.getRoutesList())
        .extracting(Route::getPrefix)
        .containsExactly("10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32");
    assertThat(found.getRoutes(1).getMetric()).isEqualTo(5);
  }

  @Test
  void shouldSayOnlyWhatForwardingNeedsWhenAsked() throws Exception {
    LookupBatchResponse found =
        server
            .routes()
            .lookupBatch(
                LookupBatchRequest.newBuilder()
                    .setIpv4(bytes("10.2.0.1"))
                    .setDetail(RouteDetail.ROUTE_DETAIL_FORWARDING)
                    .build());
    assertThat(found.getRoutes(0).getNextHop()).isEqualTo("192.0.2.1");
    assertThat(found.getRoutes(0).getMetric()).isZero();
    assertThat(found.getRoutes(0).getSource()).isEmpty();
  }

  @Test
  void shouldTakeMappedAddressesForTheirIpv4Ones() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 10, 1, 0, 1};
    LookupBatchResponse found =
        server
            .routes()
            .lookupBatch(
                LookupBatchRequest.newBuilder().setIpv6(ByteString.copyFrom(mapped)).build());
    assertThat(found.getRoutes(0).getPrefix()).isEqualTo("10.1.0.0/16");
  }

  @Test
  void shouldKeepTheOrderOfAddressesOfBothFamiliesAndMappedOnes() throws Exception {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 10, 2, 0, 1};
    LookupBatchResponse found =
        server
            .routes()
            .lookupBatch(
                LookupBatchRequest.newBuilder()
                    .setIpv4(bytes("10.1.0.1"))
                    .setIpv6(
                        bytes("2001:db9::1")
                            .concat(ByteString.copyFrom(mapped))
                            .concat(bytes("2001:db8::7")))
                    .build());
    List<String> prefixes = new ArrayList<>();
    found
        .getIndexesList()
        .forEach(index -> prefixes.add(index == 0 ? "" : found.getRoutes(index - 1).getPrefix()));
    assertThat(prefixes).containsExactly("10.1.0.0/16", "", "10.0.0.0/8", "2001:db8::/32");
  }

  @Test
  void shouldFindRoutesByTheirTags() throws Exception {
    Route tagged =
        via("10.9.0.0/16", "192.0.2.1").toBuilder().addTags("east").addTags("core").build();
    client.modify(add(tagged.toBuilder().addTags("east").build()));
    assertThat(client.modifyOne(add(tagged)).getEntriesChanged()).isZero();
    assertThat(
            client.routes(
                GetRoutesRequest.newBuilder()
                    .setFilter(RouteFilter.newBuilder().addTags("core"))
                    .build()))
        .singleElement()
        .satisfies(route -> assertThat(route.getTagsList()).containsExactly("core", "east"));
    assertThat(client.modifyOne(add(tagged.toBuilder().addTags("new").build())).getEntriesChanged())
        .isEqualTo(1);
    server = server.restart();
    client = new V1Client(server);
    assertThat(
            client.routes(
                GetRoutesRequest.newBuilder()
                    .setFilter(RouteFilter.newBuilder().addTags("new"))
                    .build()))
        .hasSize(1);
    assertThat(client.modifyOne(add(tagged.toBuilder().addTags("a b").build())).getText())
        .isEqualTo("tags \"a b\": must be 1 to 64 bytes without spaces or control characters");
  }

  @Test
  void shouldRefuseBrokenAndTooLargeBatches() {
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .lookupBatch(
                        LookupBatchRequest.newBuilder()
                            .setIpv4(ByteString.copyFrom(new byte[6]))
                            .build()))
        .hasMessage("INVALID_ARGUMENT: ipv4 \"6\": must be a multiple of 4 bytes");
    assertThatThrownBy(
            () ->
                server
                    .routes()
                    .lookupBatch(
                        LookupBatchRequest.newBuilder()
                            .setIpv4(ByteString.copyFrom(new byte[4 * 65_537]))
                            .build()))
        .hasMessageContaining("\"65537\": must be at most 65536 addresses in a message");
  }

  @Test
  void shouldAnswerAStreamOfBatchesInOrder() throws Exception {
    Replies<LookupStreamResponse> replies = new Replies<>();
    StreamObserver<LookupStreamRequest> call = server.routesAsync().lookupStream(replies);
    for (String address : List.of("10.1.0.1", "8.8.8.8", "10.2.0.1")) {
      call.onNext(
          LookupStreamRequest.newBuilder()
              .setBatch(LookupBatchRequest.newBuilder().setIpv4(bytes(address)))
              .build());
    }
    call.onCompleted();
    assertThat(replies.await())
        .extracting(reply -> reply.getBatch().getRoutes(0).getPrefix())
        .containsExactly("10.1.0.0/16", "0.0.0.0/0", "10.0.0.0/8");
  }

  @Test
  void shouldAnswerAStreamInOrderWhateverStateEachBatchIsAbout() throws Exception {
    long before = server.journal().revision();
    client.modify(add(via("10.1.0.0/24", "192.0.2.77")));
    Replies<LookupStreamResponse> replies = new Replies<>();
    StreamObserver<LookupStreamRequest> call = server.routesAsync().lookupStream(replies);
    for (int i = 0; i < 40; i++) {
      LookupBatchRequest.Builder batch = LookupBatchRequest.newBuilder().setIpv4(bytes("10.1.0.1"));
      if (i % 2 == 0) {
        batch.setAsOf(AsOf.newBuilder().setRevision(before));
      }
      call.onNext(LookupStreamRequest.newBuilder().setBatch(batch).build());
    }
    call.onCompleted();
    List<LookupStreamResponse> answers = replies.await();
    assertThat(answers).hasSize(40);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).getBatch().getRoutes(0).getPrefix())
          .isEqualTo(i % 2 == 0 ? "10.1.0.0/16" : "10.1.0.0/24");
    }
  }

  @Test
  void shouldEndAStreamWithWhatIsWrongWithABatchAboutAnEarlierState() throws Exception {
    AsOf ahead = AsOf.newBuilder().setRevision(9_999).build();
    Replies<LookupStreamResponse> replies = new Replies<>();
    StreamObserver<LookupStreamRequest> call = server.routesAsync().lookupStream(replies);
    call.onNext(
        LookupStreamRequest.newBuilder()
            .setBatch(LookupBatchRequest.newBuilder().setIpv4(bytes("10.1.0.1")).setAsOf(ahead))
            .build());
    assertThatThrownBy(replies::await)
        .hasMessageContaining("OUT_OF_RANGE: batch.as_of.revision \"9999\"");
    Replies<LookupStreamResponse> cut = new Replies<>();
    server
        .routesAsync()
        .lookupStream(cut)
        .onNext(
            LookupStreamRequest.newBuilder()
                .setBatch(
                    LookupBatchRequest.newBuilder()
                        .setIpv4(ByteString.copyFrom(new byte[3]))
                        .setAsOf(AsOf.newBuilder().setRevision(0)))
                .build());
    assertThatThrownBy(cut::await).hasMessageContaining("INVALID_ARGUMENT: ipv4");
  }

  @Test
  void shouldEndAnIdleStreamAsUnavailableWhenTheServerStops() throws Exception {
    Replies<LookupStreamResponse> idle = new Replies<>();
    server
        .routesAsync()
        .lookupStream(idle)
        .onNext(
            LookupStreamRequest.newBuilder()
                .setBatch(LookupBatchRequest.newBuilder().setIpv4(bytes("10.1.0.1")))
                .build());
    await().until(() -> idle.count() == 1);
    server.shutdown();
    Replies<LookupStreamResponse> late = new Replies<>();
    var _ = server.routesAsync().lookupStream(late);
    for (Replies<LookupStreamResponse> each : List.of(idle, late)) {
      assertThatThrownBy(each::await).hasMessageContaining("UNAVAILABLE: the server is shutting");
    }
  }

  @Test
  void shouldExplainWhyTheBestRouteIsBest() {
    ExplainResponse why =
        server.routes().explain(ExplainRequest.newBuilder().setDestination("10.2.0.1").build());
    assertThat(why.getPrefix()).isEqualTo("10.0.0.0/8");
    assertThat(why.getCandidatesList())
        .extracting(Candidate::getVerdict)
        .containsExactly(
            Verdict.VERDICT_BEST,
            Verdict.VERDICT_EQUAL,
            Verdict.VERDICT_METRIC,
            Verdict.VERDICT_DISTANCE);
    assertThat(why.getCandidates(2).getText())
        .isEqualTo("metric 6 is greater than the best route's 5");
    assertThat(why.getCandidates(3).getText())
        .isEqualTo("distance 20 of source \"bgp\" is greater than the best route's 1");
    assertThat(why.getShorterPrefixesList()).containsExactly("0.0.0.0/0");
  }

  @Test
  void shouldFilterAndCount() {
    assertThat(
            client.routes(
                GetRoutesRequest.newBuilder()
                    .setFilter(RouteFilter.newBuilder().addSources("bgp"))
                    .build()))
        .extracting(Route::getNextHop)
        .containsExactly("192.0.2.5");
    assertThat(
            client.routes(
                GetRoutesRequest.newBuilder()
                    .setFilter(RouteFilter.newBuilder().setNextHop("192.0.2.4"))
                    .build()))
        .hasSize(1);
    GetRoutesRequest metrics =
        GetRoutesRequest.newBuilder()
            .setFilter(RouteFilter.newBuilder().setMetricMin(5).setMetricMax(5))
            .build();
    assertThat(client.routes(metrics)).hasSize(2);
    GetRoutesResponse counted =
        server
            .routes()
            .getRoutes(
                GetRoutesRequest.newBuilder()
                    .setPrefix("10.0.0.0/8")
                    .setMatchKind(MatchKind.MATCH_KIND_LONGER)
                    .setCountOnly(true)
                    .build())
            .next();
    assertThat(counted.getCount()).isEqualTo(5);
    assertThat(counted.getRoutesList()).isEmpty();
    assertThatThrownBy(
            () ->
                client.routes(
                    GetRoutesRequest.newBuilder()
                        .setFilter(RouteFilter.newBuilder().setNextHop("here"))
                        .build()))
        .hasMessageContaining("next_hop \"here\": must be an IPv4 or IPv6 address");
    assertThatThrownBy(
            () ->
                client.routes(
                    GetRoutesRequest.newBuilder()
                        .setFilter(RouteFilter.newBuilder().setMetricMin(2).setMetricMax(1))
                        .build()))
        .hasMessageContaining("metric_min \"2\": must be at most metric_max, 1");
  }

  @Test
  void shouldShowOneRevisionPageByPageWhateverIsWrittenMeanwhile() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LookupTest seed " + seed);
    Random random = new Random(seed);
    Operation[] many = new Operation[500];
    for (int i = 0; i < many.length; i++) {
      many[i] = add(via("20.0.%d.0/24".formatted(i % 100), "192.0.2." + i / 100));
    }
    client.modify(many);
    List<Route> expected = client.routes();
    GetRoutesRequest.Builder page = GetRoutesRequest.newBuilder();
    List<Route> paged = new ArrayList<>();
    do {
      page.setPageSize(1 + random.nextInt(90));
      int before = paged.size();
      Iterator<GetRoutesResponse> responses = server.routes().getRoutes(page.build());
      page.clearPageToken();
      responses.forEachRemaining(
          response -> {
            paged.addAll(response.getRoutesList());
            page.setPageToken(response.getNextPageToken());
          });
      assertThat(paged.size() - before).isLessThanOrEqualTo(page.getPageSize());
      client.modify(
          V1Client.deletePrefix("20.0.%d.0/24".formatted(random.nextInt(100))),
          add(via("20.0.%d.0/24".formatted(random.nextInt(100)), "192.0.2.99")));
    } while (!page.getPageToken().isEmpty());
    assertThat(paged).isEqualTo(expected);
  }

  @Test
  void shouldShowWhatIsLongerPageByPage() throws Exception {
    List<Operation> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(add(via("10.%d.0.0/17".formatted(i), "192.0.2.1")));
      many.add(add(via("11.%d.0.0/16".formatted(i), "192.0.2.1")));
    }
    client.modify(many.toArray(Operation[]::new));
    GetRoutesRequest.Builder page =
        GetRoutesRequest.newBuilder()
            .setPrefix("10.0.0.0/8")
            .setMatchKind(MatchKind.MATCH_KIND_LONGER)
            .setPageSize(7);
    List<Route> expected = client.routes(page.clone().clearPageSize().build());
    List<Route> paged = new ArrayList<>();
    do {
      Iterator<GetRoutesResponse> responses = server.routes().getRoutes(page.build());
      responses.forEachRemaining(
          response -> {
            paged.addAll(response.getRoutesList());
            page.setPageToken(response.getNextPageToken());
          });
    } while (!page.getPageToken().isEmpty());
    assertThat(paged).isEqualTo(expected);
    assertThat(paged).hasSize(65);
  }

  @Test
  void shouldBeginAtAPrefixThoughThereIsNone() throws Exception {
    List<Operation> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(add(via("10.%d.0.0/17".formatted(i), "192.0.2.1")));
      many.add(add(via("11.%d.0.0/16".formatted(i), "192.0.2.1")));
    }
    client.modify(many.toArray(Operation[]::new));
    List<String> all = client.routes().stream().map(Route::getPrefix).toList();
    GetRoutesRequest whole = GetRoutesRequest.getDefaultInstance();
    GetRoutesRequest longer =
        whole.toBuilder().setPrefix("10.0.0.0/8").setMatchKind(MatchKind.MATCH_KIND_LONGER).build();
    int first = all.indexOf("10.7.0.0/17");
    assertThat(from(whole, "10.7.0.0/17")).isEqualTo(all.subList(first, all.size()));
    assertThat(from(whole, "10.6.128.0")).isEqualTo(all.subList(first, all.size()));
    assertThat(from(whole, "10.7.99.1/17")).isEqualTo(all.subList(first, all.size()));
    assertThat(from(whole, "10.7.0.0/16")).isEqualTo(all.subList(first, all.size()));
    assertThat(from(whole, "10.7.0.0/18")).isEqualTo(all.subList(first + 1, all.size()));
    assertThat(from(whole, "12.0.0.0/8")).containsExactly("2001:db8::/32");
    assertThat(from(whole, "ffff::")).isEmpty();
    assertThat(from(longer, "10.7.0.0/17"))
        .isEqualTo(all.subList(first, all.indexOf("11.0.0.0/16")));
    assertThat(from(longer, "9.0.0.0/8")).isEqualTo(prefixes(longer));
    assertThat(from(longer, "11.0.0.0/8")).isEmpty();
    assertThat(
            server
                .routes()
                .getRoutes(
                    longer.toBuilder().setStartPrefix("10.7.0.0/17").setCountOnly(true).build())
                .next()
                .getCount())
        .isEqualTo(53);
  }

  /// Page by page.
  private List<String> from(GetRoutesRequest question, String start) {
    GetRoutesRequest.Builder page = question.toBuilder().setStartPrefix(start).setPageSize(9);
    List<String> paged = new ArrayList<>();
    do {
      Iterator<GetRoutesResponse> responses = server.routes().getRoutes(page.build());
      responses.forEachRemaining(
          response -> {
            response.getRoutesList().forEach(route -> paged.add(route.getPrefix()));
            page.setPageToken(response.getNextPageToken());
          });
    } while (!page.getPageToken().isEmpty());
    return paged;
  }

  private List<String> prefixes(GetRoutesRequest question) {
    return client.routes(question).stream().map(Route::getPrefix).toList();
  }

  @Test
  void shouldRefuseToBeginAtAPrefixWhereHitsAreFew() {
    GetRoutesRequest few =
        GetRoutesRequest.newBuilder()
            .setPrefix("10.0.0.0/8")
            .setMatchKind(MatchKind.MATCH_KIND_SHORTER)
            .setStartPrefix("10.0.0.0/8")
            .build();
    assertThatThrownBy(() -> client.routes(few))
        .hasMessageContaining("start_prefix \"10.0.0.0/8\": must be empty for MATCH_KIND_SHORTER");
    assertThatThrownBy(() -> client.routes(few.toBuilder().setStartPrefix("ten").build()))
        .hasMessageContaining("start_prefix \"ten\"");
  }

  @Test
  void shouldGoOnAtTheFirstPagesRevisionThoughItsLastRouteIsGone() throws Exception {
    client.modify(
        add(via("44.1.0.0/16", "192.0.2.1")),
        add(via("44.2.0.0/16", "192.0.2.1")),
        add(via("44.3.0.0/16", "192.0.2.1")));
    GetRoutesRequest question =
        GetRoutesRequest.newBuilder()
            .setPrefix("44.0.0.0/8")
            .setMatchKind(MatchKind.MATCH_KIND_LONGER)
            .setPageSize(1)
            .build();
    GetRoutesResponse first = server.routes().getRoutes(question).next();
    client.modify(
        deletePrefix(first.getRoutes(0).getPrefix()), add(via("44.2.0.0/24", "192.0.2.1")));
    GetRoutesRequest next =
        question.toBuilder().setPageToken(first.getNextPageToken()).setPageSize(9).build();
    assertThat(client.routes(next))
        .extracting(Route::getPrefix)
        .containsExactly("44.2.0.0/16", "44.3.0.0/16");
  }

  @Test
  void shouldAnswerFirstPagesOfTheNewestStateHoweverManyAskAtOnce() throws Exception {
    List<CompletableFuture<GetRoutesResponse>> pages = new ArrayList<>();
    GetRoutesRequest question = GetRoutesRequest.newBuilder().setPageSize(1).build();
    for (int i = 0; i < 2_000; i++) {
      CompletableFuture<GetRoutesResponse> page = new CompletableFuture<>();
      pages.add(page);
      server.routesAsync().getRoutes(question, new FirstReply<>(page));
    }
    for (CompletableFuture<GetRoutesResponse> page : pages) {
      assertThat(page.get(Patience.SECONDS, TimeUnit.SECONDS).getNextPageToken()).isNotEmpty();
    }
  }

  private record FirstReply<M>(CompletableFuture<M> reply) implements StreamObserver<M> {
    @Override
    public void onNext(M message) {
      reply.complete(message);
    }

    @Override
    public void onError(Throwable failure) {
      reply.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }

  @Test
  void shouldRefuseATokenOfAnotherQuestion() {
    GetRoutesRequest first = GetRoutesRequest.newBuilder().setPageSize(2).build();
    String token = server.routes().getRoutes(first).next().getNextPageToken();
    assertThat(token).isNotEmpty();
    assertThatThrownBy(
            () ->
                client.routes(
                    first.toBuilder().setPageToken(token).setPrefix("10.0.0.0/8").build()))
        .hasMessageContaining("must be the next_page_token of the same request");
    AsOf earlier = AsOf.newBuilder().setRevision(0).build();
    assertThatThrownBy(
            () -> client.routes(first.toBuilder().setPageToken(token).setAsOf(earlier).build()))
        .hasMessageContaining("must be the next_page_token of the same request");
    assertThatThrownBy(() -> client.routes(first.toBuilder().setPageToken("?!").build()))
        .hasMessageContaining("page_token \"?!\": must be the next_page_token of the same request");
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    String longer =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOf(bytes, bytes.length + 1));
    for (String forged : List.of(longer, token + "=", token.substring(0, token.length() - 2))) {
      assertThatThrownBy(() -> client.routes(first.toBuilder().setPageToken(forged).build()))
          .hasMessageContaining("must be the next_page_token of the same request");
    }
    assertThat(client.routes(first.toBuilder().setPageSize(70_000).build()))
        .as("a page that is too large is made smaller")
        .isEqualTo(client.routes());
  }
}
