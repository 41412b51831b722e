package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import guidepost.client.FeaturesClient;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.client.TripsClient;
import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.GetTileResponse;
import guidepost.guide.v1.GetTripTrackRequest;
import guidepost.guide.v1.GetTripTrackResponse;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripFilter;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java client beside a server, where no command of the program leads.
class WholeClientTest {

  private static final long START_MILLIS = 1_790_000_000_000L;

  @TempDir Path data;
  private GuidepostServer server;
  private GuidepostClient client;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
    client =
        GuidepostClient.connect(
            ServerAddress.parse("127.0.0.1:" + server.addresses().getFirst().port()));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void shouldWriteFeaturesInOneCallAndGetTheirTile() {
    FeaturesClient features = client.features();
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    for (int i = 0; i < 3; i++) {
      request.addOperations(
          Operation.newBuilder()
              .setId(i + 1)
              .setPut(Feature.newBuilder().setId("hut" + i).setPoint(point(465_000_000 + i))));
    }
    assertThat(features.apply(request.build()))
        .extracting(FeaturesClient.Result::featureId)
        .containsExactly("hut0", "hut1", "hut2");
    GetTileResponse world = features.tile(GetTileRequest.getDefaultInstance());
    assertThat(world.getFeatures()).isEqualTo(3);
    assertThat(world.getClustered()).isFalse();
    assertThat(world.getTile().toStringUtf8()).contains("hut0", "hut1", "hut2");
    assertThat(features.tile(GetTileRequest.newBuilder().setZ(1).build()).getFeatures()).isZero();
  }

  @Test
  void shouldWriteATripBatchByBatchAndGetItsLine() {
    TripsClient trips = client.trips();
    assertThat(trips.append(batch(1, 0)).getChanged()).isTrue();
    assertThat(trips.append(batch(2, 100)).getChanged()).isTrue();
    assertThat(trips.append(batch(2, 100)).getChanged()).as("the same once more").isFalse();
    assertThatThrownBy(() -> trips.append(batch(4, 300)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION));
    GetTripTrackResponse line =
        trips.track(GetTripTrackRequest.newBuilder().setId("tour").setMaxPoints(10).build());
    assertThat(line.getOfFixes()).isEqualTo(200);
    assertThat(line.getFixesCount()).isBetween(2, 10);
    assertThat(line.getFixes(0).getPoint()).isEqualTo(point(465_000_000));
    assertThat(line.getFixes(line.getFixesCount() - 1).getPoint())
        .isEqualTo(point(465_000_000 + 199 * 1_000));
    assertThat(found("ann")).containsExactly("tour");
    assertThat(found("bob")).isEmpty();
  }

  private List<String> found(String traveller) {
    List<String> found = new ArrayList<>();
    client
        .trips()
        .list(
            TripFilter.newBuilder().setTraveller(traveller).build(),
            (Trip each) -> found.add(each.getId()));
    return found;
  }

  private static AppendFixesRequest batch(int number, int first) {
    TripBatch.Builder batch = TripBatch.newBuilder().setNumber(number);
    for (int i = first; i < first + 100; i++) {
      batch.addFixes(
          TripFix.newBuilder()
              .setTime(Timestamps.fromMillis(START_MILLIS + i * 10_000L))
              .setPoint(point(465_000_000 + i * 1_000)));
    }
    return AppendFixesRequest.newBuilder()
        .setStart(TripStart.newBuilder().setTripId("tour").setTraveller("ann"))
        .setBatch(batch)
        .build();
  }

  private static GeoPoint point(int latitudeE7) {
    return GeoPoint.newBuilder().setLatitudeE7(latitudeE7).setLongitudeE7(80_000_000).build();
  }
}
