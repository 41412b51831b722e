package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Timestamp;
import guidepost.common.v1.AsOf;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.GetRevisionRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RouteKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the table was at an earlier revision or time, and what changed between two.
final class HistoryTest {

  private InProcessRoutes server;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void modify(Operation... operations) throws Exception {
    Replies<ModifyResponse> replies = new Replies<>();
    StreamObserver<ModifyRequest> call = server.routesAsync().modify(replies);
    call.onNext(ModifyRequest.newBuilder().addAllOperations(List.of(operations)).build());
    call.onCompleted();
    replies.await();
  }

  private static Route route(String prefix, String nextHop, int metric) {
    return Route.newBuilder().setPrefix(prefix).setNextHop(nextHop).setMetric(metric).build();
  }

  private static Operation add(String prefix, String nextHop, int metric) {
    return Operation.newBuilder().setAdd(route(prefix, nextHop, metric)).build();
  }

  private static Operation delete(String prefix) {
    return Operation.newBuilder().setDeletePrefix(prefix).build();
  }

  private static AsOf revision(long revision) {
    return AsOf.newBuilder().setRevision(revision).build();
  }

  private List<Route> list(String prefix, MatchKind match, AsOf at) {
    List<Route> found = new ArrayList<>();
    server
        .routes()
        .getRoutes(
            GetRoutesRequest.newBuilder().setPrefix(prefix).setMatchKind(match).setAsOf(at).build())
        .forEachRemaining(page -> found.addAll(page.getRoutesList()));
    return found;
  }

  private List<RouteDifference> diff(AsOf from, AsOf to, String prefix) {
    List<RouteDifference> found = new ArrayList<>();
    server
        .routes()
        .diffRoutes(
            DiffRoutesRequest.newBuilder()
                .setFromState(from)
                .setToState(to)
                .setPrefix(prefix)
                .build())
        .forEachRemaining(page -> found.addAll(page.getDifferencesList()));
    return found;
  }

