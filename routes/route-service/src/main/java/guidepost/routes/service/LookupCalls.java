package guidepost.routes.service;

import guidepost.calls.EncodedMessage;
import guidepost.calls.OpenCalls;
import guidepost.calls.RejectedException;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Candidate;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.ExplainResponse;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.Verdict;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/// Longest matches: one, many, and why.
///
/// Threads: any; each call is answered on its own event loop, and ended by any.
final class LookupCalls {

  private static final RouteText DESTINATION = new RouteText("destination", "destination");

  private final PublishedRoutes published;
  private final OpenCalls openCalls;
  private final AttributeBytes full = new AttributeBytes(false);
  private final AttributeBytes forwarding = new AttributeBytes(true);

  /// @param openCalls where streams are listed until they end
  LookupCalls(PublishedRoutes published, OpenCalls openCalls) {
    this.published = published;
    this.openCalls = openCalls;
  }

  private static <M> void answer(StreamObserver<M> observer, Supplier<M> answer) {
    M message;
    try {
      message = answer.get();
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
      return;
    }
    observer.onNext(message);
    observer.onCompleted();
  }

  private static Prefix destination(String text) {
    if (text.isEmpty()) {
      throw new InvalidRouteException(
          "destination.missing", "destination", "", "must be an address or address/length");
    }
    return DESTINATION.query(text, "");
  }

  private static List<Route> found(RouteSnapshot table, Prefix destination) {
    List<Route> routes = table.longestAll(destination);
    if (routes.isEmpty()) {
      throw RouteRejections.uncovered(destination);
    }
    return routes;
  }

  void lookup(LookupRequest request, StreamObserver<LookupResponse> observer) {
    answer(
        observer,
        () -> {
          PublishedRoutes.State state = published.state(request.getTable());
          List<Route> routes = found(state.routes(), destination(request.getDestination()));
          Route best = routes.getFirst();
          LookupResponse.Builder response =
              LookupResponse.newBuilder()
                  .setRoute(V1Messages.message(best))
                  .setRevision(state.revision());
          routes.stream()
              .skip(1)
              .filter(best::sameCost)
              .forEach(each -> response.addEqual(V1Messages.message(each)));
          return response.build();
        });
  }

  void lookupBatch(LookupBatchRequest request, StreamObserver<EncodedMessage> observer) {
    answer(observer, () -> batch(request).batch());
  }

  private LookupAnswer batch(LookupBatchRequest request) {
    AttributeBytes attributes = attributes(request);
    long revision = published.revision();
    RouteTable table = published.catalog().required(request.getTable()).routes();
    return BatchLookup.answer(request, table, revision, attributes);
  }

  private AttributeBytes attributes(LookupBatchRequest request) {
    return switch (request.getDetail()) {
      case ROUTE_DETAIL_UNSPECIFIED, ROUTE_DETAIL_FULL -> full;
      case ROUTE_DETAIL_FORWARDING -> forwarding;
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "detail.unknown",
              "detail",
              Integer.toString(request.getDetailValue()),
              "is not known");
    };
  }

  /// Answers batch after batch; the next one is read when the client takes the answers.
  StreamObserver<LookupStreamRequest> lookupStream(StreamObserver<EncodedMessage> observer) {
    ServerCallStreamObserver<EncodedMessage> call =
        (ServerCallStreamObserver<EncodedMessage>) observer;
    LookupStream stream = new LookupStream(call);
    call.disableAutoRequest();
    call.setOnReadyHandler(stream::next);
    call.setOnCancelHandler(() -> openCalls.remove(stream));
    call.setOnCloseHandler(() -> openCalls.remove(stream));
    call.request(1);
    openCalls.add(stream, stream::fail);
    return stream;
  }

  /// One LookupStream call.
  ///
  /// Threads: the call's, and any that ends it; each waits while another answers a batch.
  private final class LookupStream implements StreamObserver<LookupStreamRequest> {
    private final ServerCallStreamObserver<EncodedMessage> call;
    // Both guarded by this, like the call, which no two threads may use at once.
    private boolean requested = true;
    private boolean ended;

    LookupStream(ServerCallStreamObserver<EncodedMessage> call) {
      this.call = call;
    }

    private synchronized void next() {
      if (!requested && !ended && call.isReady()) {
        requested = true;
        call.request(1);
      }
    }

    @Override
    public synchronized void onNext(LookupStreamRequest request) {
      if (ended) {
        return;
      }
      requested = false;
      try {
        call.onNext(batch(request.getBatch()).inStream());
        next();
      } catch (InvalidRouteException | RejectedException e) {
        fail(RouteRejections.status(e));
      }
    }

    /// Ends the call, after the answers to what has been taken.
    private synchronized void fail(StatusRuntimeException why) {
      if (!ended) {
        ended = true;
        call.onError(why);
      }
    }

    @Override
    public synchronized void onError(Throwable cut) {
      ended = true;
    }

    @Override
    public synchronized void onCompleted() {
      if (!ended) {
        ended = true;
        call.onCompleted();
      }
    }
  }

  void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
    answer(
        observer,
        () -> {
          PublishedRoutes.State state = published.state(request.getTable());
          Prefix destination = destination(request.getDestination());
          List<Route> routes = found(state.routes(), destination);
          Route best = routes.getFirst();
          ExplainResponse.Builder response =
              ExplainResponse.newBuilder()
                  .setPrefix(best.prefix().toString())
                  .setRevision(state.revision());
          routes.forEach(route -> response.addCandidates(candidate(route, best)));
          state.routes().shorter(best.prefix()).stream()
              .map(Route::prefix)
              .filter(prefix -> !prefix.equals(best.prefix()))
              .distinct()
              .toList()
              .reversed()
              .forEach(prefix -> response.addShorterPrefixes(prefix.toString()));
          return response.build();
        });
  }

  private static Candidate candidate(Route route, Route best) {
    Candidate.Builder candidate = Candidate.newBuilder().setRoute(V1Messages.message(route));
    if (route.equals(best)) {
      return candidate
          .setVerdict(Verdict.VERDICT_BEST)
          .setText("lowest distance, then lowest metric, then installed first")
          .build();
    }
    if (route.distance() != best.distance()) {
      return candidate
          .setVerdict(Verdict.VERDICT_DISTANCE)
          .setText(
              "distance %d of source \"%s\" is greater than the best route's %d"
                  .formatted(route.distance(), route.source(), best.distance()))
          .build();
    }
    if (route.metric() != best.metric()) {
      return candidate
          .setVerdict(Verdict.VERDICT_METRIC)
          .setText(
              "metric %d is greater than the best route's %d"
                  .formatted(route.metric(), best.metric()))
          .build();
    }
    return candidate
        .setVerdict(Verdict.VERDICT_EQUAL)
        .setText("same distance and metric as the best route, installed later; used beside it")
        .build();
  }
}
