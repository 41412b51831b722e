package guidepost.client;

import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DiffRoutesResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.Match;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Moment;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Asks and changes the route table.
public final class RoutesClient {

  private final Channel channel;
  private final Duration patience;

  RoutesClient(Channel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /// The best route with the longest prefix that covers a destination.
  ///
  /// @param network address or network, host bits are masked off
  /// @param mask empty: a host, or what `network` says
  /// @throws StatusRuntimeException INVALID_ARGUMENT if it cannot be read
  public Optional<Route> get(String network, String mask) {
    Route route =
        RouterGrpc.newBlockingStub(channel)
            .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
            .getRoute(Destination.newBuilder().setNetwork(network).setMask(mask).build());
    if (!route.getError().isEmpty()) {
      throw Status.INVALID_ARGUMENT.withDescription(route.getError()).asRuntimeException();
    }
    return route.getDest().isEmpty() ? Optional.empty() : Optional.of(route);
  }

  /// The routes that match a prefix, in list order, as of one revision.
  ///
  /// @param prefix empty: the whole table
  /// @param routes gets each one; the server sends no faster than this takes them
  /// @return the revision
  public long list(String prefix, Match match, Consumer<guidepost.routes.v1.Route> routes) {
    return list(prefix, match, Moment.getDefaultInstance(), routes);
  }

  /// The routes that matched a prefix at a moment, in list order.
  ///
  /// @param prefix empty: the whole table
  /// @param at the default instance: now
  /// @param routes gets each one; the server sends no faster than this takes them
  /// @return the revision
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public long list(
      String prefix, Match match, Moment at, Consumer<guidepost.routes.v1.Route> routes) {
    GetRoutesRequest request =
        GetRoutesRequest.newBuilder().setPrefix(prefix).setMatch(match).setAt(at).build();
    long[] revision = {0};
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getGetRoutesMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (GetRoutesResponse response) -> {
          revision[0] = response.getRevision();
          response.getRoutesList().forEach(routes);
        });
    return revision[0];
  }

  /// The revisions that two moments meant.
  public record Span(long from, long to) {}

  /// What changed from one moment to another, in list order.
  ///
  /// @param prefix only it and more specific ones; empty: all
  /// @param differences gets each one; the server sends no faster than this takes them
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Span diff(Moment from, Moment to, String prefix, Consumer<RouteDifference> differences) {
    DiffRoutesRequest request =
        DiffRoutesRequest.newBuilder().setFrom(from).setTo(to).setPrefix(prefix).build();
    AtomicReference<Span> span = new AtomicReference<>(new Span(0, 0));
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getDiffRoutesMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (DiffRoutesResponse response) -> {
          span.set(new Span(response.getFromRevision(), response.getToRevision()));
          response.getDifferencesList().forEach(differences);
        });
    return span.get();
  }

  /// How many routes there are.
  public GetStatsResponse stats() {
    return RoutesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getStats(GetStatsRequest.getDefaultInstance());
  }

  /// Opens a stream of changes.
  ///
  /// @param results gets the result of every operation, in order, on the thread that writes
  public ModifyStream<Operation, OperationResult> modify(Consumer<OperationResult> results) {
    return ModifyStream.open(
        RoutesGrpc.newStub(channel)::modify,
        operations -> ModifyRequest.newBuilder().addAllOperations(operations).build(),
        ModifyResponse::getResultsList,
        results,
        patience);
  }
}
