package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.calls.Reason;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `guidepost.guide.v1.Features` does with operations.
final class FeaturesTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private Feature get(String id) {
    return guide
        .features()
        .getFeature(GetFeatureRequest.newBuilder().setId(id).build())
        .getFeature();
  }

  @Test
  void shouldReturnAFeatureWithEverythingThatWasPut() {
    Feature fuel =
        feature("f", 1, -2, "Fuel").toBuilder()
            .setCategory("fuel")
            .putAllAttributes(Map.of("brand", "X", "open", "24/7"))
            .build();
    guide.put(fuel);
    assertThat(get("f")).isEqualTo(fuel.toBuilder().setRevision(1).build());
  }

  @Test
  void shouldAnswerEachOperationInOrderWithItsIdAndRevision() {
    Operation put = putting(feature("a", 1, 1, "A")).toBuilder().setId(70).build();
    Operation delete = deleting("a").toBuilder().setId(50).build();
    ModifyResponse response = guide.modifyAll(put, delete, put).getFirst();
    assertThat(response.getResultsList()).containsExactly(ok(70, 1, 1), ok(50, 1, 1), ok(70, 1, 1));
    assertThat(response.getFeatureIdsList()).containsExactly("a", "a", "a");
  }

  private static OperationResult ok(long id, long revision, int changed) {
    return OperationResult.newBuilder()
        .setId(id)
        .setCode(ResultCode.RESULT_CODE_OK)
        .setRevision(revision)
        .setEntriesChanged(changed)
        .build();
  }

  @Test
  void shouldWriteNothingForAPutThatChangesNothing() {
    guide.put(feature("a", 1, 1, "A"));
    assertThat(guide.modify(putting(feature("a", 1, 1, "A")))).containsExactly(ok(0, 1, 0));
    assertThat(guide.stats().getFeaturesRevision()).isEqualTo(1);
  }

  @Test
  void shouldDeleteIdempotently() {
    guide.put(feature("a", 1, 1, "A"));
    assertThat(guide.modify(deleting("a"))).containsExactly(ok(0, 2, 1));
    assertThat(guide.modify(deleting("a"))).containsExactly(ok(0, 2, 0));
    assertThatThrownBy(() -> get("a")).hasMessage("NOT_FOUND: no feature matches \"a\"");
  }

  @Test
  void shouldRefuseAMessageOfTooManyOperationsAfterAnsweringThoseBefore() {
    Operation[] most = new Operation[16_384];
    Arrays.fill(most, deleting("a"));
    assertThat(guide.modify(most)).hasSize(16_384);
    var caller = guide.modifier().send(Guide.batch(deleting("a")));
    caller.send(Guide.batch(most).toBuilder().addOperations(deleting("a")).build());
    Status status = caller.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription())
        .isEqualTo("operations \"16385\": must have 0..16384 entries");
    assertThat(caller.received()).hasSize(1);
  }

  @Test
  void shouldReplaceAndMoveTheFeatureWithTheSameId() {
    guide.put(feature("a", 1, 1, "A"));
    guide.put(feature("a", 2, 2, "B"));
    assertThat(guide.seed().getFeature(Guide.point(1, 1)).getName()).isEmpty();
    assertThat(guide.seed().getFeature(Guide.point(2, 2)).getName()).isEqualTo("B");
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
  }

  @Test
  void shouldMeanTheFeatureOfTheSameNameAtTheSamePlaceWhenAPutHasNoId() {
    guide.put(feature("a", 5, 1_800_000_000, "A"));
    ModifyResponse same = guide.modifyAll(putting(feature("", 5, -1_800_000_000, "A"))).getFirst();
    assertThat(same.getFeatureIdsList()).containsExactly("a");
    assertThat(get("a").getPoint().getLongitudeE7()).isEqualTo(-1_800_000_000);
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
  }

  @Test
  void shouldChooseIdsThatNoOtherFeatureHasAlsoAfterARestart() {
    guide.put(feature("g2-0", 9, 9, "chosen by a caller"));
    List<String> chosen = ids(feature("", 1, 1, "A"), feature("", 1, 1, "B"));
    guide = guide.restart();
    guide.modify(deleting(chosen.getFirst()));
    List<String> more = ids(feature("", 2, 2, "A"), feature("", 2, 2, "B"));
    assertThat(more).doesNotContainAnyElementsOf(chosen).doesNotHaveDuplicates();
    assertThat(guide.stats().getFeatures()).isEqualTo(4);
  }

  @Test
  void shouldPassOverAnyNumberOfIdsThatACallerForesaw() {
    int foreseen = 60_000;
    List<Operation> puts = new ArrayList<>();
    for (int i = 0; i < foreseen; i++) {
      puts.add(putting(feature("g7-" + i, i, 9, "foreseen")));
    }
    for (int i = 0; i < 6; i++) {
      guide.modify(puts.subList(i * 10_000, (i + 1) * 10_000).toArray(Operation[]::new));
    }
    Feature[] more = new Feature[1_000];
    Arrays.setAll(more, i -> feature("", i, 8, "new"));
    assertThat(ids(more)).startsWith("g7-60000", "g7-60001").hasSize(1_000).doesNotHaveDuplicates();
    assertThat(guide.stats().getFeatures()).isEqualTo(foreseen + 1_000);
  }

  @Test
  void shouldTakeNoMoreThanTenThousandAtOnePlaceWithoutAnId() {
    Feature[] pile = new Feature[10_000];
    Arrays.setAll(pile, i -> feature("f" + i, 1, 1, "n" + i));
    guide.put(pile);
    List<OperationResult> results =
        guide.modify(
            putting(feature("", 1, 1, "n9999")),
            putting(feature("", 1, 1, "new")),
            putting(feature("own", 1, 1, "new")));
    assertThat(results).extracting(OperationResult::getEntriesChanged).containsExactly(0, 0, 1);
    assertThat(results.get(1).getReason()).isEqualTo("FIELD_REQUIRED");
    assertThat(results.get(1).getText())
        .isEqualTo(
            "put.id: must be set: 10000 features are at this point already, too many to be told"
                + " apart by name");
  }

  private List<String> ids(Feature... puts) {
    Operation[] operations = Arrays.stream(puts).map(Guide::putting).toArray(Operation[]::new);
    return guide.modifyAll(operations).getFirst().getFeatureIdsList();
  }

  @Test
  void shouldRefuseABadOperationAlone() {
    List<OperationResult> results =
        guide.modify(
            putting(feature("a", 1, 1, "A")),
            putting(feature("b", 900_000_001, 1, "B")),
            putting(feature("c", 1, 1, "C")));
    assertThat(results).extracting(OperationResult::getEntriesChanged).containsExactly(1, 0, 1);
    assertThat(results.get(1))
        .isEqualTo(
            OperationResult.newBuilder()
                .setCode(ResultCode.RESULT_CODE_INVALID)
                .setReason("VALUE_OUT_OF_RANGE")
                .setField("put.point.latitude_e7")
                .setValue("900000001")
                .setText("put.point.latitude_e7 \"900000001\": must be -900000000..900000000")
                .build());
    assertThat(guide.stats().getFeatures()).isEqualTo(2);
  }

  record BadOperation(Operation operation, Reason reason, String field, String rule) {
    @Override
    public String toString() {
      return field + " " + reason;
    }
  }

  static List<BadOperation> badOperations() {
    Feature good = feature("a", 1, 1, "A");
    String long128 = "x".repeat(129);
    Feature.Builder many = good.toBuilder();
    for (int i = 0; i < 65; i++) {
      many.putAttributes("k" + i, "v");
    }
    return List.of(
        new BadOperation(
            Operation.getDefaultInstance(),
            Reason.FIELD_REQUIRED,
            "action",
            "must be set: put or delete"),
        new BadOperation(
            deleting(""), Reason.FIELD_REQUIRED, "delete", "must be set: the id of a feature"),
        new BadOperation(
            deleting(long128),
            Reason.TEXT_TOO_LONG,
            "delete",
            "must be at most 128 bytes of UTF-8; has 129"),
        new BadOperation(deleting("a\0b"), Reason.TEXT_WITH_NUL, "delete", "must not contain NUL"),
        new BadOperation(
            putting(good.toBuilder().setId(long128).build()),
            Reason.TEXT_TOO_LONG,
            "put.id",
            "must be at most 128 bytes of UTF-8; has 129"),
        new BadOperation(
            putting(good.toBuilder().clearPoint().build()),
            Reason.FIELD_REQUIRED,
            "put.point",
            "must be set: where the feature is"),
        new BadOperation(
            putting(feature("a", 0, -1_800_000_001, "")),
            Reason.VALUE_OUT_OF_RANGE,
            "put.point.longitude_e7",
            "must be -1800000000..1800000000"),
        new BadOperation(
            putting(good.toBuilder().setName("ä".repeat(513)).build()),
            Reason.TEXT_TOO_LONG,
            "put.name",
            "must be at most 1024 bytes of UTF-8; has 1026"),
        new BadOperation(
            putting(good.toBuilder().setCategory(long128).build()),
            Reason.TEXT_TOO_LONG,
            "put.category",
            "must be at most 128 bytes of UTF-8; has 129"),
        new BadOperation(
            putting(many.build()),
            Reason.COUNT_OUT_OF_RANGE,
            "put.attributes",
            "must have 0..64 entries"),
        new BadOperation(
            putting(good.toBuilder().putAttributes("k", "x".repeat(16_384)).build()),
            Reason.TEXT_TOO_LONG,
            "put.attributes",
            "must be at most 16384 bytes of UTF-8 together; has 16385"),
        new BadOperation(
            putting(good.toBuilder().putAttributes("", "x").build()),
            Reason.FIELD_REQUIRED,
            "put.attributes",
            "must be set: the name of each attribute"));
  }

  @ParameterizedTest
  @MethodSource("badOperations")
  void shouldNameReasonFieldValueAndRuleOfABadOperation(BadOperation bad) {
    OperationResult result = guide.modify(bad.operation()).getFirst();
    assertThat(result.getCode()).isEqualTo(ResultCode.RESULT_CODE_INVALID);
    assertThat(result.getReason()).isEqualTo(bad.reason().name());
    assertThat(result.getField()).isEqualTo(bad.field());
    assertThat(result.getText()).startsWith(bad.field()).endsWith(": " + bad.rule());
    assertThat(result.getText()).contains(result.getValue());
  }

  @Test
  void shouldTakeEveryFieldAtItsLimit() {
    Feature.Builder big = feature("i".repeat(128), 0, 0, "n".repeat(1_024)).toBuilder();
    big.setCategory("c".repeat(128));
    for (int i = 0; i < 64; i++) {
      big.putAttributes("%02d".formatted(i), "v".repeat(254));
    }
    guide.put(big.build());
    guide = guide.restart();
    assertThat(get("i".repeat(128))).isEqualTo(big.setRevision(1).build());
  }

  @Test
  void shouldRefuseAnIdThatCannotBe() {
    assertThatThrownBy(() -> get(""))
        .hasMessage("INVALID_ARGUMENT: id: must be set: the id of a feature");
    assertThatThrownBy(() -> get("x".repeat(129)))
        .hasMessageEndingWith("must be at most 128 bytes of UTF-8; has 129");
  }

  @Test
  void shouldKeepFeaturesAndWhichStandsForAPlaceOverARestart() {
    guide.put(feature("z", 1, 1, "first"));
    guide.put(feature("a", 1, 1, "second"), feature("m", 1, 1, "third"));
    guide.put(feature("z", 1, 1, "first, renamed"));
    guide = guide.restart();
    assertThat(guide.seed().getFeature(Guide.point(1, 1)).getName()).isEqualTo("first, renamed");
    guide.put(feature("b", 1, 1, "fourth"));
    guide.modify(deleting("z"), deleting("a"), deleting("m"));
    guide = guide.restart();
    assertThat(guide.seed().getFeature(Guide.point(1, 1)).getName()).isEqualTo("fourth");
    assertThat(guide.stats().getFeaturesRevision()).isEqualTo(5);
  }

  @Test
  void shouldCountFeaturesAndNotes() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 1, 1, ""));
    guide.chat().send(Guide.note(0, 0, "n")).finish();
    var open = guide.chat();
    var stats = guide.stats();
    assertThat(stats.getFeatures()).isEqualTo(2);
    assertThat(stats.getNamedFeatures()).isEqualTo(1);
    assertThat(stats.getNotes()).isEqualTo(1);
    assertThat(stats.getNotesRevision()).isEqualTo(1);
    assertThat(stats.getChats()).isEqualTo(1);
    open.finish();
  }

  @Test
  void shouldShowNothingOfABatchThatCouldNotBeWritten() {
    guide.put(feature("a", 1, 1, "A"));
    guide.store().failWrites(true);
    var caller = guide.modifier();
    caller.send(Guide.batch(putting(feature("b", 1, 1, "B")), deleting("a")));
    assertThat(caller.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    guide.store().failWrites(false);
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
    assertThat(get("a").getName()).isEqualTo("A");
    assertThat(guide.modify(putting(feature("b", 1, 1, "B")))).containsExactly(ok(0, 2, 1));
  }
}
