package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import guidepost.common.v1.AsOf;
import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.GetTileResponse;
import guidepost.guide.v1.GetTripTrackRequest;
import guidepost.guide.v1.GetTripTrackResponse;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripFilter;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripsGrpc;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.DisconnectPolicy;
import guidepost.routes.v1.GetPrefixTreeRequest;
import guidepost.routes.v1.GetPrefixTreeResponse;
import guidepost.routes.v1.GetSourceRequest;
import guidepost.routes.v1.ListChangesRequest;
import guidepost.routes.v1.ListChangesResponse;
import guidepost.routes.v1.LoggedRouteChange;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.PrefixPart;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.Source;
import guidepost.server.v1.GetJournalsRequest;
import guidepost.server.v1.JournalStats;
import guidepost.server.v1.ServerGrpc;
import guidepost.server.v1.WhoAmIRequest;
import guidepost.server.v1.WhoAmIResponse;
import guidepost.testing.Seed;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What pages ask for beyond what routers and devices do.
final class PagesContractTest {

  private static final int E7 = 10_000_000;

  @TempDir Path data;
  private GuidepostServer server;
  private ManagedChannel channel;
  private RoutesGrpc.RoutesBlockingStub routes;
  private FeaturesGrpc.FeaturesBlockingStub features;
  private TripsGrpc.TripsBlockingStub trips;

