package guidepost.routes.service;

import guidepost.calls.ModifyMessages;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import java.util.List;

/// The messages of `guidepost.routes.v1.Routes/Modify`.
final class RouteModifyMessages
    implements ModifyMessages<ModifyRequest, ModifyResponse, RouteOperation, RouteOutcome> {

  @Override
  public int count(ModifyRequest request) {
    return request.getOperationsCount();
  }

  @Override
  public long id(ModifyRequest request, int index) {
    return request.getOperations(index).getId();
  }

  @Override
  public RouteOperation operation(ModifyRequest request, int index) {
    return V1Messages.operation(request.getTable(), request.getOperations(index));
  }

  @Override
  public ModifyResponse response(List<Answered<RouteOutcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    answers.forEach(each -> response.addResults(V1Messages.result(each.id(), each.answer())));
    return response.build();
  }
}
