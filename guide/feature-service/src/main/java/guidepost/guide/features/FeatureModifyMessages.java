package guidepost.guide.features;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.Grant;
import guidepost.calls.ModifyMessages;
import guidepost.calls.Role;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
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

  private final Caller caller;

  /// Those of the call that this thread is in.
  FeatureModifyMessages(DomainWriter<FeatureRequest, List<FeatureOutcome>> writer) {
    this.writer = writer;
    this.caller = Caller.current();
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
    return writer.submit(asked(request, caller), request.getOperationsCount(), stands);
  }

  static FeatureRequest asked(ModifyRequest request, Caller caller) {
    return new FeatureRequest(
        request.getOperationsList().stream().map(each -> operation(each, caller)).toList(),
        request.getAtomic(),
        request.getDryRun(),
        request.hasExpectedRevision()
            ? OptionalLong.of(request.getExpectedRevision())
            : OptionalLong.empty(),
        request.getExpectedTimeline());
  }

  /// Each is judged by itself: one that its caller may not do is an operation that fails.
  private static FeatureOperation operation(Operation operation, Caller caller) {
    if (caller.mayUseLayer(Role.WRITER, Grant.DEFAULT_LAYER)) {
      return FeatureMessages.operation(operation);
    }
    Denial.log(caller, "change of a feature");
    return new FeatureOperation.Unreadable(Denial.DENIED);
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