  @BeforeEach
  void start() throws ServerStartException {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
    routes = RoutesGrpc.newBlockingStub(channel);
    features = FeaturesGrpc.newBlockingStub(channel);
    trips = TripsGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private void apply(Operation.Builder... operations) {
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    for (Operation.Builder each : operations) {
      request.addOperations(each);
    }
    assertThat(routes.apply(ApplyRequest.newBuilder().setRequest(request).build()).getResultsList())
        .allMatch(result -> result.getReason().isEmpty());
  }

  private static Operation.Builder add(String prefix, String nextHop) {
    return Operation.newBuilder().setAdd(Route.newBuilder().setPrefix(prefix).setNextHop(nextHop));
  }

  private List<LoggedRouteChange> changes(ListChangesRequest request) {
    List<LoggedRouteChange> all = new ArrayList<>();
    routes.listChanges(request).forEachRemaining(part -> all.addAll(part.getChangesList()));
    return all;
  }

  @Test
  void shouldListChangesNewestFirstWithTheirTimes() {
    apply(add("10.0.0.0/8", "192.0.2.1"));
    apply(
        add("10.0.0.0/8", "192.0.2.1")
            .setAdd(
                Route.newBuilder().setPrefix("10.0.0.0/8").setNextHop("192.0.2.1").setMetric(7)));
    apply(add("192.168.0.0/16", "192.0.2.9"));
    apply(Operation.newBuilder().setDeletePrefix("10.0.0.0/8"));
    List<LoggedRouteChange> all = changes(ListChangesRequest.getDefaultInstance());
    assertThat(all).extracting(LoggedRouteChange::getRevision).containsExactly(4L, 3L, 2L, 1L);
    assertThat(all).allMatch(LoggedRouteChange::hasTime);
    assertThat(all.get(0).hasAfter()).isFalse();
    assertThat(all.get(0).getBefore().getMetric()).isEqualTo(7);
    assertThat(all.get(2).getBefore().getMetric()).isZero();
    assertThat(all.get(2).getAfter().getMetric()).isEqualTo(7);
    assertThat(all.get(3).hasBefore()).isFalse();
    assertThat(changes(ListChangesRequest.newBuilder().setPrefix("10.0.0.0/8").build()))
        .extracting(LoggedRouteChange::getRevision)
        .containsExactly(4L, 2L, 1L);
    assertThat(
            changes(
                ListChangesRequest.newBuilder()
                    .setFromState(AsOf.newBuilder().setRevision(1))
                    .setToState(AsOf.newBuilder().setRevision(3))
                    .build()))
        .extracting(LoggedRouteChange::getRevision)
        .containsExactly(3L, 2L);
  }

  @Test
  void shouldGoOnWithChangesWhereALimitEndedThem() {
    for (int i = 0; i < 20; i++) {
      apply(
          add("10.%d.0.0/16".formatted(i), "192.0.2.1"),
          add("11.%d.0.0/16".formatted(i), "192.0.2.1"));
    }
    List<Long> seen = new ArrayList<>();
    long next = 20;
    while (next > 0) {
      ListChangesResponse last = ListChangesResponse.getDefaultInstance();
      var parts =
          routes.listChanges(
              ListChangesRequest.newBuilder()
                  .setToState(AsOf.newBuilder().setRevision(next))
                  .setLimit(5)
                  .build());
      while (parts.hasNext()) {
        last = parts.next();
        last.getChangesList().forEach(each -> seen.add(each.getRevision()));
      }
      next = last.getNextRevision();
    }
    assertThat(seen).hasSize(40).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThatThrownBy(() -> changes(ListChangesRequest.newBuilder().setLimit(70_000).build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void shouldCountThePartsOfAPrefixAsTheirRoutesSay() {
    Random random = Seed.random(PagesContractTest.class);
    Map<String, Integer> expected = new HashMap<>();
    List<Operation.Builder> operations = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int length = random.nextInt(8, 29);
      int bits = ((10 << 24) | random.nextInt(1 << 24)) & (-1 << (32 - length));
      String prefix = text(bits) + "/" + length;
      operations.add(add(prefix, "192.0.2.1"));
    }
    apply(operations.toArray(Operation.Builder[]::new));
    routes
        .getRoutes(guidepost.routes.v1.GetRoutesRequest.getDefaultInstance())
        .forEachRemaining(
            page ->
                page.getRoutesList()
                    .forEach(
                        route -> {
                          String[] parts = route.getPrefix().split("/", -1);
                          int length = Integer.parseInt(parts[1]);
                          for (int l = 8; l <= Math.min(length, 12); l++) {
                            expected.merge(
                                text(bits(parts[0]) & (-1 << (32 - l))) + "/" + l, 1, Integer::sum);
                          }
                        }));
    GetPrefixTreeResponse tree =
        routes.getPrefixTree(
            GetPrefixTreeRequest.newBuilder().setPrefix("10.0.0.0/8").setDepth(4).build());
    Map<String, Integer> found = new HashMap<>();
    tree.getPartsList().forEach(part -> found.put(part.getPrefix(), (int) part.getRoutes()));
    assertThat(found).isEqualTo(expected);
    assertThat(tree.getPartsList())
        .extracting(PrefixPart::getPrefix)
        .first()
        .isEqualTo("10.0.0.0/8");
  }

  private static String text(int bits) {
    return "%d.%d.%d.%d".formatted(bits >>> 24, (bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
  }

  private static int bits(String text) {
    int bits = 0;
    for (String each : text.split("\\.", -1)) {
      bits = (bits << 8) | Integer.parseInt(each);
    }
    return bits;
  }

  @Test
  void shouldDivideIpv6AcrossTheMiddleOfAnAddress() {
    apply(add("2001:db8:0:0:8000::/65", "2001:db8::1"), add("2001:db8::/64", "2001:db8::1"));
    assertThat(
            routes
                .getPrefixTree(
                    GetPrefixTreeRequest.newBuilder()
                        .setPrefix("2001:db8::/63")
                        .setDepth(2)
                        .build())
                .getPartsList())
        .extracting(PrefixPart::getPrefix)
        .containsExactly("2001:db8::/63", "2001:db8::/64", "2001:db8:0:0:8000::/65");
  }

  @Test
  void shouldSayWhenASourceDisconnectedAndWhenItsRoutesGo() {
    routes.putSource(
        PutSourceRequest.newBuilder()
            .setSource(
                Source.newBuilder()
                    .setName("bgp")
                    .setDistance(20)
                    .setOnDisconnect(DisconnectPolicy.DISCONNECT_POLICY_DELETE)
                    .setDeleteAfter(com.google.protobuf.Duration.newBuilder().setSeconds(3600)))
            .build());
    Source source =
        routes.getSource(GetSourceRequest.newBuilder().setName("bgp").build()).getSource();
    assertThat(source.hasDisconnectTime()).isTrue();
    assertThat(source.getDeleteTime().getSeconds())
        .isGreaterThanOrEqualTo(source.getDisconnectTime().getSeconds() + 3600);
  }

  @Test
  void shouldSayWhoCallsAndWhichTimelineItHas() {
    ServerGrpc.ServerBlockingStub info = ServerGrpc.newBlockingStub(channel);
    WhoAmIResponse caller = info.whoAmI(WhoAmIRequest.getDefaultInstance());
    assertThat(caller.getName()).isEmpty();
    assertThat(caller.getProof()).isEqualTo("none");
    assertThat(caller.getGrants(0).getRole()).isEqualTo("admin");
    assertThat(caller.getGrants(0).getTablesList()).containsExactly("*");
    apply(add("10.0.0.0/8", "192.0.2.1"));
    JournalStats journal = info.getJournals(GetJournalsRequest.getDefaultInstance()).getJournals(0);
    assertThat(journal.getRevision()).isEqualTo(1);
    assertThat(journal.getTimeline()).isNotZero();
  }

  private void put(List<Feature> all) {
    for (int from = 0; from < all.size(); from += 2_000) {
      guidepost.guide.v1.ModifyRequest.Builder request =
          guidepost.guide.v1.ModifyRequest.newBuilder();
      all.subList(from, Math.min(all.size(), from + 2_000))
          .forEach(
              each ->
                  request.addOperations(guidepost.guide.v1.Operation.newBuilder().setPut(each)));
      features.apply(guidepost.guide.v1.ApplyRequest.newBuilder().setRequest(request).build());
    }
  }

  private static Feature feature(int id, double latitude, double longitude) {
    return Feature.newBuilder()
        .setId("f" + id)
        .setName("Place " + id)
        .setCategory("hut")
        .setPoint(point(latitude, longitude))
        .build();
  }

  private static GeoPoint point(double latitude, double longitude) {
    return GeoPoint.newBuilder()
        .setLatitudeE7((int) Math.round(latitude * E7))
        .setLongitudeE7((int) Math.round(longitude * E7))
        .build();
  }

  private GetTileResponse tile(int z, int x, int y) {
    return features.getTile(GetTileRequest.newBuilder().setZ(z).setX(x).setY(y).build());
  }

  @Test
  void shouldMakeTilesThatTogetherHaveEveryFeatureOnce() {
    Random random = Seed.random(PagesContractTest.class);
    List<Feature> all = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      all.add(feature(i, random.nextDouble(-90, 90), random.nextDouble(-180, 180)));
    }
    all.add(feature(4_000, 90, 180));
    all.add(feature(4_001, -90, -180));
    all.add(feature(4_002, 0, 0));
    put(all);
    assertThat(tile(0, 0, 0).getFeatures()).isEqualTo(all.size());
    assertThat(tile(0, 0, 0).getClustered()).isTrue();
    assertThat(counted(tile(0, 0, 0).getTile())).isEqualTo(all.size());
    long sum = 0;
    for (int x = 0; x < 8; x++) {
      for (int y = 0; y < 8; y++) {
        GetTileResponse tile = tile(3, x, y);
        sum += tile.getFeatures();
        assertThat(tile.getTile().size()).isLessThanOrEqualTo(200_000);
        assertThat(points(tile.getTile())).isEqualTo(tile.getFeatures());
      }
    }
    assertThat(sum).isEqualTo(all.size());
    assertThatThrownBy(() -> tile(3, 8, 0)).hasMessageContaining("x \"8\": must be 0..7");
  }

  private static UnknownFieldSet layer(ByteString tile) {
    try {
      return UnknownFieldSet.parseFrom(
          UnknownFieldSet.parseFrom(tile).getField(3).getLengthDelimitedList().getFirst());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The points of a tile that is not clustered.
  private static long points(ByteString tile) {
    return tile.isEmpty() ? 0 : layer(tile).getField(2).getLengthDelimitedList().size();
  }

  /// The sum of the counts of a tile that is.
  private static long counted(ByteString tile) {
    UnknownFieldSet layer = layer(tile);
    List<Long> values = new ArrayList<>();
    long sum = 0;
    try {
      for (ByteString value : layer.getField(4).getLengthDelimitedList()) {
        values.add(UnknownFieldSet.parseFrom(value).getField(5).getVarintList().getFirst());
      }
      for (ByteString feature : layer.getField(2).getLengthDelimitedList()) {
        CodedInputStream tags =
            UnknownFieldSet.parseFrom(feature)
                .getField(2)
                .getLengthDelimitedList()
                .getFirst()
                .newCodedInput();
        tags.readUInt32();
        sum += values.get(tags.readUInt32());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return sum;
  }

  @Test
  void shouldPlaceAFeatureInATileWhereItLies() throws Exception {
    put(List.of(feature(1, 45, 90)));
    UnknownFieldSet feature =
        UnknownFieldSet.parseFrom(
            layer(tile(1, 1, 0).getTile()).getField(2).getLengthDelimitedList().getFirst());
    CodedInputStream geometry =
        feature.getField(4).getLengthDelimitedList().getFirst().newCodedInput();
    assertThat(geometry.readUInt32()).isEqualTo(9);
    assertThat(geometry.readSInt32()).isEqualTo(2048);
    assertThat(geometry.readSInt32())
        .isBetween(2944, 2950); // 0.3597 of the world, of the upper half
  }

  @Test
  void shouldListChangesOfFeaturesInABox() {
    put(List.of(feature(1, 45, 90)));
    put(List.of(feature(2, 10, 10)));
    put(List.of(feature(1, 46, 91)));
    List<Long> revisions = new ArrayList<>();
    features
        .listChanges(
            guidepost.guide.v1.ListChangesRequest.newBuilder()
                .setBox(
                    GeoBox.newBuilder()
                        .setSouthE7(40 * E7)
                        .setNorthE7(50 * E7)
                        .setWestE7(80 * E7)
                        .setEastE7(100 * E7))
                .build())
        .forEachRemaining(
            part -> part.getChangesList().forEach(each -> revisions.add(each.getRevision())));
    assertThat(revisions).containsExactly(3L, 1L);
  }

  private void record(String id, long second, List<GeoPoint> points) {
    TripBatch.Builder batch = TripBatch.newBuilder().setNumber(1);
    for (int i = 0; i < points.size(); i++) {
      batch.addFixes(
          TripFix.newBuilder()
              .setPoint(points.get(i))
              .setTime(Timestamp.newBuilder().setSeconds(second + 10L * i)));
    }
    trips.appendFixes(
        AppendFixesRequest.newBuilder()
            .setStart(TripStart.newBuilder().setTripId(id).setTraveller("ann"))
            .setBatch(batch)
            .setFinish(true)
            .build());
  }

  @Test
  void shouldSimplifyATrackToItsCornersAndSayHowFarTheRestIs() {
    List<GeoPoint> points = new ArrayList<>();
    for (int i = 0; i <= 50; i++) {
      points.add(point(47 + i * 0.0001, 8));
    }
    for (int i = 1; i <= 50; i++) {
      points.add(point(47.005, 8 + i * 0.0001));
    }
    record("t1", 1_750_000_000, points);
    GetTripTrackResponse three =
        trips.getTripTrack(GetTripTrackRequest.newBuilder().setId("t1").setMaxPoints(3).build());
    assertThat(three.getFixesList())
        .extracting(TripFix::getPoint)
        .containsExactly(point(47, 8), point(47.005, 8), point(47.005, 8.005));
    assertThat(three.getToleranceMetres()).isLessThan(0.1);
    assertThat(three.getOfFixes()).isEqualTo(101);
    GetTripTrackResponse two =
        trips.getTripTrack(GetTripTrackRequest.newBuilder().setId("t1").setMaxPoints(2).build());
    assertThat(two.getFixesCount()).isEqualTo(2);
    assertThat(two.getToleranceMetres()).isBetween(300.0, 330.0);
  }

  private List<String> trips(TripFilter.Builder filter) {
    return trips
        .listTrips(ListTripsRequest.newBuilder().setFilter(filter).build())
        .getTripsList()
        .stream()
        .map(Trip::getId)
        .toList();
  }

  private static Timestamp at(long second) {
    return Timestamp.newBuilder().setSeconds(second).build();
  }

  @Test
  void shouldFindTripsByTimeAndPlaceAlsoAcrossTheDateLine() {
    record("alps", 1_750_000_000, List.of(point(47, 8), point(47.001, 8.001)));
    record("fiji", 1_750_001_000, List.of(point(-17, 179.9995), point(-17, -179.9995)));
    assertThat(trips(TripFilter.newBuilder().setFromTime(at(1_750_000_500))))
        .containsExactly("fiji");
    assertThat(trips(TripFilter.newBuilder().setToTime(at(1_750_000_005)))).containsExactly("alps");
    assertThat(
            trips(
                TripFilter.newBuilder()
                    .setBox(
                        GeoBox.newBuilder()
                            .setSouthE7(-20 * E7)
                            .setNorthE7(0)
                            .setWestE7(179 * E7)
                            .setEastE7(-179 * E7))))
        .containsExactly("fiji");
    assertThat(
            trips(
                TripFilter.newBuilder()
                    .setBox(
                        GeoBox.newBuilder()
                            .setSouthE7(-20 * E7)
                            .setNorthE7(50 * E7)
                            .setWestE7(-10 * E7)
                            .setEastE7(10 * E7))))
        .containsExactly("alps");
  }
}
