package guidepost.client;

import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/// Watches of the features of an area.
///
/// @param request what is watched; its start is replaced
record FeatureWatchCalls(WatchRequest request)
    implements WatchCalls<WatchRequest, WatchResponse, Feature, FeatureChange> {

  /// Begins to follow an area.
  static Watch<Feature, FeatureChange> open(
      ClientChannel channel,
      WatchRequest request,
      Watch.Listener<Feature, FeatureChange> listener) {
    return Watch.open(
        channel,
        request.hasStart() ? request.getStart() : null,
        new FeatureWatchCalls(request),
        listener);
  }

  @Override
  public MethodDescriptor<WatchRequest, WatchResponse> method() {
    return FeaturesGrpc.getWatchMethod();
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
  public void read(WatchResponse message, Watch.Listener<Feature, FeatureChange> listener) {
    long revision = message.getProgress().getRevision();
    switch (message.getPartCase()) {
      case SNAPSHOT -> listener.snapshot(message.getSnapshot().getFeaturesList());
      case END_OF_SNAPSHOT -> listener.complete(revision);
      case CHANGES -> listener.changes(message.getChanges().getChangesList(), revision);
      case LAG -> listener.lag(message.getLag());
      case PART_NOT_SET -> listener.quiet(revision);
    }
  }
}
