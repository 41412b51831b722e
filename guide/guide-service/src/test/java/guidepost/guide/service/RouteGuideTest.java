package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import guidepost.calls.ServedFront;
import guidepost.seed.routeguide.Feature;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routeguide.RouteGuideGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// GetFeature and ListFeatures: rules G1, G2, G3 and G9.
final class RouteGuideTest {

  private static final Rectangle AROUND_THE_ORIGIN = rectangle(point(-10, -10), point(10, 10));

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  @Test
  void shouldFindTheFeatureAtExactlyThePoint() {
    guide.put(feature("a", 407838351, -746143763, "Patriots Path"));
    Feature found = guide.seed().getFeature(point(407838351, -746143763));
    assertThat(found.getName()).isEqualTo("Patriots Path");
    assertThat(found.getLocation()).isEqualTo(point(407838351, -746143763));
  }

  @Test
  void shouldReturnTheAskedPointWhenNothingIsThereAndNeverTheNearest() {
    guide.put(feature("a", 407838351, -746143763, "Patriots Path"));
    Feature found = guide.seed().getFeature(point(407838351, -746143762));
    assertThat(found)
        .isEqualTo(Feature.newBuilder().setLocation(point(407838351, -746143762)).build());
  }

  @Test
  void shouldReturnTheAskedPointByteForByte() {
    UnknownFieldSet.Field extra =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("x")).build();
    Point asked =
        point(0, 0).toBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(77, extra).build())
            .build();
    Feature found = guide.seed().getFeature(asked);
    assertThat(found.hasLocation()).isTrue();
    assertThat(found.getLocation().toByteString()).isEqualTo(asked.toByteString());
  }

  @Test
  void shouldLetTheFirstNamedFeatureStandForAPlace() {
    guide.put(feature("z", 5, 5, ""), feature("y", 5, 5, "older"), feature("a", 5, 5, "younger"));
    assertThat(guide.seed().getFeature(point(5, 5)).getName()).isEqualTo("older");
  }

  @Test
  void shouldReturnThePointAsStoredWhereOnlyNamelessFeaturesAre() {
    guide.put(feature("z", 5, -1_800_000_000, ""));
    Feature found = guide.seed().getFeature(point(5, 1_800_000_000));
    assertThat(found.getName()).isEmpty();
    assertThat(found.getLocation()).isEqualTo(point(5, -1_800_000_000));
  }

  @Test
  void shouldTakeAllLongitudesAtAPoleAsOnePoint() {
    guide.put(feature("n", 900_000_000, 0, "North Pole"));
    assertThat(guide.seed().getFeature(point(900_000_000, 77)).getName()).isEqualTo("North Pole");
  }

  @Test
  void shouldListNamedFeaturesOnlyEdgesIncluded() {
    guide.put(
        feature("1", 10, 10, "edge"),
        feature("2", 0, 0, ""),
        feature("3", 11, 0, "outside"),
        feature("4", 0, 0, "inside"));
    assertThat(names(AROUND_THE_ORIGIN)).containsExactlyInAnyOrder("edge", "inside");
  }

  @Test
  void shouldSetTheLocationOfEveryFeatureListed() {
    guide.put(feature("0", 0, 0, "origin"));
    assertThat(list(AROUND_THE_ORIGIN)).hasSize(1).allMatch(Feature::hasLocation);
    assertThat(guide.seed().getFeature(point(0, 0)).hasLocation()).isTrue();
  }

  @Test
  void shouldTakeTheCornersInAnyOrder() {
    guide.put(feature("1", 10, -10, "corner"));
    assertThat(names(rectangle(point(10, 10), point(-10, -10)))).containsExactly("corner");
    assertThat(names(rectangle(point(-10, 10), point(10, -10)))).containsExactly("corner");
  }

  @Test
  void shouldNeverCrossTheAntimeridian() {
    guide.put(feature("1", 0, 0, "Greenwich"), feature("2", 0, 1_750_000_000, "Pacific"));
    Rectangle wide = rectangle(point(-10, 1_700_000_000), point(10, -1_700_000_000));
    assertThat(names(wide)).containsExactly("Greenwich");
  }

  @Test
  void shouldIncludePointsWithTheOtherSignInABoxThatTouchesTheAntimeridian() {
    guide.put(feature("1", 0, -1_800_000_000, "west"), feature("2", 0, 1_800_000_000, "east"));
    Rectangle east = rectangle(point(-10, 1_700_000_000), point(10, 1_800_000_000));
    assertThat(names(east)).containsExactlyInAnyOrder("west", "east");
  }

  @Test
  void shouldIncludeThePoleInABoxThatReachesIt() {
    guide.put(feature("1", -900_000_000, 5, "South Pole"));
    Rectangle south = rectangle(point(-900_000_000, 100), point(-800_000_000, 200));
    assertThat(names(south)).containsExactly("South Pole");
  }

  @Test
  void shouldRefuseARectangleWithoutACorner() {
    assertThatThrownBy(() -> list(Rectangle.newBuilder().setLo(point(0, 0)).build()))
        .hasMessage("INVALID_ARGUMENT: hi: must be set: a corner of the rectangle");
    assertThatThrownBy(() -> list(Rectangle.newBuilder().setHi(point(0, 0)).build()))
        .hasMessage("INVALID_ARGUMENT: lo: must be set: a corner of the rectangle");
  }

  @Test
  void shouldNameFieldAndValueOfAPointOutOfRange() {
    assertThatThrownBy(() -> guide.seed().getFeature(point(900_000_001, 0)))
        .hasMessage("INVALID_ARGUMENT: latitude \"900000001\": must be -900000000..900000000");
    assertThatThrownBy(() -> guide.seed().getFeature(point(0, -1_800_000_001)))
        .hasMessage("INVALID_ARGUMENT: longitude \"-1800000001\": must be -1800000000..1800000000");
    assertThatThrownBy(() -> list(rectangle(point(0, 0), point(-900_000_001, 0))))
        .hasMessage("INVALID_ARGUMENT: hi.latitude \"-900000001\": must be -900000000..900000000");
  }

  @Test
  void shouldListOneSnapshotAtTheClientsPaceWhileFeaturesGo() {
    guide.put(feature("1", 1, 1, "a"), feature("2", 2, 2, "b"), feature("3", 3, 3, "c"));
    Caller<Rectangle, Feature> caller =
        Caller.lazy(guide.channel(), RouteGuideGrpc.getListFeaturesMethod());
    caller.send(AROUND_THE_ORIGIN).halfClose();
    caller.read(1);
    caller.awaitReceived(1);
    guide.modify(Guide.deleting("1"), Guide.deleting("2"), Guide.deleting("3"));
    assertThat(caller.received()).hasSize(1);

    caller.read(10);
    assertThat(caller.awaitEnd().isOk()).isTrue();
    assertThat(caller.received()).extracting(Feature::getName).contains("a", "b", "c");
  }

  @Test
  void shouldStopListingWhenTheClientCancels() {
    guide.put(feature("1", 1, 1, "a"), feature("2", 2, 2, "b"));
    Caller<Rectangle, Feature> caller =
        Caller.lazy(guide.channel(), RouteGuideGrpc.getListFeaturesMethod());
    caller.send(AROUND_THE_ORIGIN).halfClose();
    caller.read(1);
    caller.cancel();
    caller.read(1);
    assertThat(caller.awaitEnd().isOk()).isFalse();
    assertThat(caller.received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "examples.RouteGuide",
        "grpc.example.routeguide.RouteGuide",
        "proto.RouteGuide",
        "RouteGuide"
      })
  void shouldAnswerUnderItsOlderNamesToo(String service) {
    guide.put(feature("1", 1, 1, "a"));
    MethodDescriptor<Point, Feature> method =
        RouteGuideGrpc.getGetFeatureMethod().toBuilder()
            .setFullMethodName(service + "/GetFeature")
            .build();
    Feature found =
        ClientCalls.blockingUnaryCall(guide.channel(), method, CallOptions.DEFAULT, point(1, 1));
    assertThat(found.getName()).isEqualTo("a");
  }

  @Test
  void shouldKeepTheOlderNamesApartFromTheCanonicalOnes() {
    assertThat(guide.service().fronts())
        .flatMap(each -> ServedFront.names(each.services()))
        .containsExactly(
            "guidepost.guide.v1.Features",
            "guidepost.guide.v1.Notes",
            "guidepost.guide.v1.Trips",
            "routeguide.RouteGuide");
    assertThat(guide.service().aliases())
        .hasSize(4)
        .allMatch(each -> each.getMethods().size() == 4);
  }

  private List<String> names(Rectangle rectangle) {
    return list(rectangle).stream().map(Feature::getName).toList();
  }

  private List<Feature> list(Rectangle rectangle) {
    List<Feature> found = new ArrayList<>();
    guide.seed().listFeatures(rectangle).forEachRemaining(found::add);
    return found;
  }

  private static Rectangle rectangle(Point lo, Point hi) {
    return Rectangle.newBuilder().setLo(lo).setHi(hi).build();
  }
}
