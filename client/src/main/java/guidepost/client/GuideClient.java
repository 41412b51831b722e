package guidepost.client;

import guidepost.seed.routeguide.Feature;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// The travellers' calls: what is here, record a trip, chat.
public final class GuideClient {

  private final Channel channel;
  private final Duration patience;

  GuideClient(Channel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /// The named feature at exactly this point.
  public Optional<Feature> featureAt(Point point) {
    Feature feature =
        RouteGuideGrpc.newBlockingStub(channel)
            .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
            .getFeature(point);
    return feature.getName().isEmpty() ? Optional.empty() : Optional.of(feature);
  }

  /// Sends the points of a trip and returns its summary, with the extended figures.
  ///
  /// @param points taken one by one, no faster than the server reads them
  public RouteSummary recordTrip(Iterator<Point> points) {
    List<RouteSummary> summaries = new ArrayList<>();
    Pipe<Point, RouteSummary> pipe = new Pipe<>(summaries::add, patience);
    RouteGuideGrpc.newStub(channel).recordRoute(pipe);
    points.forEachRemaining(pipe::send);
    pipe.finish();
    if (summaries.isEmpty()) {
      throw Status.INTERNAL.withDescription("the server sent no summary").asRuntimeException();
    }
    return summaries.getFirst();
  }

  /// Opens a chat.
  ///
  /// @param notes gets earlier and others' notes, on gRPC's threads, one at a time
  public Chat chat(Consumer<RouteNote> notes) {
    Pipe<RouteNote, RouteNote> pipe = new Pipe<>(notes, patience);
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    RouteGuideGrpc.newStub(channel)
        .withInterceptors(
            MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers))
        .routeChat(pipe);
    return new Chat(pipe, trailers);
  }
}
