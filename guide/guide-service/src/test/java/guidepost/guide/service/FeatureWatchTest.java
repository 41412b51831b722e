package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.ProgressTimer;
import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.WatchStart;
import guidepost.guide.features.ServedFeatures;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.testing.Seed;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Watch of an area: a snapshot, then changes, without a gap.
final class FeatureWatchTest {

  private static final GeoBox BOX =
      GeoBox.newBuilder().setSouthE7(0).setWestE7(0).setNorthE7(100).setEastE7(100).build();
  private static final WatchRequest IN_BOX = WatchRequest.newBuilder().setBox(BOX).build();

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private Caller<WatchRequest, WatchResponse> watch(WatchRequest request) {
    return Caller.eager(guide.channel(), FeaturesGrpc.getWatchMethod()).send(request).halfClose();
  }

  private static void awaitRevision(Caller<?, WatchResponse> watcher, long revision) {
    await().untilAsserted(() -> assertThat(revision(watcher.received())).isEqualTo(revision));
  }

  private static long revision(List<WatchResponse> received) {
    return received.stream()
        .mapToLong(response -> response.getProgress().getRevision())
        .max()
        .orElse(0);
  }

  private static List<String> changes(List<WatchResponse> received) {
    List<String> changes = new ArrayList<>();
    for (WatchResponse each : received) {
      for (FeatureChange change : each.getChanges().getChangesList()) {
        String kind = change.getKind().name().substring("CHANGE_KIND_".length());
        changes.add(
            "%s %s %d"
                .formatted(kind, change.getFeature().getId(), change.getFeature().getRevision()));
      }
    }
    return changes;
  }

  @Test
  void shouldShowTheAreaThenItsEndAndThenEveryChangeAsItLooksFromThere() {
    guide.put(feature("in", 1, 1, "in"), feature("out", 500, 500, "out"));
    var watcher = watch(IN_BOX);
    awaitRevision(watcher, 1);
    assertThat(watcher.received().get(0).getSnapshot().getFeaturesList())
        .extracting(Feature::getId)
        .containsExactly("in");
    assertThat(watcher.received().get(1).getEndOfSnapshot().getEntries()).isEqualTo(1);
    guide.modify(putting(feature("out", 100, 100, "comes in")));
    guide.modify(putting(feature("out", 7, 7, "moves inside")));
    guide.modify(putting(feature("in", 101, 1, "goes out")));
    guide.modify(putting(feature("other", 500, 1, "stays out")));
    guide.modify(deleting("out"));
    awaitRevision(watcher, 6);
    assertThat(changes(watcher.received()))
        .containsExactly("ADDED out 2", "UPDATED out 3", "REMOVED in 4", "REMOVED out 6");
  }

  @Test
  void shouldTellOnlyWhatPassesTheFilter() {
    var watcher =
        watch(
            IN_BOX.toBuilder()
                .setFilter(FeatureFilter.newBuilder().addCategories("fuel"))
                .setStart(WatchStart.newBuilder().setChangesOnly(true))
                .build());
    Feature inn = feature("a", 1, 1, "A").toBuilder().setCategory("inn").build();
    guide.put(inn);
    guide.put(inn.toBuilder().setCategory("fuel").build());
    guide.put(inn);
    awaitRevision(watcher, 3);
    assertThat(changes(watcher.received())).containsExactly("ADDED a 2", "REMOVED a 3");
  }

  @Test
  void shouldResumeOutOfTheLogAlsoAfterARestart() {
    guide.put(feature("a", 1, 1, "A"));
    guide.put(feature("b", 1, 1, "B"));
    guide.modify(deleting("a"));
    guide = guide.restart();
    guide.put(feature("c", 1, 1, "C"));
    var watcher = watch(IN_BOX.toBuilder().setStart(Guide.after(1)).build());
    awaitRevision(watcher, 4);
    assertThat(changes(watcher.received()))
        .containsExactly("ADDED b 2", "REMOVED a 3", "ADDED c 4");
  }

  @Test
  void shouldMakeACopyThatEqualsTheAreaHoweverOftenItIsCut() {
    Random random = Seed.random("FeatureWatchTest");
    for (int cutAfter = 1; cutAfter <= 4; cutAfter++) {
      Map<String, Feature> copy = new HashMap<>();
      WatchRequest next = IN_BOX;
      for (int round = 0; round < 12; round++) {
        var watcher = watch(next);
        for (int i = 0; i < cutAfter; i++) {
          guide.modify(randomOperations(random));
        }
        long revision = guide.stats().getFeaturesRevision();
        awaitRevision(watcher, revision);
        watcher.received().forEach(message -> apply(message, copy));
        watcher.cancel();
        assertThat(copy).isEqualTo(listed());
        next = IN_BOX.toBuilder().setStart(Guide.after(revision)).build();
      }
    }
  }

