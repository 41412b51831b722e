package guidepost.routes.service;

import guidepost.calls.ModifyMessages;
import guidepost.journal.DomainWriter;
import guidepost.routes.table.Route;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The messages of one call of `guidepost.routes.v1.Routes/Modify`.
final class RouteModifyMessages
    implements ModifyMessages<ModifyRequest, ModifyResponse, RouteRequest, RouteOutcome> {

  private final SourceCalls sources;
  private final DomainWriter<RouteRequest, List<RouteOutcome>> writer;

  /// @param sources told of the sources that the call writes for
  /// @param writer told when the call is over
  RouteModifyMessages(SourceCalls sources, DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    this.sources = sources;
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
  public RouteRequest asked(ModifyRequest request) {
    OperationReader reader = new OperationReader(request, this);
    List<RouteOperation> operations = new ArrayList<>(request.getOperationsCount());
    String connected = Route.STATIC;
    for (Operation operation : request.getOperationsList()) {
      String source = reader.source(operation);
      if (!source.equals(connected)) {
        connected = source;
        connect(source);
      }
      operations.add(reader.read(operation));
    }
    return new RouteRequest(
        operations,
        request.getAtomic(),
        request.getDryRun(),
        request.hasExpectedRevision()
            ? OptionalLong.of(request.getExpectedRevision())
            : OptionalLong.empty());
  }

  private void connect(String source) {
    if (!source.equals(Route.STATIC)) {
      sources.connect(source, this);
    }
  }

  @Override
  public ModifyResponse response(List<Answered<RouteOutcome>> answers) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    answers.forEach(each -> response.addResults(V1Messages.result(each.id(), each.answer())));
    return response.build();
  }

  @Override
  public void ended() {
    sources.over(this, writer);
  }
}
