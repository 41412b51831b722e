package guidepost.guide.features;

import guidepost.calls.ModifyMessages;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The messages of `guidepost.guide.v1.Features/Modify`.
final class FeatureModifyMessages
    implements ModifyMessages<ModifyRequest, ModifyResponse, FeatureOutcome> {

  private final DomainWriter<FeatureRequest, List<FeatureOutcome>> writer;

  FeatureModifyMessages(DomainWriter<FeatureRequest, List<FeatureOutcome>> writer) {
    this.writer = writer;
  }

  @Override
  public int count(ModifyRequest request) {
    return request.getOperationsCount();
  }

  @Override
  public long id(ModifyRequest request, int index) {
    return request.getOperations(index).getId();
  }

  @Override
  public CompletableFuture<List<FeatureOutcome>> write(
      ModifyRequest request, BooleanSupplier stands) throws OverloadedException {
    return writer.submit(asked(request), request.getOperationsCount(), stands);
  }

  static FeatureRequest asked(ModifyRequest request) {
    return new FeatureRequest(
        request.getOperationsList().stream().map(FeatureMessages::operation).toList(),
        request.getAtomic(),
        request.getDryRun(),
        request.hasExpectedRevision()
            ? OptionalLong.of(request.getExpectedRevision())
            : OptionalLong.empty(),
        request.getExpectedTimeline());
  }

  @Override
  public ModifyResponse response(List<Answered<FeatureOutcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    for (Answered<FeatureOutcome> each : answers) {
      response.addResults(result(each.id(), each.answer())).addFeatureIds(featureId(each.answer()));
    }
    return response.build();
  }

  static OperationResult result(long id, FeatureOutcome outcome) {
    OperationResult.Builder result = OperationResult.newBuilder().setId(id);
    switch (outcome) {
      case FeatureOutcome.Done done ->
          result
              .setCode(ResultCode.RESULT_CODE_OK)
              .setEntriesChanged(done.changed())
              .setRevision(done.revision());
      case FeatureOutcome.Refused refused -> refused.why().into(result);
    }
    return result.build();
  }

  static String featureId(FeatureOutcome outcome) {
    return switch (outcome) {
      case FeatureOutcome.Done done -> done.featureId();
      case FeatureOutcome.Refused _ -> "";
    };
  }
}
