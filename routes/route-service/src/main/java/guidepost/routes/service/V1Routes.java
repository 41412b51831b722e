package guidepost.routes.service;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Figure;
import guidepost.calls.HistoryCalls;
import guidepost.calls.ModifyHandler;
import guidepost.calls.OpenCalls;
import guidepost.calls.RpcRoles;
import guidepost.calls.SharedPlaces;
import guidepost.calls.WatchFinder;
import guidepost.calls.WatchHandler;
import guidepost.routes.v1.GetLimitsRequest;
import guidepost.routes.v1.GetLimitsResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/// The calls of `guidepost.routes.v1.Routes`, and what answers each.
final class V1Routes {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              RoutesGrpc.getLookupMethod(),
              RoutesGrpc.getLookupBatchMethod(),
              RoutesGrpc.getLookupStreamMethod(),
              RoutesGrpc.getExplainMethod(),
              RoutesGrpc.getGetRoutesMethod(),
              RoutesGrpc.getDiffRoutesMethod(),
              RoutesGrpc.getListChangesMethod(),
              RoutesGrpc.getGetPrefixTreeMethod(),
              RoutesGrpc.getWatchMethod(),
              RoutesGrpc.getGetTableMethod(),
              RoutesGrpc.getListTablesMethod(),
              RoutesGrpc.getGetSourceMethod(),
              RoutesGrpc.getListSourcesMethod(),
              RoutesGrpc.getGetRevisionMethod(),
              RoutesGrpc.getGetLimitsMethod(),
              RoutesGrpc.getGetStatsMethod())
          .writer(
              RoutesGrpc.getModifyMethod(),
              RoutesGrpc.getApplyMethod(),
              RoutesGrpc.getFlushMethod(),
              RoutesGrpc.getCreateTableMethod(),
              RoutesGrpc.getDropTableMethod(),
              RoutesGrpc.getPutSourceMethod(),
              RoutesGrpc.getDeleteSourceMethod());

  private static final MethodDescriptor<LookupBatchRequest, EncodedMessage> LOOKUP_BATCH =
      EncodedMessage.method(RoutesGrpc.getLookupBatchMethod());
  private static final MethodDescriptor<LookupStreamRequest, EncodedMessage> LOOKUP_STREAM =
      EncodedMessage.method(RoutesGrpc.getLookupStreamMethod());

  private final RouteState state;
  private final Supplier<RouteWriter> writers;
  private final OpenCalls openCalls;
  private final LookupCalls lookups;
  private final QueryCalls queries;
  private final CatalogCalls catalogs;
  private final WatchHandler<WatchRequest, RouteChange, WatchResponse, RouteWatch> watches;

  /// @param writers opens one for each call that writes
  V1Routes(
      RouteState state,
      Supplier<RouteWriter> writers,
      OpenCalls openCalls,
      HistoryCalls<RouteHistory> history) {
    this.state = state;
    this.writers = writers;
    this.openCalls = openCalls;
    this.lookups = new LookupCalls(state.published(), history, openCalls);
    this.queries =
        new QueryCalls(
            state.published(), history, state.changefeed().timeline(), state.background());
    this.catalogs =
        new CatalogCalls(
            state.published(),
            writers,
            state.counts(),
            state.sources(),
            state.syncs(),
            state.changefeed().timeline());
    SharedPlaces bestWatches = new SharedPlaces(BestRoutes.WATCHES_MAX);
    this.watches =
        new WatchHandler<>(
            state.changefeed(),
            openCalls,
            request -> RouteWatch.open(request, state.published(), state.changefeed(), bestWatches),
            WatchFinder.each(),
            state.background(),
            state.limits().watchesMax(),
            System::nanoTime);
  }

  /// What its watches tell of themselves.
  List<Figure> figures() {
    return watches.figures();
  }

  ServerServiceDefinition definition() {
    return ROLES.applyTo(
        EncodedMessage.service(
                RoutesGrpc.getServiceDescriptor(), List.of(LOOKUP_BATCH, LOOKUP_STREAM))
            .addMethod(RoutesGrpc.getLookupMethod(), ServerCalls.asyncUnaryCall(lookups::lookup))
            .addMethod(LOOKUP_BATCH, ServerCalls.asyncUnaryCall(lookups::lookupBatch))
            .addMethod(LOOKUP_STREAM, ServerCalls.asyncBidiStreamingCall(lookups::lookupStream))
            .addMethod(RoutesGrpc.getExplainMethod(), ServerCalls.asyncUnaryCall(lookups::explain))
            .addMethod(
                RoutesGrpc.getModifyMethod(),
                new ModifyHandler<>(openCalls, () -> new RouteModifyMessages(writers.get())))
            .addMethod(
                RoutesGrpc.getGetRoutesMethod(),
                ServerCalls.asyncServerStreamingCall(queries::getRoutes))
            .addMethod(
                RoutesGrpc.getDiffRoutesMethod(),
                ServerCalls.asyncServerStreamingCall(queries::diffRoutes))
            .addMethod(
                RoutesGrpc.getListChangesMethod(),
                ServerCalls.asyncServerStreamingCall(queries::listChanges))
            .addMethod(
                RoutesGrpc.getGetPrefixTreeMethod(),
                ServerCalls.asyncUnaryCall(queries::getPrefixTree))
            .addMethod(RoutesGrpc.getWatchMethod(), watches)
            .addMethod(RoutesGrpc.getApplyMethod(), ServerCalls.asyncUnaryCall(catalogs::apply))
            .addMethod(
                RoutesGrpc.getGetTableMethod(), ServerCalls.asyncUnaryCall(catalogs::getTable))
            .addMethod(
                RoutesGrpc.getGetSourceMethod(), ServerCalls.asyncUnaryCall(catalogs::getSource))
            .addMethod(
                RoutesGrpc.getGetRevisionMethod(), ServerCalls.asyncUnaryCall(queries::getRevision))
            .addMethod(RoutesGrpc.getFlushMethod(), ServerCalls.asyncUnaryCall(catalogs::flush))
            .addMethod(
                RoutesGrpc.getCreateTableMethod(),
                ServerCalls.asyncUnaryCall(catalogs::createTable))
            .addMethod(
                RoutesGrpc.getListTablesMethod(), ServerCalls.asyncUnaryCall(catalogs::listTables))
            .addMethod(
                RoutesGrpc.getDropTableMethod(), ServerCalls.asyncUnaryCall(catalogs::dropTable))
            .addMethod(
                RoutesGrpc.getPutSourceMethod(), ServerCalls.asyncUnaryCall(catalogs::putSource))
            .addMethod(
                RoutesGrpc.getListSourcesMethod(),
                ServerCalls.asyncUnaryCall(catalogs::listSources))
            .addMethod(
                RoutesGrpc.getDeleteSourceMethod(),
                ServerCalls.asyncUnaryCall(catalogs::deleteSource))
            .addMethod(RoutesGrpc.getGetLimitsMethod(), ServerCalls.asyncUnaryCall(this::getLimits))
            .addMethod(RoutesGrpc.getGetStatsMethod(), ServerCalls.asyncUnaryCall(this::getStats))
            .build());
  }

  private void getLimits(GetLimitsRequest request, StreamObserver<GetLimitsResponse> observer) {
    catalogs.getLimits(state.limits(), state.changefeed()::oldest, observer);
  }

  private void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> observer) {
    queries.getStats(request, observer, watches::size);
  }
}