  @Test
  void shouldAnswerWhichRouteItWas() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0));
    modify(add("10.1.0.0/16", "192.0.2.2", 5));
    modify(add("10.1.0.0/16", "192.0.2.2", 3));
    modify(delete("10.1.0.0/16"));
    assertThat(metrics(0)).isEmpty();
    assertThat(metrics(1)).containsExactly("10.0.0.0/8 0 @1");
    assertThat(metrics(2)).containsExactly("10.1.0.0/16 5 @2");
    assertThat(metrics(3)).containsExactly("10.1.0.0/16 3 @3");
    assertThat(metrics(4)).containsExactly("10.0.0.0/8 0 @1");
    assertThat(metrics(2)).containsExactly("10.1.0.0/16 5 @2");
  }

  private List<String> metrics(long revision) {
    return list("10.1.2.3", MatchKind.MATCH_KIND_LONGEST, revision(revision)).stream()
        .map(r -> r.getPrefix() + " " + r.getMetric() + " @" + r.getRevision())
        .toList();
  }

  @Test
  void shouldSayWhatChangesCameTo() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0), add("10.2.0.0/16", "192.0.2.2", 0));
    modify(add("10.1.0.0/16", "192.0.2.2", 5));
    modify(add("10.0.0.0/8", "192.0.2.1", 7), delete("10.2.0.0/16"));
    modify(delete("10.1.0.0/16"));
    assertThat(texts(diff(revision(1), revision(4), "")))
        .containsExactly("10.0.0.0/8 0@1 -> 10.0.0.0/8 7@3", "10.2.0.0/16 0@1 -> ");
    assertThat(texts(diff(revision(4), revision(1), "")))
        .containsExactly("10.0.0.0/8 7@3 -> 10.0.0.0/8 0@1", " -> 10.2.0.0/16 0@1");
    assertThat(texts(diff(revision(1), AsOf.getDefaultInstance(), "10.2.0.0/15")))
        .containsExactly("10.2.0.0/16 0@1 -> ");
    assertThat(diff(revision(2), revision(2), "")).isEmpty();
  }

  private static List<String> texts(List<RouteDifference> differences) {
    return differences.stream()
        .map(d -> text(d.hasBefore(), d.getBefore()) + " -> " + text(d.hasAfter(), d.getAfter()))
        .toList();
  }

  private static String text(boolean isThere, Route route) {
    return isThere
        ? "%s %d@%d".formatted(route.getPrefix(), route.getMetric(), route.getRevision())
        : "";
  }

  @Test
  void shouldRefuseStatesThatTheServerHasNotReached() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0));
    shouldRefuse(
        revision(2), Status.Code.OUT_OF_RANGE, "revision \"2\": must be at most the newest, 1");
    shouldRefuse(
        revision(-1), Status.Code.OUT_OF_RANGE, "revision \"18446744073709551615\": must be");
    long now = Instant.now().getEpochSecond();
    shouldRefuse(
        time(now + 3_600),
        Status.Code.OUT_OF_RANGE,
        "must be at most 60 s ahead of the server's clock");
    assertThat(list("", MatchKind.MATCH_KIND_UNSPECIFIED, time(now + 20)))
        .hasSize(1); // a clock ahead of ours
    shouldRefuse(time(Long.MAX_VALUE), Status.Code.INVALID_ARGUMENT, "as_of.time");
    assertThat(list("", MatchKind.MATCH_KIND_UNSPECIFIED, time(1))).isEmpty();
  }

  private static AsOf time(long seconds) {
    return AsOf.newBuilder().setTime(Timestamp.newBuilder().setSeconds(seconds)).build();
  }

  private void shouldRefuse(AsOf at, Status.Code code, String text) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> list("", MatchKind.MATCH_KIND_UNSPECIFIED, at))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .withMessageContaining(text);
  }

  @Test
  void shouldSayHowFarTheHistoryGoesBack() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0));
    modify(add("10.1.0.0/16", "192.0.2.1", 0));
    modify(add("10.2.0.0/16", "192.0.2.1", 0));
    server.journal().trim(2);
    assertThat(list("", MatchKind.MATCH_KIND_UNSPECIFIED, revision(2))).hasSize(2);
    shouldRefuse(revision(1), Status.Code.OUT_OF_RANGE, "it does to revision 2");
    shouldRefuse(time(1), Status.Code.OUT_OF_RANGE, "the log no longer goes back that far");
  }

  @Test
  void shouldShowEveryEarlierStateAsItWas() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("HistoryTest seed " + seed);
    Random random = new Random(seed);
    List<List<Route>> states = new ArrayList<>(List.of(List.of()));
    while (states.size() <= 150) {
      modify(random(random), random(random), random(random));
      if (server.journal().revision() == states.size()) {
        states.add(list("", MatchKind.MATCH_KIND_UNSPECIFIED, AsOf.getDefaultInstance()));
      }
    }
    for (int i = 0; i < 200; i++) {
      int from = random.nextInt(states.size());
      int to = random.nextInt(states.size());
      assertThat(list("", MatchKind.MATCH_KIND_UNSPECIFIED, revision(from)))
          .isEqualTo(states.get(from));
      assertThat(content(applied(states.get(from), diff(revision(from), revision(to), ""))))
          .as("from %d to %d", from, to)
          .containsExactlyInAnyOrderElementsOf(content(states.get(to)));
    }
  }

  /// Routes without when they were written.
  private static List<Route> content(Collection<Route> routes) {
    return routes.stream()
        .map(route -> route.toBuilder().clearRevision().clearInstalled().build())
        .toList();
  }

  private static Operation random(Random random) {
    String prefix = "10.%d.0.0/%d".formatted(random.nextInt(4) * 64, 10 + random.nextInt(3));
    String ipv6 = "2001:db8:%x::/48".formatted(random.nextInt(4));
    return switch (random.nextInt(5)) {
      case 0 -> delete(prefix);
      case 1 -> add(ipv6, "2001:db8::" + random.nextInt(3), random.nextInt(3));
      case 2 ->
          Operation.newBuilder()
              .setAdd(
                  Route.newBuilder()
                      .setPrefix("192.0.2.%d/32".formatted(random.nextInt(3)))
                      .setKind(RouteKind.ROUTE_KIND_BLACKHOLE))
              .build();
      default -> add(prefix, "192.0.2." + random.nextInt(3), random.nextInt(3));
    };
  }

  private static List<Route> applied(List<Route> state, List<RouteDifference> differences) {
    Map<Route, Route> byIdentity = new LinkedHashMap<>();
    state.forEach(route -> byIdentity.put(identity(route), route));
    for (RouteDifference difference : differences) {
      if (difference.hasBefore()) {
        assertThat(byIdentity.remove(identity(difference.getBefore())))
            .isEqualTo(difference.getBefore());
      }
      if (difference.hasAfter()) {
        byIdentity.put(identity(difference.getAfter()), difference.getAfter());
      }
    }
    return List.copyOf(byIdentity.values());
  }

  private static Route identity(Route route) {
    return route.toBuilder().clearMetric().clearRevision().clearDistance().build();
  }

  @Test
  void shouldNotCallADifferenceWhatWasChangedAndChangedBack() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0), add("10.1.0.0/16", "192.0.2.1", 0));
    modify(add("10.0.0.0/8", "192.0.2.1", 7), delete("10.1.0.0/16"));
    assertThat(diff(revision(1), revision(2), "")).hasSize(2);
    modify(add("10.0.0.0/8", "192.0.2.1", 0), add("10.1.0.0/16", "192.0.2.1", 0));
    assertThat(diff(revision(1), revision(3), "")).isEmpty();
    assertThat(diff(revision(3), revision(1), "")).isEmpty();
    assertThat(diff(revision(2), revision(3), "")).hasSize(2);
  }

  @Test
  void shouldRefuseNanosecondsThatAreNone() {
    for (int nanos : List.of(-1, 1_000_000_000, 2_000_000_000)) {
      AsOf at =
          AsOf.newBuilder().setTime(Timestamp.newBuilder().setSeconds(1).setNanos(nanos)).build();
      shouldRefuse(
          at,
          Status.Code.INVALID_ARGUMENT,
          "as_of.time.nanos \"%d\": must be 0..999999999".formatted(nanos));
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> diff(revision(0), at, ""))
          .withMessageContaining("to_state.time.nanos");
    }
  }

  @Test
  void shouldTellProgramsHowFarTheHistoryGoesBack() throws Exception {
    for (int metric = 0; metric < 3; metric++) {
      modify(add("10.0.0.0/8", "192.0.2.1", metric));
    }
    server.journal().trim(2);
    StatusRuntimeException early = refusal(revision(1));
    assertThat(Details.info(early).getReason()).isEqualTo("REVISION_TRIMMED");
    assertThat(Details.info(early).getMetadataMap())
        .containsEntry("oldest_revision", "2")
        .containsKey("oldest_time");
    StatusRuntimeException earlier = refusal(time(1));
    assertThat(Details.info(earlier).getMetadataMap())
        .containsKeys("oldest_revision", "oldest_time");
    assertThat(Details.info(refusal(revision(9))).getReason()).isEqualTo("REVISION_AHEAD");
  }

  private static void shouldName(
      String reason, String field, String value, StatusRuntimeException refusal) {
    assertThat(Details.info(refusal).getReason()).isEqualTo(reason);
    assertThat(Details.info(refusal).getMetadataMap())
        .containsEntry("field", field)
        .containsEntry("value", value)
        .containsEntry("oldest_revision", "2");
    assertThat(refusal.getStatus().getDescription()).startsWith(field + " \"" + value + "\": ");
  }

  @Test
  void shouldNameTheFieldThatAsksForAStateOutOfRange() throws Exception {
    for (int metric = 0; metric < 3; metric++) {
      modify(add("10.0.0.0/8", "192.0.2.1", metric));
    }
    server.journal().trim(2);
    shouldName("REVISION_TRIMMED", "as_of.revision", "1", refusal(revision(1)));
    shouldName("REVISION_TRIMMED", "as_of.time", "1970-01-01T00:00:01Z", refusal(time(1)));
    shouldName("REVISION_AHEAD", "as_of.revision", "9", refusal(revision(9)));
    shouldName("TIME_AHEAD", "as_of.time", "2100-01-01T00:00:00Z", refusal(time(4_102_444_800L)));
    shouldName(
        "REVISION_AHEAD",
        "from_state.revision",
        "9",
        refusal(() -> diff(revision(9), revision(3), "")));
    shouldName(
        "REVISION_TRIMMED",
        "to_state.revision",
        "1",
        refusal(() -> diff(revision(3), revision(1), "")));
    shouldName(
        "REVISION_TRIMMED",
        "as_of.revision",
        "1",
        refusal(
            () ->
                server
                    .routes()
                    .getRevision(GetRevisionRequest.newBuilder().setAsOf(revision(1)).build())));
  }

  @Test
  void shouldNameTheTokenOfAPageWhoseStateIsTrimmed() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0), add("11.0.0.0/8", "192.0.2.1", 0));
    GetRoutesRequest question = GetRoutesRequest.newBuilder().setPageSize(1).build();
    String token = server.routes().getRoutes(question).next().getNextPageToken();
    modify(add("10.0.0.0/8", "192.0.2.1", 1));
    modify(add("10.0.0.0/8", "192.0.2.1", 2));
    server.journal().trim(2);
    shouldName(
        "REVISION_TRIMMED",
        "page_token",
        token,
        refusal(
            () ->
                server
                    .routes()
                    .getRoutes(question.toBuilder().setPageToken(token).build())
                    .next()));
  }

  @Test
  void shouldSayWhichRuleOfRoutesAQuestionAboutAnEarlierStateBreaks() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 0));
    LookupRequest nowhere =
        LookupRequest.newBuilder().setDestination("here").setAsOf(revision(1)).build();
    StatusRuntimeException refusal = refusal(() -> server.routes().lookup(nowhere));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(Details.info(refusal).getMetadataMap()).containsEntry("field", "destination");
  }

  private static StatusRuntimeException refusal(Runnable question) {
    try {
      question.run();
      throw new AssertionError("was answered");
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  @Test
  void shouldCompareTheBestRoutesAlone() throws Exception {
    modify(add("10.0.0.0/8", "192.0.2.1", 5), add("10.1.0.0/16", "192.0.2.1", 5));
    modify(add("10.0.0.0/8", "192.0.2.2", 7), add("10.1.0.0/16", "192.0.2.2", 3));
    modify(add("10.0.0.0/8", "192.0.2.2", 9), add("10.2.0.0/16", "192.0.2.3", 1));
    assertThat(ways(bests(1, 2, RouteFilter.getDefaultInstance())))
        .as("a route behind the best one changes nothing")
        .containsExactly("10.1.0.0/16 192.0.2.1 -> 192.0.2.2");
    assertThat(ways(bests(3, 1, RouteFilter.getDefaultInstance())))
        .containsExactly("10.1.0.0/16 192.0.2.2 -> 192.0.2.1", "10.2.0.0/16 192.0.2.3 -> ");
    assertThat(ways(bests(1, 3, RouteFilter.newBuilder().setNextHop("192.0.2.3").build())))
        .containsExactly("10.2.0.0/16  -> 192.0.2.3");
    assertThat(bests(2, 3, RouteFilter.newBuilder().setNextHop("192.0.2.2").build())).isEmpty();
    modify(add("10.0.0.0/8", "192.0.2.1", 8), add("10.0.0.0/8", "192.0.2.2", 2));
    assertThat(ways(bests(3, 4, RouteFilter.getDefaultInstance())))
        .as("a prefix once, however many of its routes differ")
        .containsExactly("10.0.0.0/8 192.0.2.1 -> 192.0.2.2");
  }

  private List<RouteDifference> bests(long from, long to, RouteFilter filter) {
    List<RouteDifference> found = new ArrayList<>();
    server
        .routes()
        .diffRoutes(
            DiffRoutesRequest.newBuilder()
                .setFromState(revision(from))
                .setToState(revision(to))
                .setFilter(filter.toBuilder().setBestOnly(true))
                .build())
        .forEachRemaining(page -> found.addAll(page.getDifferencesList()));
    return found;
  }

  private static List<String> ways(List<RouteDifference> differences) {
    return differences.stream()
        .map(
            d ->
                "%s %s -> %s"
                    .formatted(
                        d.hasBefore() ? d.getBefore().getPrefix() : d.getAfter().getPrefix(),
                        d.getBefore().getNextHop(),
                        d.getAfter().getNextHop()))
        .toList();
  }

  private StatusRuntimeException refusal(AsOf at) {
    try {
      throw new AssertionError(list("", MatchKind.MATCH_KIND_UNSPECIFIED, at).toString());
    } catch (StatusRuntimeException e) {
      return e;
    }
  }
}
