package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.rpc.ErrorInfo;
import guidepost.common.v1.AsOf;
import guidepost.guide.features.ServedFeatures;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureDifference;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetRevisionRequest;
import guidepost.guide.v1.GetRevisionResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.Operation;
import guidepost.testing.Seed;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the features were at an earlier revision or time, and what changed between two.
final class FeatureHistoryTest {

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private static AsOf revision(long revision) {
    return AsOf.newBuilder().setRevision(revision).build();
  }

  private static AsOf time(long seconds) {
    return AsOf.newBuilder().setTime(Timestamp.newBuilder().setSeconds(seconds)).build();
  }

  private Feature get(String id, AsOf at) {
    return guide
        .features()
        .getFeature(GetFeatureRequest.newBuilder().setId(id).setAsOf(at).build())
        .getFeature();
  }

  private List<Feature> list(ListInBoxRequest request) {
    List<Feature> found = new ArrayList<>();
    guide
        .features()
        .listInBox(request)
        .forEachRemaining(page -> found.addAll(page.getFeaturesList()));
    return found;
  }

  private List<Feature> list(AsOf at) {
    return list(ListInBoxRequest.newBuilder().setAsOf(at).build());
  }

  private List<FeatureDifference> diff(AsOf from, AsOf to, GeoBox box) {
    DiffFeaturesRequest.Builder request =
        DiffFeaturesRequest.newBuilder().setFromState(from).setToState(to);
    if (!box.equals(GeoBox.getDefaultInstance())) {
      request.setBox(box);
    }
    List<FeatureDifference> found = new ArrayList<>();
    guide
        .features()
        .diffFeatures(request.build())
        .forEachRemaining(page -> found.addAll(page.getDifferencesList()));
    return found;
  }

