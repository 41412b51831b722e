package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.guide.v1.WatchResponse.PartCase;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routeguide.RouteGuideGrpc;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A search that finds little looks at a bounded number of features before others have their turn.
final class FairSearchTest {

  private static final int TURNS = 10;
  private static final int FEATURES = TURNS * NamedFeatures.LOOKS_MAX;
  private static final Rectangle WORLD =
      Rectangle.newBuilder()
          .setLo(Point.newBuilder().setLatitude(-900_000_000).setLongitude(-1_800_000_000))
          .setHi(Point.newBuilder().setLatitude(900_000_000).setLongitude(1_800_000_000))
          .build();

  private final Later later = new Later();
  private final Guide guide = Guide.withSearches(later);

  @AfterEach
  void close() {
    guide.close();
  }

  @Test
  void shouldGiveTheEventLoopBackWhileItPassesOverUnnamedFeatures() {
    putUnnamed();
    var caller = Caller.eager(guide.channel(), RouteGuideGrpc.getListFeaturesMethod());
    caller.send(WORLD).halfClose();
    assertThat(later.run(TURNS - 2)).isEqualTo(TURNS - 2);
    assertThat(caller.isOver()).isFalse();
    later.run(2);
    assertThat(caller.awaitEnd().isOk()).isTrue();
    assertThat(caller.received()).isEmpty();
  }

  @Test
  void shouldGiveTheEventLoopBackWhileItLooksForARareCategory() {
    putUnnamed();
    guide.put(feature("rare", 5, 5, "").toBuilder().setCategory("rare").build());
    var caller = rareCategory();
    assertThat(later.run(TURNS - 2)).isEqualTo(TURNS - 2);
    assertThat(caller.isOver()).isFalse();
    later.run(2);
    assertThat(caller.awaitEnd().isOk()).isTrue();
    assertThat(caller.received().stream().flatMap(each -> each.getFeaturesList().stream()))
        .extracting(Feature::getId)
        .containsExactly("rare");
  }

  @Test
  void shouldGiveTheThreadBackWhileAWatchLooksForARareCategoryToBeginWith() {
    putUnnamed();
    guide.put(feature("rare", 5, 5, "").toBuilder().setCategory("rare").build());
    var watcher = Caller.eager(guide.channel(), FeaturesGrpc.getWatchMethod());
    watcher.send(
        WatchRequest.newBuilder()
            .setFilter(FeatureFilter.newBuilder().addCategories("rare"))
            .build());
    watcher.halfClose();
    assertThat(later.run(1 + TURNS)).isEqualTo(1 + TURNS); // the first lists the watch
    assertThat(watcher.received()).isEmpty();
    later.run(20);
    assertThat(watcher.received())
        .extracting(WatchResponse::getPartCase)
        .containsExactly(PartCase.SNAPSHOT, PartCase.END_OF_SNAPSHOT);
    assertThat(watcher.received().getFirst().getSnapshot().getFeatures(0).getId())
        .isEqualTo("rare");
  }

  @Test
  void shouldGiveTheEventLoopBackWhileItLooksForTheNearestOfARareCategory() {
    putUnnamed();
    guide.put(feature("rare", 5, 5, "").toBuilder().setCategory("rare").build());
    var caller = Caller.eager(guide.channel(), FeaturesGrpc.getNearestMethod());
    NearestRequest.Builder request = NearestRequest.newBuilder().setCount(3);
    request.getOriginBuilder().setLatitudeE7(900_000_000);
    request.getFilterBuilder().addCategories("rare");
    caller.send(request.build()).halfClose();
    assertThat(later.run(TURNS / 2)).isEqualTo(TURNS / 2);
    assertThat(caller.isOver()).isFalse();
    later.run(TURNS);
    assertThat(caller.awaitEnd().isOk()).isTrue();
    assertThat(caller.received().getFirst().getFeatures(0).getFeature().getId()).isEqualTo("rare");
  }

  @Test
  void shouldLetSearchesTakeTurns() {
    putUnnamed();
    var first = rareCategory();
    var second = rareCategory();
    later.run(2 * TURNS - 4);
    assertThat(first.isOver() || second.isOver()).isFalse();
    later.run(4);
    assertThat(first.awaitEnd().isOk()).isTrue();
    assertThat(second.awaitEnd().isOk()).isTrue();
  }

  @Test
  void shouldStopASearchWhoseClientHasGone() {
    putUnnamed();
    var caller = rareCategory();
    later.run(1);
    caller.cancel();
    assertThat(later.run(TURNS)).isEqualTo(1);
  }

  private void putUnnamed() {
    Feature[] many = new Feature[FEATURES];
    for (int i = 0; i < many.length; i++) {
      many[i] = feature("f" + i, i, i, "");
    }
    guide.put(many);
  }

  private Caller<ListInBoxRequest, ListInBoxResponse> rareCategory() {
    var caller = Caller.eager(guide.channel(), FeaturesGrpc.getListInBoxMethod());
    return caller
        .send(
            ListInBoxRequest.newBuilder()
                .setFilter(FeatureFilter.newBuilder().addCategories("rare"))
                .build())
        .halfClose();
  }

  /// Runs what it is given when a test says so, one after the other.
  private static final class Later extends AbstractExecutorService {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean ended;

    /// @return how many of that many there were
    int run(int most) {
      int ran = 0;
      while (ran < most && !waiting.isEmpty()) {
        waiting.remove().run();
        ran++;
      }
      return ran;
    }

    @Override
    public void execute(Runnable task) {
      waiting.add(task);
    }

    @Override
    public void shutdown() {
      ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return ended;
    }

    @Override
    public boolean isTerminated() {
      return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
