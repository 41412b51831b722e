package guidepost.guide.service;

import static guidepost.guide.service.Guide.batch;
import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// All or nothing, only decided, and only if nothing changed.
final class FeatureConditionsTest {

  private static final Feature INN = feature("inn", 1, 1, "Inn");

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private static Operation expecting(long revision, Operation operation) {
    return operation.toBuilder().setExpectedRevision(revision).build();
  }

  private List<OperationResult> results(ModifyRequest request) {
    return guide.modifier().send(request).finish().stream()
        .flatMap(response -> response.getResultsList().stream())
        .toList();
  }

  private OperationResult one(Operation operation) {
    return guide.modify(operation).getFirst();
  }

  @Test
  void shouldDoNothingOfAnAtomicMessageWithARefusedOperation() {
    guide.put(feature("kept", 1, 1, "Kept"));
    List<OperationResult> results =
        results(
            batch(
                    putting(INN),
                    putting(feature("b", 900_000_001, 1, "B")),
                    deleting("kept"),
                    putting(feature("kept", 2, 2, "moved")))
                .toBuilder()
                .setAtomic(true)
                .build());
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_ABORTED,
            ResultCode.RESULT_CODE_INVALID,
            ResultCode.RESULT_CODE_ABORTED,
            ResultCode.RESULT_CODE_ABORTED);
    assertThat(results.getFirst().getText())
        .isEqualTo("atomic: operation 1 of the message was rejected, so none was done");
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
    assertThat(guide.stats().getFeaturesRevision()).isEqualTo(1);
    assertThat(guide.seed().getFeature(Guide.point(1, 1)).getName()).isEqualTo("Kept");
  }

  @Test
  void shouldAnswerADryRunExactlyAsTheRealRunWouldBe() {
    ModifyRequest dry =
        batch(putting(INN), putting(feature("b", 900_000_001, 1, "B")), deleting("kept"))
            .toBuilder()
            .setAtomic(true)
            .setDryRun(true)
            .build();
    List<OperationResult> decided = results(dry);
    assertThat(decided)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_ABORTED,
            ResultCode.RESULT_CODE_INVALID,
            ResultCode.RESULT_CODE_ABORTED);
    assertThat(decided).isEqualTo(results(dry.toBuilder().setDryRun(false).build()));
  }

  @Test
  void shouldDoAllOfAnAtomicMessageInOneRevision() {
    List<OperationResult> results =
        results(
            batch(putting(INN), putting(feature("b", 2, 2, "B")), deleting("inn")).toBuilder()
                .setAtomic(true)
                .build());
    assertThat(results).extracting(OperationResult::getRevision).containsOnly(1L);
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
  }

  @Test
  void shouldOnlyDecideADryRun() {
    guide.put(INN);
    ModifyRequest dry =
        batch(deleting("inn"), putting(INN), putting(INN), putting(feature("", 2, 2, "new")))
            .toBuilder()
            .setDryRun(true)
            .build();
    ModifyResponse response = guide.modifier().send(dry).finish().getFirst();
    assertThat(response.getResultsList())
        .extracting(OperationResult::getEntriesChanged)
        .containsExactly(1, 1, 0, 1);
    assertThat(response.getResultsList()).extracting(OperationResult::getRevision).containsOnly(1L);
    assertThat(response.getFeatureIdsList()).startsWith("inn", "inn", "inn").doesNotContain("");
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
    assertThat(one(putting(INN)).getRevision()).isEqualTo(1);
  }

  @Test
  void shouldCompareAFeatureWithTheRevisionExpectedOfIt() {
    assertThat(one(expecting(7, putting(INN))).getText())
        .isEqualTo("expected_revision \"7\": feature \"inn\" is not there");
    assertThat(one(expecting(7, putting(feature("", 1, 2, "Inn")))).getText())
        .isEqualTo("expected_revision \"7\": feature \"Inn\" at 1,2 (E7) is not there");
    assertThat(one(expecting(0, putting(INN))).getRevision()).isEqualTo(1);
    OperationResult again = one(expecting(0, putting(INN)));
    assertThat(again.getCode()).isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(again.getReason()).isEqualTo("REVISION_STALE");
    assertThat(again.getText())
        .isEqualTo("expected_revision \"0\": feature \"inn\" was last written by revision 1");
    assertThat(one(expecting(1, putting(feature("", 1, 1, "Inn")))).getEntriesChanged()).isZero();
    assertThat(one(expecting(1, putting(feature("inn", 2, 2, "Inn")))).getRevision()).isEqualTo(2);
    assertThat(one(expecting(1, deleting("inn"))).getCode())
        .isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(one(expecting(2, deleting("inn"))).getEntriesChanged()).isEqualTo(1);
    assertThat(one(expecting(0, deleting("inn"))).getEntriesChanged()).isZero();
  }

  @Test
  void shouldRefuseAWholeMessageThatExpectsAnotherRevisionOfTheFeatures() {
    guide.put(INN);
    List<OperationResult> results =
        results(
            batch(deleting("inn"), putting(feature("b", 900_000_001, 1, "B"))).toBuilder()
                .setExpectedRevision(0)
                .build());
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsOnly(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(results.getFirst().getText())
        .isEqualTo("expected_revision \"0\": the features are at revision 1");
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
    assertThat(results(batch(deleting("inn")).toBuilder().setExpectedRevision(1).build()))
        .extracting(OperationResult::getRevision)
        .containsExactly(2L);
  }
}