  private static void apply(WatchResponse message, Map<String, Feature> copy) {
    message.getSnapshot().getFeaturesList().forEach(each -> copy.put(each.getId(), each));
    for (FeatureChange change : message.getChanges().getChangesList()) {
      String id = change.getFeature().getId();
      boolean gone = change.getKind() == ChangeKind.CHANGE_KIND_REMOVED;
      var _ = gone ? copy.remove(id) : copy.put(id, change.getFeature());
    }
  }

  private Map<String, Feature> listed() {
    Map<String, Feature> all = new HashMap<>();
    guide
        .features()
        .listInBox(ListInBoxRequest.newBuilder().setBox(BOX).build())
        .forEachRemaining(
            page -> page.getFeaturesList().forEach(each -> all.put(each.getId(), each)));
    return all;
  }

  private static Operation[] randomOperations(Random random) {
    Operation[] operations = new Operation[1 + random.nextInt(20)];
    for (int i = 0; i < operations.length; i++) {
      String id = "f" + random.nextInt(15);
      operations[i] =
          random.nextInt(3) == 0
              ? deleting(id)
              : putting(feature(id, random.nextInt(200), random.nextInt(200), "n"));
    }
    operations[operations.length - 1] = putting(feature("mark", 1, 1, "m" + random.nextLong()));
    return operations;
  }

  @Test
  void shouldTellAQuietWatcherHowFarItIsAfterSoManyRevisions() throws Exception {
    var watcher = watch(IN_BOX);
    guide.put(feature("far", 500, 1, "far"));
    awaitRevision(watcher, 1);
    var modifier = guide.modifier();
    for (int i = 2; i <= 256; i++) {
      modifier.send(Guide.batch(putting(feature("far", 500, i, "far"))));
    }
    modifier.finish();
    assertThat(revision(watcher.received())).isOne();
    guide.put(feature("far", 500, 257, "far"));
    awaitRevision(watcher, 257);
    assertThat(changes(watcher.received())).isEmpty();
    guide.store().journal(ServedFeatures.STORED.name()).trim(257);
    var resumed = watch(IN_BOX.toBuilder().setStart(Guide.after(257)).build());
    guide.put(feature("near", 1, 1, "near"));
    awaitRevision(resumed, 258);
    assertThat(changes(resumed.received())).containsExactly("ADDED near 258");
  }

  @Test
  void shouldNameTheRevisionThatTheLogNoLongerGoesBackTo() throws Exception {
    for (int i = 0; i < 5; i++) {
      guide.put(feature("a", 1, 1, "a" + i));
    }
    guide = guide.restart();
    guide.store().journal(ServedFeatures.STORED.name()).trim(3);
    Status status = watch(IN_BOX.toBuilder().setStart(Guide.after(1)).build()).awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    assertThat(status.getDescription())
        .startsWith("start.after.revision \"1\": the log no longer goes back that far")
        .contains("it does to revision 3");
  }

  @Test
  void shouldRefuseARevisionThatTheServerHasNotReachedAndAnAreaThatIsNone() {
    var future = watch(IN_BOX.toBuilder().setStart(Guide.after(9)).build());
    Status status = future.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    assertThat(status.getDescription())
        .isEqualTo("start.after.revision \"9\": must be at most the newest, 0");
    WatchRequest.Builder circle = WatchRequest.newBuilder();
    circle.getCircleBuilder().getCentreBuilder().setLatitudeE7(1);
    assertThat(watch(circle.build()).awaitEnd().getDescription())
        .isEqualTo("circle.radius_metres \"0.0\": must be above 0 and at most 20003932");
  }

  @Test
  void shouldEndWatchesAsUnavailableOnShutdown() {
    var watcher = watch(IN_BOX);
    await().untilAsserted(() -> assertThat(watcher.received()).hasSize(1));
    guide.service().shutdown();
    assertThat(watcher.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldReachEveryRevisionThatAWriteWasAnsweredWith() {
    var watcher = watch(IN_BOX);
    for (int i = 1; i <= 5; i++) {
      guide.put(feature("out", 500, 500 + i, "out"));
    }
    await()
        .untilAsserted(
            () -> {
              guide.nanos.addAndGet(ProgressTimer.QUIET.toNanos());
              assertThat(revision(watcher.received())).isEqualTo(5);
            });
    awaitRevision(watch(IN_BOX.toBuilder().setStart(Guide.after(3)).build()), 5);
    guide = guide.restart();
    awaitRevision(watch(IN_BOX.toBuilder().setStart(Guide.after(2)).build()), 5);
  }
}
