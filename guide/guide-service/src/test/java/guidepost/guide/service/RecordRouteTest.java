package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rules G4 and G9 of RecordRoute.
final class RecordRouteTest {

  /// One metre of latitude is about 90 units.
  private static final int METRE = 90;

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  @Test
  void shouldAnswerOkForNoPointAndForOne() {
    assertThat(record()).isEqualTo(RouteSummary.getDefaultInstance());
    assertThat(record(point(1, 1))).isEqualTo(RouteSummary.newBuilder().setPointCount(1).build());
  }

  @Test
  void shouldCountPointsThatCarryANamedFeature() {
    guide.put(feature("1", 1, 1, "a"), feature("2", 2, 2, ""), feature("3", 1, 1, "another"));
    RouteSummary summary = record(point(1, 1), point(2, 2), point(3, 3), point(1, 1));
    assertThat(summary.getPointCount()).isEqualTo(4);
    assertThat(summary.getFeatureCount()).isEqualTo(2);
  }

  @Test
  void shouldCutTheDistanceToMetresOnceAtTheEnd() {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    for (int i = 0; i <= 1_000; i++) {
      trip.send(point(i * METRE * 3 / 2, 0));
    }
    // 1,000 steps of 1.5011 m: cut one by one they would make 1,000 m.
    assertThat(summary(trip).getDistance()).isEqualTo(1_501);
  }

  @Test
  void shouldMeasureOnASphereOf6371000Metres() {
    RouteSummary summary = record(point(0, 0), point(0, 1_800_000_000));
    assertThat(summary.getDistance()).isEqualTo((int) (Math.PI * 6_371_000));
  }

  @Test
  void shouldStopAtTheLargestDistanceRatherThanTurnNegative() {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    for (int i = 0; i < 120; i++) {
      trip.send(point(0, i % 2 * 1_800_000_000));
    }
    assertThat(summary(trip).getDistance()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void shouldStopAtTheLongestElapsedTimeRatherThanTurnNegative() {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    guide.nanos.addAndGet(TimeUnit.SECONDS.toNanos(Integer.MAX_VALUE + 1L));
    assertThat(summary(trip).getElapsedTime()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void shouldTakeTheElapsedTimeFromTheMonotonicClock() {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    guide.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(12_999));
    assertThat(summary(trip).getElapsedTime()).isEqualTo(12);
  }

  @Test
  void shouldNameTheIndexOfABadPoint() {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    trip.send(point(1, 1)).send(point(0, 1_800_000_001)).send(point(2, 2));
    Status status = trip.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription())
        .isEqualTo("point at index 1: longitude \"1800000001\": must be -1800000000..1800000000");
  }

  @Test
  void shouldSetNoFieldBeyondTheSeedContractUnlessAsked() {
    RouteSummary summary = record(point(0, 0), point(10_000_000, 0));
    assertThat(summary.getWgs84Metres()).isZero();
    assertThat(summary.getFilteredMetres()).isZero();
    assertThat(summary.getMovingSeconds()).isZero();
  }

  @Test
  void shouldMeasureOnTheEllipsoidForThoseWhoAsk() {
    Caller<Point, RouteSummary> trip = trip(extended("1"));
    trip.send(point(0, 0)).send(point(10_000_000, 0));
    assertThat(summary(trip).getWgs84Metres()).isEqualTo(110_574.389, within(0.001));
    assertThat(summary(trip(extended("0")).send(point(0, 0))).getWgs84Metres()).isZero();
  }

  @Test
  void shouldTakeJitterOutOfTheFilteredDistanceAndRestOutOfTheMovingTime() {
    Caller<Point, RouteSummary> trip = trip(extended("1"));
    arrive(trip, 0, 0);
    arrive(trip, 5, 6);
    arrive(trip, 60, 8); // rests: two metres of jitter
    arrive(trip, 60, 4);
    arrive(trip, 60, 12); // counts, but 6 m took three minutes
    arrive(trip, 4, 18);
    RouteSummary summary = summary(trip);
    assertThat(summary.getFilteredMetres()).isEqualTo(18, within(0.2));
    assertThat(summary.getWgs84Metres()).isEqualTo(6 + 2 + 4 + 8 + 6, within(0.3));
    assertThat(summary.getMovingSeconds()).isEqualTo(5 + 4);
  }

  @Test
  void shouldEndOpenTripsAndNewOnesWhenTheServerShutsDown() {
    Caller<Point, RouteSummary> idle = trip(guide.channel()).send(point(1, 1));
    guide.service().shutdown();
    assertThat(idle.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(idle.awaitEnd().getDescription()).isEqualTo("the server is shutting down");
    assertThat(trip(guide.channel()).awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private void arrive(Caller<Point, RouteSummary> trip, int secondsLater, int metresNorth) {
    guide.nanos.addAndGet(TimeUnit.SECONDS.toNanos(secondsLater));
    trip.send(point(metresNorth * METRE, 0));
  }

  private Channel extended(String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("guidepost-extended", Metadata.ASCII_STRING_MARSHALLER), value);
    return ClientInterceptors.intercept(
        guide.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private RouteSummary record(Point... points) {
    Caller<Point, RouteSummary> trip = trip(guide.channel());
    for (Point each : points) {
      trip.send(each);
    }
    return summary(trip);
  }

  private static Caller<Point, RouteSummary> trip(Channel channel) {
    return Caller.eager(channel, RouteGuideGrpc.getRecordRouteMethod());
  }

  private static RouteSummary summary(Caller<Point, RouteSummary> trip) {
    return trip.finish().getFirst();
  }
}
