package guidepost.routes.service;

import guidepost.calls.ModifyMessages;
import guidepost.journal.OverloadedException;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The messages of one call of `guidepost.routes.v1.Routes/Modify`.
final class RouteModifyMessages
    implements ModifyMessages<ModifyRequest, ModifyResponse, RouteOutcome> {

  private final RouteWriter writer;

  /// @param writer the call's own, closed with it
  RouteModifyMessages(RouteWriter writer) {
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

  /// A writer does nothing behind a lost group, so the call need not be asked.
  @Override
  public CompletableFuture<List<RouteOutcome>> write(ModifyRequest request, BooleanSupplier stands)
      throws OverloadedException {
    return writer.submit(new OperationReader(request).group());
  }

  @Override
  public ModifyResponse response(List<Answered<RouteOutcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    answers.forEach(each -> response.addResults(V1Messages.result(each.id(), each.answer())));
    return response.build();
  }

  @Override
  public void ended() {
    writer.close();
  }
}
