package guidepost.routes.service;

import com.google.common.collect.Iterators;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.HistoryCalls;
import guidepost.calls.Moment;
import guidepost.calls.OpenCalls;
import guidepost.calls.RejectedException;
import guidepost.calls.Streaming;
import guidepost.common.v1.AsOf;
import guidepost.journal.JournalException;
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
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.Verdict;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Longest matches: one, many, and why.
///
/// Threads: any; each call is answered on its own event loop, and ended by any.
final class LookupCalls {

  private static final RouteText DESTINATION = new RouteText("destination", "destination");

  private final PublishedRoutes published;
  private final HistoryCalls<RouteHistory> history;
  private final OpenCalls openCalls;
  private final AttributeBytes full = new AttributeBytes(false);
  private final AttributeBytes forwarding = new AttributeBytes(true);

  /// @param openCalls where streams are listed until they end
  LookupCalls(PublishedRoutes published, HistoryCalls<RouteHistory> history, OpenCalls openCalls) {
    this.published = published;
    this.history = history;
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

  private static List<Route> found(
      RouteSnapshot table, Prefix destination, RouteSelection selection) {
    List<Route> routes = selection.longest(table, destination);
    if (routes.isEmpty()) {
      throw RouteRejections.uncovered(destination);
    }
    return routes;
  }

  /// Answers from the newest state on the event loop, and from an earlier one on the history's
  /// thread.
  ///
  /// @param isNow true if nothing need be read from the journal
  /// @param answer makes the answer of a state, and of what tells of routes there
  private <M> void answer(
      StreamObserver<M> observer,
      String table,
      AsOf asOf,
      boolean isNow,
      BiFunction<PublishedRoutes.State, RouteTelling, M> answer) {
    try {
      RouteAccess.requireReadable(table);
    } catch (RejectedException e) {
      observer.onError(RouteRejections.status(e));
      return;
    }
    if (isNow) {
      answer(observer, () -> answer.apply(published.state(table), RouteTelling.withoutTimes()));
      return;
    }
    try {
      Moment moment = Moment.of("as_of", asOf);
      String name = published.catalog().required(table).name();
      history.answer(
          observer,
          past ->
              Streaming.of(
                  Iterators.singletonIterator(
                      rejecting(() -> answer.apply(past.at(name, moment), past.telling())))));
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  /// Answers on the history's thread, where nothing knows what breaks a rule of routes.
  private interface Late<M> {
    M answer() throws JournalException;
  }

  private static <M> M rejecting(Late<M> late) throws JournalException {
    try {
      return late.answer();
    } catch (InvalidRouteException e) {
      throw RouteRejections.status(e);
    }
  }

  private static boolean isNewest(AsOf asOf) {
    return asOf.getStateCase() == AsOf.StateCase.STATE_NOT_SET;
  }

  void lookup(LookupRequest request, StreamObserver<LookupResponse> observer) {
    boolean isNow = isNewest(request.getAsOf()) && !request.getWithTimes();
    answer(
        observer,
        request.getTable(),
        request.getAsOf(),
        isNow,
        (state, telling) -> {
          RouteSelection selection = selection(request.getFilter(), request.getAsOf());
          List<Route> routes =
              found(state.routes(), destination(request.getDestination()), selection);
          Function<Route, guidepost.routes.v1.Route> message =
              request.getWithTimes() ? telling::message : V1Messages::message;
          Route best = routes.getFirst();
          LookupResponse.Builder response =
              LookupResponse.newBuilder()
                  .setRoute(message.apply(best))
                  .setRevision(state.revision());
          routes.stream()
              .skip(1)
              .filter(best::sameCost)
              .forEach(each -> response.addEqual(message.apply(each)));
          return response.build();
        });
  }

  private RouteSelection selection(RouteFilter filter, AsOf asOf) {
    RouteSelection selection = RouteSelection.of(filter);
    if (isNewest(asOf)) {
      selection.requireSources(published.catalog());
    }
    return selection;
  }

  void lookupBatch(LookupBatchRequest request, StreamObserver<EncodedMessage> observer) {
    if (!SelectiveLookup.isFor(request)) {
      answer(observer, () -> batch(request).batch());
      return;
    }
    answer(
        observer,
        request.getTable(),
        request.getAsOf(),
        isNewest(request.getAsOf()),
        (state, telling) -> SelectiveLookup.encoded(selected(request, state)));
  }

  private LookupBatchResponse selected(LookupBatchRequest request, PublishedRoutes.State state) {
    SelectiveLookup.check(request);
    var _ = attributes(request);
    var _ = selection(request.getFilter(), request.getAsOf());
    return SelectiveLookup.answer(request, state);
  }

  private EncodedMessage inStream(LookupBatchRequest request) {
    if (!SelectiveLookup.isFor(request)) {
      return batch(request).inStream();
    }
    RouteAccess.requireReadable(request.getTable());
    return SelectiveLookup.inStream(selected(request, published.state(request.getTable())));
  }

  /// The answer to a batch about an earlier state, on the history's thread.
  private CompletionStage<EncodedMessage> inStream(LookupBatchRequest request, Moment moment) {
    RouteAccess.requireReadable(request.getTable());
    String table = published.catalog().required(request.getTable()).name();
    return history.ask(
        past ->
            rejecting(() -> SelectiveLookup.inStream(selected(request, past.at(table, moment)))));
  }

  private LookupAnswer batch(LookupBatchRequest request) {
    RouteAccess.requireReadable(request.getTable());
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
              "must be a known RouteDetail");
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

    // The call is guarded alike: no two threads may use it at once.
    @GuardedBy("this")
    private boolean requested = true;

    // For the answer of the history, while there is none.
    @GuardedBy("this")
    private boolean waiting;

    // By the client, while an answer is waited for.
    @GuardedBy("this")
    private boolean completed;

    @GuardedBy("this")
    private boolean ended;

    LookupStream(ServerCallStreamObserver<EncodedMessage> call) {
      this.call = call;
    }

    private synchronized void next() {
      if (!requested && !ended && !waiting && call.isReady()) {
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
      LookupBatchRequest batch = request.getBatch();
      try {
        Moment moment = Moment.of("batch.as_of", batch.getAsOf());
        if (moment.isNewest()) {
          answer(inStream(batch));
        } else {
          // The next one is read when this one is answered, so answers stay in order.
          waiting = true;
          var _ = inStream(batch, moment).whenComplete(this::found);
        }
      } catch (InvalidRouteException | RejectedException e) {
        fail(RouteRejections.status(e));
      }
    }

    private synchronized void answer(EncodedMessage message) {
      if (!ended) {
        call.onNext(message);
        next();
      }
    }

    private synchronized void found(@Nullable EncodedMessage message, @Nullable Throwable failure) {
      waiting = false;
      switch (failure) {
        case null -> answer(Objects.requireNonNull(message));
        case StatusRuntimeException e -> fail(e);
        default -> fail(Failures.internal(failure));
      }
      if (completed) {
        onCompleted();
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
      completed = waiting;
      if (!ended && !waiting) {
        ended = true;
        call.onCompleted();
      }
    }
  }

  void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
    answer(
        observer,
        request.getTable(),
        request.getAsOf(),
        isNewest(request.getAsOf()),
        (state, _) -> {
          Prefix destination = destination(request.getDestination());
          RouteSelection selection = selection(request.getFilter(), request.getAsOf());
          List<Route> routes = found(state.routes(), destination, selection);
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
