package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.ProgressTimer;
import guidepost.common.v1.ChangeKind;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Watches of many areas, of which each change concerns few: what each was told makes of its
/// snapshot what is there, and each hears of the last revision.
final class ManyWatchesTest {

  private static final int WATCHES = 120;
  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 150);
  private static final int WORLD = 4_000_000;

  private final Random random = Seed.random("ManyWatchesTest");
  private final Guide guide = new Guide();
  private final Map<String, Feature> there = new TreeMap<>();

  @AfterEach
  void close() {
    guide.close();
  }

  /// A watch, and what it knows.
  private final class Watching {
    private final WatchRequest request;
    private final Caller<WatchRequest, WatchResponse> caller;

    Watching(WatchRequest request) {
      this.request = request;
      this.caller =
          Caller.eager(guide.channel(), FeaturesGrpc.getWatchMethod()).send(request).halfClose();
    }

    long reached() {
      return caller.received().stream()
          .mapToLong(each -> each.getProgress().getRevision())
          .max()
          .orElse(0);
    }

    Map<String, Feature> known() {
      Map<String, Feature> known = new TreeMap<>();
      for (WatchResponse each : List.copyOf(caller.received())) {
        each.getSnapshot().getFeaturesList().forEach(one -> known.put(one.getId(), one));
        each.getChanges().getChangesList().forEach(change -> apply(change, known));
      }
      return known;
    }

    private void apply(FeatureChange change, Map<String, Feature> known) {
      String id = change.getFeature().getId();
      boolean wasKnown = known.containsKey(id);
      switch (change.getKind()) {
        case CHANGE_KIND_ADDED -> assertThat(wasKnown).as("added %s", id).isFalse();
        case CHANGE_KIND_UPDATED, CHANGE_KIND_REMOVED ->
            assertThat(wasKnown).as("%s %s", change.getKind(), id).isTrue();
        case CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(change);
      }
      if (change.getKind() == ChangeKind.CHANGE_KIND_REMOVED) {
        known.remove(id);
      } else {
        known.put(id, change.getFeature());
      }
    }

    boolean holds(Feature feature) {
      GeoPoint point = feature.getPoint();
      if (request.hasCircle()) {
        return guidepost.guide.geo.Wgs84.metres(
                point(request.getCircle().getCentre()), point(point))
            <= request.getCircle().getRadiusMetres();
      }
      GeoBox box = request.getBox();
      return !request.hasBox()
          || (point.getLatitudeE7() >= box.getSouthE7()
              && point.getLatitudeE7() <= box.getNorthE7()
              && point.getLongitudeE7() >= box.getWestE7()
              && point.getLongitudeE7() <= box.getEastE7());
    }
  }

  private static guidepost.guide.geo.Point point(GeoPoint point) {
    return new guidepost.guide.geo.Point(point.getLatitudeE7(), point.getLongitudeE7());
  }

  private int somewhere() {
    return random.nextInt(-WORLD, WORLD);
  }

  private WatchRequest area() {
    int south = somewhere();
    int west = somewhere();
    WatchRequest.Builder request = WatchRequest.newBuilder();
    switch (random.nextInt(10)) {
      case 0 -> {}
      case 1, 2, 3 ->
          request.setCircle(
              GeoCircle.newBuilder()
                  .setCentre(GeoPoint.newBuilder().setLatitudeE7(south).setLongitudeE7(west))
                  .setRadiusMetres(random.nextDouble(10, 40_000)));
      default ->
          request.setBox(
              GeoBox.newBuilder()
                  .setSouthE7(south)
                  .setWestE7(west)
                  .setNorthE7(south + random.nextInt(WORLD / 4))
                  .setEastE7(west + random.nextInt(WORLD / 4)));
    }
    return request.build();
  }

  private void change() {
    List<Operation> operations = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      String id = "f" + random.nextInt(300);
      operations.add(
          random.nextInt(4) == 0
              ? deleting(id)
              : putting(feature(id, somewhere(), somewhere(), "n" + random.nextInt(3))));
    }
    guide.modify(operations.toArray(Operation[]::new));
    for (Operation each : operations) {
      if (each.hasPut()) {
        there.put(each.getPut().getId(), each.getPut());
      } else {
        there.remove(each.getDelete());
      }
    }
  }

  @Test
  void shouldTellEachWatchWhatConcernsItAndAllHowFarTheyAre() {
    List<Watching> watches = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      if (watches.size() < WATCHES) {
        watches.add(new Watching(area()));
      }
      change();
    }
    long newest = guide.stats().getFeaturesRevision();
    for (Watching each : watches) {
      await()
          .untilAsserted(
              () -> {
                guide.nanos.addAndGet(ProgressTimer.QUIET.toNanos());
                assertThat(each.reached()).isEqualTo(newest);
              });
      Map<String, Feature> known = each.known();
      List<String> wanted =
          there.values().stream().filter(each::holds).map(Feature::getId).sorted().toList();
      assertThat(List.copyOf(known.keySet())).as("%s", each.request).isEqualTo(wanted);
      known.forEach(
          (id, feature) ->
              assertThat(feature.toBuilder().clearRevision().build()).isEqualTo(there.get(id)));
    }
  }
}
