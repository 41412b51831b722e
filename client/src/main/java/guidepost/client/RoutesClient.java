package guidepost.client;

import guidepost.common.v1.AsOf;
import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.CreateTableResponse;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DeleteSourceResponse;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DiffRoutesResponse;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.DropTableResponse;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.ExplainResponse;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.FlushResponse;
import guidepost.routes.v1.GetLimitsRequest;
import guidepost.routes.v1.GetLimitsResponse;
import guidepost.routes.v1.GetPrefixTreeRequest;
import guidepost.routes.v1.GetPrefixTreeResponse;
import guidepost.routes.v1.GetRevisionRequest;
import guidepost.routes.v1.GetRevisionResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetSourceRequest;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.GetTableRequest;
import guidepost.routes.v1.ListChangesRequest;
import guidepost.routes.v1.ListChangesResponse;
import guidepost.routes.v1.ListSourcesRequest;
import guidepost.routes.v1.ListSourcesResponse;
import guidepost.routes.v1.ListTablesRequest;
import guidepost.routes.v1.ListTablesResponse;
import guidepost.routes.v1.LoggedRouteChange;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.PutSourceResponse;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.Source;
import guidepost.routes.v1.Table;
import guidepost.routes.v1.WatchRequest;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Asks and changes a route table: "default", or the one of [#inTable].
///
/// Blocking unless a method says otherwise. Reads are tried again when the server cannot be reached
/// and nothing of an answer has come; writes never are.
///
/// Threads: any.
public final class RoutesClient {

  private final ClientChannel channel;
  private final Duration patience;
  private final String table;

  RoutesClient(ClientChannel channel, Duration patience, String table) {
    this.channel = channel;
    this.patience = patience;
    this.table = table;
  }

  /// The same for another table.
  ///
  /// @param name empty: "default"
  public RoutesClient inTable(String name) {
    return new RoutesClient(channel, patience, name);
  }

  private RoutesGrpc.RoutesBlockingStub blocking() {
    return RoutesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// The best way to a destination.
  ///
  /// @param destination an address, or address/length
  /// @return empty if nothing covers it
  /// @throws StatusRuntimeException INVALID_ARGUMENT if it cannot be read; NOT_FOUND if there is no
  ///   such table
  public Optional<LookupResponse> lookup(String destination) {
    return lookup(LookupRequest.newBuilder().setDestination(destination).build());
  }

  /// The best way to a destination, of an earlier state or of some of the routes.
  ///
  /// @param request its table is replaced
  /// @return empty if nothing covers the destination
  /// @throws StatusRuntimeException as the other; OUT_OF_RANGE if the history does not go back that
  ///   far
  public Optional<LookupResponse> lookup(LookupRequest request) {
    try {
      return Optional.of(blocking().lookup(request.toBuilder().setTable(table).build()));
    } catch (StatusRuntimeException e) {
      if (isUncovered(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// A table that is not there is NOT_FOUND too.
  private static boolean isUncovered(StatusRuntimeException e) {
    return CallError.of(e)
        .filter(error -> error.reason().equals(CallError.DESTINATION_UNCOVERED))
        .isPresent();
  }

  /// The best way to each of many addresses, all of one revision.
  ///
  /// @param request its table is replaced
  public LookupBatchResponse lookup(LookupBatchRequest request) {
    return blocking().lookupBatch(request.toBuilder().setTable(table).build());
  }

  /// The same without waiting.
  public CompletableFuture<LookupBatchResponse> lookupAsync(LookupBatchRequest request) {
    CompletableFuture<LookupBatchResponse> answer = new CompletableFuture<>();
    RoutesGrpc.newStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .lookupBatch(request.toBuilder().setTable(table).build(), new CompletingObserver<>(answer));
    return answer;
  }

  /// Opens a stream of look-ups.
  ///
  /// @param answers gets the best route to every address, in order, on the thread that writes
  public LookupStream lookups(Consumer<Optional<guidepost.routes.v1.Route>> answers) {
    return LookupStream.open(channel, table, patience, answers);
  }

  /// Why the best way to a destination is the best.
  ///
  /// @return empty if nothing covers it
  public Optional<ExplainResponse> explain(String destination) {
    return explain(destination, AsOf.getDefaultInstance());
  }

  /// Why it was the best in an earlier state.
  ///
  /// @param asOf the default instance: the newest one
  /// @return empty if nothing covers it
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Optional<ExplainResponse> explain(String destination, AsOf asOf) {
    return explain(ExplainRequest.newBuilder().setDestination(destination).setAsOf(asOf).build());
  }

  /// Why it is the best among some routes.
  ///
  /// @param request what is asked; its table is replaced
  /// @return empty if nothing that fits covers it
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Optional<ExplainResponse> explain(ExplainRequest request) {
    try {
      return Optional.of(blocking().explain(request.toBuilder().setTable(table).build()));
    } catch (StatusRuntimeException e) {
      if (isUncovered(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Follows the table as it changes; after a cut it resumes where it was.
  ///
  /// @param request what to watch and from where; its table is replaced
  /// @param listener called on other threads
  public Watch<guidepost.routes.v1.Route, RouteChange> watch(
      WatchRequest request, Watch.Listener<guidepost.routes.v1.Route, RouteChange> listener) {
    return RouteWatchCalls.open(channel, request.toBuilder().setTable(table).build(), listener);
  }

  /// A copy of the table that follows it.
  public LiveRouteTable live() {
    return LiveRouteTable.follow(channel, table);
  }

  /// Deletes routes of the table, or of all tables if none was chosen.
  ///
  /// @param source only of this one; empty: of all
  /// @param prefix only of this one and more specific ones; empty: all
  public FlushResponse flush(String source, String prefix) {
    return blocking()
        .flush(
            FlushRequest.newBuilder().setTable(table).setSource(source).setPrefix(prefix).build());
  }

  /// All tables.
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    ListTablesRequest next = ListTablesRequest.getDefaultInstance();
    ListTablesResponse page;
    do {
      page = blocking().listTables(next);
      tables.addAll(page.getTablesList());
      next = ListTablesRequest.newBuilder().setPageToken(page.getNextPageToken()).build();
    } while (!page.getNextPageToken().isEmpty());
    return tables;
  }

  /// One table.
  ///
  /// @throws StatusRuntimeException NOT_FOUND
  public Table table(String name) {
    return blocking().getTable(GetTableRequest.newBuilder().setName(name).build()).getTable();
  }

  /// Creates a table, unless there is one of that name.
  public CreateTableResponse createTable(String name) {
    return blocking().createTable(CreateTableRequest.newBuilder().setName(name).build());
  }

  /// Deletes a table and its routes.
  ///
  /// @throws StatusRuntimeException NOT_FOUND
  public DropTableResponse dropTable(String name) {
    return blocking().dropTable(DropTableRequest.newBuilder().setName(name).build());
  }

  /// All sources.
  public List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    ListSourcesRequest next = ListSourcesRequest.getDefaultInstance();
    ListSourcesResponse page;
    do {
      page = blocking().listSources(next);
      sources.addAll(page.getSourcesList());
      next = ListSourcesRequest.newBuilder().setPageToken(page.getNextPageToken()).build();
    } while (!page.getNextPageToken().isEmpty());
    return sources;
  }

  /// One source.
  ///
  /// @throws StatusRuntimeException NOT_FOUND
  public Source source(String name) {
    return blocking().getSource(GetSourceRequest.newBuilder().setName(name).build()).getSource();
  }

  /// Adds or changes a source: the fields that are set; the others stay as they are.
  public PutSourceResponse putSource(Source source) {
    return blocking().putSource(PutSourceRequest.newBuilder().setSource(source).build());
  }

  /// Which revision there was at a time, or when a revision was written.
  ///
  /// @param asOf the default instance: the newest one
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public GetRevisionResponse revision(AsOf asOf) {
    return blocking().getRevision(GetRevisionRequest.newBuilder().setAsOf(asOf).build());
  }

  /// Writes one message of operations: for a few of them, less than a stream of [#modify].
  ///
  /// @param request at most 4,096 operations; its table is replaced
  /// @return how each operation ended, in order
  public List<OperationResult> apply(ModifyRequest request) {
    return blocking()
        .apply(ApplyRequest.newBuilder().setRequest(request.toBuilder().setTable(table)).build())
        .getResultsList();
  }

  /// Deletes a source that has no routes.
  ///
  /// @throws StatusRuntimeException FAILED_PRECONDITION if it has some
  public DeleteSourceResponse deleteSource(String name) {
    return blocking().deleteSource(DeleteSourceRequest.newBuilder().setName(name).build());
  }

  /// The limits that apply to a caller.
  public GetLimitsResponse limits() {
    return blocking().getLimits(GetLimitsRequest.getDefaultInstance());
  }

  /// How many routes match a question.
  ///
  /// @param request its table is replaced
  public long count(GetRoutesRequest request) {
    long[] count = {0};
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getGetRoutesMethod(), CallOptions.DEFAULT),
        request.toBuilder().setTable(table).setCountOnly(true).build(),
        patience,
        (GetRoutesResponse response) -> count[0] = response.getCount());
    return count[0];
  }

  /// The best route with the longest prefix that covers a destination, by the seed contract: always
  /// of the table "default".
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
  public long list(String prefix, MatchKind match, Consumer<guidepost.routes.v1.Route> routes) {
    return list(prefix, match, AsOf.getDefaultInstance(), routes);
  }

  /// The routes that matched a prefix in an earlier state, in list order.
  ///
  /// @param prefix empty: the whole table
  /// @param asOf the default instance: the newest one
  /// @param routes gets each one; the server sends no faster than this takes them
  /// @return the revision
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public long list(
      String prefix, MatchKind match, AsOf asOf, Consumer<guidepost.routes.v1.Route> routes) {
    return list(
        GetRoutesRequest.newBuilder().setPrefix(prefix).setMatchKind(match).setAsOf(asOf).build(),
        routes);
  }

  /// The routes that a question finds, in list order.
  ///
  /// @param request its table is replaced
  /// @param routes gets each one; the server sends no faster than this takes them
  /// @return the revision
  public long list(GetRoutesRequest request, Consumer<guidepost.routes.v1.Route> routes) {
    long[] revision = {0};
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getGetRoutesMethod(), CallOptions.DEFAULT),
        request.toBuilder().setTable(table).build(),
        patience,
        (GetRoutesResponse response) -> {
          revision[0] = response.getRevision();
          response.getRoutesList().forEach(routes);
        });
    return revision[0];
  }

  /// The revisions of the two states that were compared.
  public record Span(long from, long to) {}

  /// What changed from one state to another, in list order.
  ///
  /// @param prefix only it and more specific ones; empty: all
  /// @param differences gets each one; the server sends no faster than this takes them
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Span diff(AsOf from, AsOf to, String prefix, Consumer<RouteDifference> differences) {
    return diff(
        DiffRoutesRequest.newBuilder().setFromState(from).setToState(to).setPrefix(prefix).build(),
        differences);
  }

  /// What changed between two states, in list order.
  ///
  /// @param request its table is replaced
  /// @param differences gets each one; the server sends no faster than this takes them
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Span diff(DiffRoutesRequest request, Consumer<RouteDifference> differences) {
    AtomicReference<Span> span = new AtomicReference<>(new Span(0, 0));
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getDiffRoutesMethod(), CallOptions.DEFAULT),
        request.toBuilder().setTable(table).build(),
        patience,
        (DiffRoutesResponse response) -> {
          span.set(new Span(response.getFromRevision(), response.getToRevision()));
          response.getDifferencesList().forEach(differences);
        });
    return span.get();
  }

  /// What was written, step by step, the newest first.
  ///
  /// @param request its table is replaced
  /// @param changes gets each one; the server sends no faster than this takes them
  /// @return the revision to go on with, as `to_state.revision`; 0 if nothing is left
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public long changes(ListChangesRequest request, Consumer<LoggedRouteChange> changes) {
    long[] next = {0};
    AnswerStream.read(
        channel.newCall(RoutesGrpc.getListChangesMethod(), CallOptions.DEFAULT),
        request.toBuilder().setTable(table).build(),
        patience,
        (ListChangesResponse response) -> {
          next[0] = response.getNextRevision();
          response.getChangesList().forEach(changes);
        });
    return next[0];
  }

  /// How many routes the parts of a prefix have.
  ///
  /// @param request its table is replaced
  public GetPrefixTreeResponse prefixTree(GetPrefixTreeRequest request) {
    return blocking().getPrefixTree(request.toBuilder().setTable(table).build());
  }

  /// How many routes there are.
  public GetStatsResponse stats() {
    return blocking().getStats(GetStatsRequest.newBuilder().setTable(table).build());
  }

  /// Opens a stream of changes, as "static".
  ///
  /// @param results gets the result of every operation, in order, on the thread that writes
  public ModifyStream<Operation, OperationResult> modify(Consumer<OperationResult> results) {
    return modify(Writing.PLAIN, results);
  }

  /// Opens a stream of changes.
  ///
  /// @param results gets the result of every operation, in order, on the thread that writes
  public ModifyStream<Operation, OperationResult> modify(
      Writing writing, Consumer<OperationResult> results) {
    return ModifyStream.open(
        RoutesGrpc.newStub(channel)::modify,
        operations -> writing.request(table).addAllOperations(operations).build(),
        ModifyResponse::getResultsList,
        results,
        patience);
  }
}
