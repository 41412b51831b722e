package guidepost.guide.service;

import static guidepost.guide.service.Guide.batch;
import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.Operation;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Flow, batches and endings of Modify and ListInBox.
final class FeatureStreamsTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  @Test
  void shouldKeepFewBatchesInHandWhenResultsAreNotRead() {
    var lazy = guide.lazyModifier();
    for (int i = 0; i < 20; i++) {
      lazy.send(batch(putting(feature("f" + i, i, i, "F"))));
    }
    lazy.halfClose();
    guide.awaitFeatures(4);
    lazy.read(2);
    guide.awaitFeatures(6);
    assertThat(lazy.received()).hasSize(2);
    lazy.read(100);
    assertThat(lazy.awaitEnd().isOk()).isTrue();
    assertThat(lazy.received()).hasSize(20);
    assertThat(guide.stats().getFeatures()).isEqualTo(20);
  }

  @Test
  void shouldCutLargeResultsIntoSeveralResponses() {
    Operation bad = deleting("x".repeat(129));
    Operation[] many = new Operation[16_000];
    Arrays.fill(many, bad);
    var responses = guide.modifyAll(many);
    assertThat(responses).hasSizeGreaterThan(1);
    assertThat(responses).allMatch(each -> each.getSerializedSize() < 2 << 20);
    assertThat(responses.stream().mapToInt(each -> each.getResultsCount()).sum())
        .isEqualTo(many.length);
  }

  @Test
  void shouldAnswerAnEmptyStreamAndAnEmptyBatch() {
    assertThat(guide.modifier().finish()).isEmpty();
    assertThat(guide.modify()).isEmpty();
  }

  @Test
  void shouldRefuseAsOverloadWhatTheWriterCannotTakeAndKeepWhatItTook() {
    HeldJournal journal = new HeldJournal();
    guide.close();
    guide = Guide.withFeaturesJournal(journal, GuideLimits.DEFAULTS.withQueuedChanges(1));
    var caller = guide.modifier();
    caller.send(batch(putting(feature("a", 1, 1, "A"))));
    journal.awaitAppend();
    caller.send(batch(putting(feature("b", 1, 1, "B"))));
    caller.send(batch(putting(feature("c", 1, 1, "C"))));
    journal.release(10);
    Status status = caller.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(caller.received()).hasSize(2);
    assertThat(guide.stats().getFeatures()).isEqualTo(2);
  }

  @Test
  void shouldEndModifyAsUnavailableOnShutdownAfterTheResultsInHand() {
    HeldJournal journal = new HeldJournal();
    guide.close();
    guide = Guide.withFeaturesJournal(journal, GuideLimits.DEFAULTS);
    var caller = guide.modifier();
    caller.send(batch(putting(feature("a", 1, 1, "A"))));
    journal.awaitAppend();
    guide.service().shutdown();
    assertThat(caller.isOver()).isFalse();
    journal.release(1);
    assertThat(caller.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(caller.received()).hasSize(1);
  }

  @Test
  void shouldListEverythingInsideABoxUnnamedOnesTooInBatchesOfOneRevision() {
    Feature[] many = new Feature[1_300];
    for (int i = 0; i < many.length; i++) {
      many[i] = feature("f" + i, i, i, i % 2 == 0 ? "" : "named");
    }
    guide.put(many);
    List<ListInBoxResponse> pages = list(ListInBoxRequest.getDefaultInstance());
    assertThat(pages)
        .extracting(ListInBoxResponse::getFeaturesCount)
        .containsExactly(512, 512, 276);
    assertThat(pages).allMatch(page -> page.getRevision() == 1);
    assertThat(pages.stream().flatMap(page -> page.getFeaturesList().stream()))
        .doesNotHaveDuplicates()
        .hasSize(1_300);
  }

  @Test
  void shouldKeepResponsesFarBelowWhatClientsTake() {
    Feature[] big = new Feature[200];
    for (int i = 0; i < big.length; i++) {
      big[i] =
          feature("f" + i, i, i, "").toBuilder().putAttributes("k", "v".repeat(16_000)).build();
    }
    guide.put(Arrays.copyOf(big, 100));
    guide.put(Arrays.copyOfRange(big, 100, 200));
    List<ListInBoxResponse> pages = list(ListInBoxRequest.getDefaultInstance());
    assertThat(pages).allMatch(page -> page.getSerializedSize() < 1 << 20);
    assertThat(pages.stream().mapToInt(ListInBoxResponse::getFeaturesCount).sum()).isEqualTo(200);
  }

  @Test
  void shouldSendOneResponseEvenWithoutHits() {
    assertThat(list(ListInBoxRequest.getDefaultInstance()))
        .containsExactly(ListInBoxResponse.getDefaultInstance());
  }

  @Test
  void shouldListOneCategoryOnlyWhenAsked() {
    guide.put(
        feature("a", 1, 1, "A").toBuilder().setCategory("fuel").build(),
        feature("b", 1, 1, "B").toBuilder().setCategory("food").build());
    var pages =
        list(
            ListInBoxRequest.newBuilder()
                .setFilter(FeatureFilter.newBuilder().addCategories("fuel"))
                .build());
    assertThat(pages.getFirst().getFeaturesList()).extracting(Feature::getId).containsExactly("a");
  }

  @Test
  void shouldCrossTheAntimeridianWhenWestIsGreaterThanEast() {
    guide.put(feature("fiji", 0, 1_790_000_000, ""), feature("zero", 0, 0, ""));
    GeoBox pacific = box(-1, 1_700_000_000, 1, -1_700_000_000);
    assertThat(list(ListInBoxRequest.newBuilder().setBox(pacific).build()).getFirst())
        .extracting(page -> page.getFeatures(0).getId())
        .isEqualTo("fiji");
  }

  @Test
  void shouldNameTheEdgeOfABoxThatBreaksARule() {
    assertThatThrownBy(() -> list(ListInBoxRequest.newBuilder().setBox(box(1, 0, 0, 0)).build()))
        .hasMessage("INVALID_ARGUMENT: box.north_e7 \"0\": must not be less than box.south_e7, 1");
    GeoBox tooFar = box(0, 0, 0, 1_800_000_001);
    assertThatThrownBy(() -> list(ListInBoxRequest.newBuilder().setBox(tooFar).build()))
        .hasMessage(
            "INVALID_ARGUMENT: box.east_e7 \"1800000001\": must be -1800000000..1800000000");
  }

  @Test
  void shouldListAtTheClientsPace() {
    Feature[] many = new Feature[2_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = feature("f" + i, i, i, "");
    }
    guide.put(many);
    var lazy = Caller.lazy(guide.channel(), FeaturesGrpc.getListInBoxMethod());
    lazy.send(ListInBoxRequest.getDefaultInstance()).halfClose();
    lazy.read(1);
    lazy.awaitReceived(1);
    assertThat(lazy.isOver()).isFalse();
    lazy.read(10);
    assertThat(lazy.awaitEnd().isOk()).isTrue();
    assertThat(lazy.received()).hasSize(4);
  }

  private List<ListInBoxResponse> list(ListInBoxRequest request) {
    List<ListInBoxResponse> pages = new ArrayList<>();
    guide.features().listInBox(request).forEachRemaining(pages::add);
    return pages;
  }

  private static GeoBox box(int south, int west, int north, int east) {
    return GeoBox.newBuilder()
        .setSouthE7(south)
        .setWestE7(west)
        .setNorthE7(north)
        .setEastE7(east)
        .build();
  }
}