  @Test
  void shouldAnswerEveryQuestionAsItWasAnsweredThen() {
    guide.put(feature("a", 1, 1, "A"));
    guide.put(feature("a", 5_000, 1, "moved"));
    guide.modify(deleting("a"));
    assertThat(get("a", revision(1)).getName()).isEqualTo("A");
    assertThat(get("a", revision(2)).getName()).isEqualTo("moved");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> get("a", revision(3)))
        .withMessage("NOT_FOUND: no feature matches \"a\"");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> get("a", revision(0)))
        .withMessage("NOT_FOUND: no feature matches \"a\"");
    GeoPoint at = GeoPoint.newBuilder().setLatitudeE7(1).setLongitudeE7(1).build();
    var near =
        guide
            .features()
            .nearest(
                NearestRequest.newBuilder().setOrigin(at).setCount(1).setAsOf(revision(2)).build())
            .next();
    assertThat(near.getRevision()).isEqualTo(2);
    assertThat(near.getFeatures(0).getFeature().getRevision()).isEqualTo(2);
    var around =
        guide
            .features()
            .listInRadius(
                ListInRadiusRequest.newBuilder()
                    .setCircle(GeoCircle.newBuilder().setCentre(at).setRadiusMetres(10))
                    .setAsOf(revision(1))
                    .build())
            .next();
    assertThat(around.getFeatures(0).getMetres()).isZero();
    var along =
        guide
            .features()
            .alongPath(
                AlongPathRequest.newBuilder()
                    .setCorridor(
                        GeoCorridor.newBuilder()
                            .addPath(at)
                            .addPath(at.toBuilder().setLatitudeE7(10_000))
                            .setWithinMetres(10))
                    .setAsOf(revision(2))
                    .build())
            .next();
    assertThat(along.getFeatures(0).getFeature().getName()).isEqualTo("moved");
  }

  @Test
  void shouldGoOnWithAPageOfAnEarlierRevisionWhateverIsThereNow() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 2, 2, "B"), feature("c", 3, 3, "C"));
    guide.modify(deleting("a"), deleting("b"), deleting("c"));
    ListInBoxRequest.Builder request =
        ListInBoxRequest.newBuilder().setAsOf(revision(1)).setPageSize(2);
    ListInBoxResponse first = guide.features().listInBox(request.build()).next();
    ListInBoxResponse second =
        guide.features().listInBox(request.setPageToken(first.getNextPageToken()).build()).next();
    assertThat(first.getFeaturesCount()).isEqualTo(2);
    assertThat(second.getFeaturesCount()).isEqualTo(1);
    assertThat(second.getRevision()).isEqualTo(1);
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void shouldFindWhatWasRareAmongManyAtAnEarlierRevision() {
    Feature[] many = new Feature[5_000];
    Arrays.setAll(many, i -> feature("f" + i, i, i, ""));
    many[4_321] = many[4_321].toBuilder().setCategory("rare").build();
    guide.put(many);
    guide.modify(deleting("f4321"));
    assertThat(
            list(
                ListInBoxRequest.newBuilder()
                    .setFilter(FeatureFilter.newBuilder().addCategories("rare"))
                    .setAsOf(revision(1))
                    .build()))
        .extracting(Feature::getId)
        .containsExactly("f4321");
    assertThat(
            list(
                ListInBoxRequest.newBuilder()
                    .setFilter(FeatureFilter.newBuilder().addCategories("rare"))
                    .build()))
        .isEmpty();
  }

  @Test
  void shouldSayWhatChangesCameTo() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 2, 2, "B"));
    guide.put(feature("c", 3, 3, "C"));
    guide.modify(putting(feature("a", 9, 9, "A")), deleting("b"));
    guide.modify(deleting("c"));
    GeoBox anywhere = GeoBox.getDefaultInstance();
    assertThat(texts(diff(revision(1), revision(4), anywhere)))
        .containsExactly("a 1@1 -> a 9@3", "b 2@1 -> ");
    assertThat(texts(diff(revision(4), revision(1), anywhere)))
        .containsExactly("a 9@3 -> a 1@1", " -> b 2@1");
    assertThat(texts(diff(revision(1), AsOf.getDefaultInstance(), Reports.box(0, 0, 1, 1))))
        .containsExactly("a 1@1 -> a 9@3");
    assertThat(diff(revision(2), revision(2), anywhere)).isEmpty();
  }

  private static List<String> texts(List<FeatureDifference> differences) {
    return differences.stream()
        .map(d -> text(d.hasBefore(), d.getBefore()) + " -> " + text(d.hasAfter(), d.getAfter()))
        .toList();
  }

  private static String text(boolean isThere, Feature feature) {
    return isThere
        ? "%s %d@%d"
            .formatted(feature.getId(), feature.getPoint().getLatitudeE7(), feature.getRevision())
        : "";
  }

  @Test
  void shouldRefuseStatesThatTheServerHasNotReachedAndSayHowFarTheHistoryGoesBack()
      throws Exception {
    guide.put(feature("a", 1, 1, "A"));
    guide.put(feature("b", 1, 1, "B"));
    guide.put(feature("c", 1, 1, "C"));
    shouldRefuse(
        revision(4), Status.Code.OUT_OF_RANGE, "revision \"4\": must be at most the newest, 3");
    shouldRefuse(revision(-1), Status.Code.OUT_OF_RANGE, "revision \"18446744073709551615\"");
    shouldRefuse(time(4_000_000_000L), Status.Code.OUT_OF_RANGE, "must be at most 60 s ahead");
    shouldRefuse(time(Long.MAX_VALUE), Status.Code.INVALID_ARGUMENT, "as_of.time.seconds");
    assertThat(list(time(1))).isEmpty();
    guide.store().journal(ServedFeatures.STORED.name()).trim(2);
    assertThat(list(revision(2))).hasSize(2);
    shouldRefuse(revision(1), Status.Code.OUT_OF_RANGE, "it does to revision 2");
  }

  @Test
  void shouldNameTheFieldThatAsksForAStateOutOfRange() throws Exception {
    for (String name : List.of("A", "B", "C")) {
      guide.put(feature("a", 1, 1, name), feature("b", 1, 1, name));
    }
    guide.store().journal(ServedFeatures.STORED.name()).trim(2);
    shouldName("REVISION_TRIMMED", "as_of.revision", "1", () -> list(revision(1)));
    shouldName("REVISION_AHEAD", "as_of.revision", "9", () -> list(revision(9)));
    shouldName("REVISION_TRIMMED", "as_of.time", "1970-01-01T00:00:01Z", () -> list(time(1)));
    shouldName(
        "TIME_AHEAD", "as_of.time", "2100-01-01T00:00:00Z", () -> list(time(4_102_444_800L)));
    GeoBox anywhere = GeoBox.getDefaultInstance();
    shouldName(
        "REVISION_TRIMMED",
        "from_state.revision",
        "1",
        () -> diff(revision(1), revision(3), anywhere));
    shouldName(
        "REVISION_AHEAD", "to_state.revision", "9", () -> diff(revision(3), revision(9), anywhere));
  }

  private static void shouldName(String reason, String field, String value, Runnable question) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(question::run)
        .withMessageStartingWith("OUT_OF_RANGE: %s \"%s\": ".formatted(field, value))
        .satisfies(
            e -> {
              ErrorInfo info = info(e);
              assertThat(info.getReason()).isEqualTo(reason);
              assertThat(info.getMetadataMap())
                  .containsEntry("field", field)
                  .containsEntry("oldest_revision", "2");
            });
  }

  private static ErrorInfo info(StatusRuntimeException failure) {
    try {
      return Objects.requireNonNull(StatusProto.fromThrowable(failure))
          .getDetails(0)
          .unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void shouldRefuse(AsOf at, Status.Code code, String text) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> list(at))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .withMessageContaining(text);
  }

  @Test
  void shouldSayWhenFeaturesWereWrittenIfAsked() throws Exception {
    guide.put(feature("a", 1, 1, "A"));
    guide.put(feature("b", 1, 1, "B"));
    guide.put(feature("a", 1, 1, "C"));
    GetFeatureRequest question = GetFeatureRequest.newBuilder().setId("b").build();
    assertThat(guide.features().getFeature(question).getFeature().hasUpdateTime()).isFalse();
    GetFeatureRequest timed = question.toBuilder().setWithTimes(true).build();
    assertThat(guide.features().getFeature(timed).getFeature().getUpdateTime())
        .isEqualTo(written(2));
    DiffFeaturesRequest between =
        DiffFeaturesRequest.newBuilder()
            .setFromState(revision(1))
            .setToState(revision(3))
            .setWithTimes(true)
            .build();
    List<FeatureDifference> differences =
        guide.features().diffFeatures(between).next().getDifferencesList();
    assertThat(differences.getFirst().getBefore().getUpdateTime()).isEqualTo(written(1));
    assertThat(differences.getFirst().getAfter().getUpdateTime()).isEqualTo(written(3));
    guide.store().journal(ServedFeatures.STORED.name()).trim(2);
    assertThat(guide.features().getFeature(timed).getFeature().getUpdateTime())
        .isEqualTo(written(2));
    shouldName("REVISION_TRIMMED", "as_of.revision", "1", () -> written(1));
    AsOf longAgo = time(1);
    shouldName(
        "REVISION_TRIMMED",
        "as_of.time",
        "1970-01-01T00:00:01Z",
        () ->
            guide.features().getRevision(GetRevisionRequest.newBuilder().setAsOf(longAgo).build()));
  }

  private Timestamp written(long revision) {
    GetRevisionResponse found =
        guide
            .features()
            .getRevision(GetRevisionRequest.newBuilder().setAsOf(revision(revision)).build());
    assertThat(found.getRevision()).isEqualTo(revision);
    assertThat(found.getTimeline()).isNotZero();
    assertThat(found.hasTime()).isTrue();
    return found.getTime();
  }

  @Test
  void shouldShowEveryEarlierStateAsItWas() {
    Random random = Seed.random("FeatureHistoryTest");
    List<List<Feature>> states = new ArrayList<>(List.of(List.of()));
    while (states.size() <= 60) {
      guide.modify(random(random), random(random), random(random));
      if (guide.stats().getFeaturesRevision() == states.size()) {
        states.add(list(AsOf.getDefaultInstance()));
      }
    }
    for (int i = 0; i < 80; i++) {
      int from = random.nextInt(states.size());
      int to = random.nextInt(states.size());
      assertThat(list(revision(from))).isEqualTo(states.get(from));
      assertThat(
              content(
                  applied(
                      states.get(from),
                      diff(revision(from), revision(to), GeoBox.getDefaultInstance()))))
          .as("from %d to %d", from, to)
          .containsExactlyInAnyOrderElementsOf(content(states.get(to)));
    }
  }

  /// Features without when they were written.
  private static List<Feature> content(List<Feature> features) {
    return features.stream().map(each -> each.toBuilder().clearRevision().build()).toList();
  }

  @Test
  void shouldNotCallADifferenceWhatWasChangedAndChangedBack() {
    GeoBox world = GeoBox.getDefaultInstance();
    guide.modify(putting(feature("a", 1, 1, "A")), putting(feature("b", 1, 1, "B")));
    guide.modify(putting(feature("a", 1, 1, "other")), deleting("b"));
    assertThat(diff(revision(1), revision(2), world)).hasSize(2);
    guide.modify(putting(feature("a", 1, 1, "A")), putting(feature("b", 1, 1, "B")));
    assertThat(diff(revision(1), revision(3), world)).isEmpty();
    assertThat(diff(revision(3), revision(1), world)).isEmpty();
  }

  @Test
  void shouldRefuseNanosecondsThatAreNone() {
    for (int nanos : List.of(-1, 1_000_000_000, 2_000_000_000)) {
      Timestamp.Builder time = Timestamp.newBuilder().setSeconds(1).setNanos(nanos);
      shouldRefuse(
          AsOf.newBuilder().setTime(time).build(),
          Status.Code.INVALID_ARGUMENT,
          "as_of.time.nanos \"%d\": must be 0..999999999".formatted(nanos));
    }
  }

  private static Operation random(Random random) {
    String id = "f" + random.nextInt(12);
    int place = random.nextInt(4);
    return random.nextInt(3) == 0
        ? deleting(id)
        : putting(feature(id, place, place, random.nextBoolean() ? "" : "n" + random.nextInt(3)));
  }

  private static List<Feature> applied(List<Feature> state, List<FeatureDifference> differences) {
    Map<String, Feature> byId = new HashMap<>();
    state.forEach(feature -> byId.put(feature.getId(), feature));
    for (FeatureDifference difference : differences) {
      if (difference.hasBefore()) {
        assertThat(byId.remove(difference.getBefore().getId())).isEqualTo(difference.getBefore());
      }
      if (difference.hasAfter()) {
        byId.put(difference.getAfter().getId(), difference.getAfter());
      }
    }
    return List.copyOf(byId.values());
  }
}
