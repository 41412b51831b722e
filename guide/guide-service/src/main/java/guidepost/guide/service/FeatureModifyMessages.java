package guidepost.guide.service;

import guidepost.calls.ModifyMessages;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import java.util.List;

/// The messages of `guidepost.guide.v1.Features/Modify`.
final class FeatureModifyMessages
    implements ModifyMessages<
        ModifyRequest, ModifyResponse, List<FeatureChange>, FeatureDomain.Outcome> {

  @Override
  public int count(ModifyRequest request) {
    return request.getOperationsCount();
  }

  @Override
  public long id(ModifyRequest request, int index) {
    return request.getOperations(index).getId();
  }

  @Override
  public List<FeatureChange> asked(ModifyRequest request) {
    return request.getOperationsList().stream().map(FeatureMessages::change).toList();
  }

  @Override
  public ModifyResponse response(List<Answered<FeatureDomain.Outcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    for (Answered<FeatureDomain.Outcome> each : answers) {
      response.addResults(each.answer().result()).addFeatureIds(each.answer().featureId());
    }
    return response.build();
  }
}
