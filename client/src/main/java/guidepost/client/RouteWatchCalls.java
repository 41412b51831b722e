package guidepost.client;

import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/// Watches of a table.
///
/// @param request what is watched; its start is replaced
record RouteWatchCalls(WatchRequest request)
    implements WatchCalls<WatchRequest, WatchResponse, Route, RouteChange> {

  /// Begins to follow a table.
  static Watch<Route, RouteChange> open(
      ClientChannel channel, WatchRequest request, Watch.Listener<Route, RouteChange> listener) {
    return Watch.open(
        channel,
        request.hasStart() ? request.getStart() : null,
        new RouteWatchCalls(request),
        listener);
  }

  @Override
  public MethodDescriptor<WatchRequest, WatchResponse> method() {
    return RoutesGrpc.getWatchMethod();
  }

  @Override
  public void begin(Optional<WatchStart> start, ClientCall<WatchRequest, WatchResponse> call) {
    WatchRequest.Builder now = request.toBuilder().clearStart();
    start.ifPresent(now::setStart);
    WatchCalls.ask(call, now.build());
  }

  @Override
  public Optional<Progress> progress(WatchResponse message) {
    return message.hasProgress() ? Optional.of(message.getProgress()) : Optional.empty();
  }

  @Override
  public void read(WatchResponse message, Watch.Listener<Route, RouteChange> listener) {
    long revision = message.getProgress().getRevision();
    switch (message.getPartCase()) {
      case SNAPSHOT -> listener.snapshot(message.getSnapshot().getRoutesList());
      case END_OF_SNAPSHOT -> listener.complete(revision);
      case CHANGES -> listener.changes(message.getChanges().getChangesList(), revision);
      case LAG -> listener.lag(message.getLag());
      case PART_NOT_SET -> listener.quiet(revision);
    }
  }
}
