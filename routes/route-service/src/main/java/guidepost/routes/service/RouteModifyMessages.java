package guidepost.routes.service;

import guidepost.calls.ModifyMessages;
import guidepost.routes.table.Route;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// The messages of one call of `guidepost.routes.v1.Routes/Modify`.
final class RouteModifyMessages
    implements ModifyMessages<ModifyRequest, ModifyResponse, RouteRequest, RouteOutcome> {

  private final SourceCalls sources;

  /// @param sources told when the call has ended
  RouteModifyMessages(SourceCalls sources) {
    this.sources = sources;
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
  public RouteRequest asked(ModifyRequest request) {
    OperationReader reader = new OperationReader(request, this);
    List<RouteOperation> operations = new ArrayList<>(request.getOperationsCount());
    request.getOperationsList().forEach(operation -> operations.add(reader.read(operation)));
    return new RouteRequest(
        operations,
        request.getAtomic(),
        request.getDryRun(),
        request.hasExpectedRevision()
            ? OptionalLong.of(request.getExpectedRevision())
            : OptionalLong.empty(),
        new RouteRequest.Naming(this, sources(request, reader)));
  }

  private static Set<String> sources(ModifyRequest request, OperationReader reader) {
    String last = reader.source(Operation.getDefaultInstance());
    Set<String> sources = new HashSet<>();
    sources.add(last);
    for (Operation operation : request.getOperationsList()) {
      String source = reader.source(operation);
      if (!source.equals(last)) {
        last = source;
        sources.add(source);
      }
    }
    sources.remove(Route.STATIC);
    return sources;
  }

  @Override
  public ModifyResponse response(List<Answered<RouteOutcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    answers.forEach(each -> response.addResults(V1Messages.result(each.id(), each.answer())));
    return response.build();
  }

  @Override
  public void ended() {
    sources.ended(this);
  }
}
