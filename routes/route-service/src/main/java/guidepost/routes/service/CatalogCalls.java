package guidepost.routes.service;

import com.google.common.collect.Iterables;
import com.google.protobuf.Duration;
import guidepost.calls.Caller;
import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.calls.RejectedException;
import guidepost.calls.RevisionTimes;
import guidepost.journal.OverloadedException;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.ApplyResponse;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.CreateTableResponse;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DeleteSourceResponse;
import guidepost.routes.v1.DisconnectPolicy;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.DropTableResponse;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.FlushResponse;
import guidepost.routes.v1.GetLimitsResponse;
import guidepost.routes.v1.GetSourceRequest;
import guidepost.routes.v1.GetSourceResponse;
import guidepost.routes.v1.GetTableRequest;
import guidepost.routes.v1.GetTableResponse;
import guidepost.routes.v1.ListSourcesRequest;
import guidepost.routes.v1.ListSourcesResponse;
import guidepost.routes.v1.ListTablesRequest;
import guidepost.routes.v1.ListTablesResponse;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.PutSourceResponse;
import guidepost.routes.v1.Source;
import guidepost.routes.v1.Table;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls about tables, sources and whole sets of routes, each written by the domain's writer.
///
/// Threads: any.
final class CatalogCalls {

  /// Operations in an Apply call: few enough that their results fit into one message.
  static final int OPERATIONS_PER_APPLY_MAX = 4_096;

  private final PublishedRoutes published;
  private final Supplier<RouteWriter> writers;
  private final SourceCounts counts;
  private final SourceCalls sources;
  private final Syncs syncs;
  private final long timeline;

  /// @param writers opens one for each call that writes
  /// @param timeline that revisions belong to
  CatalogCalls(
      PublishedRoutes published,
      Supplier<RouteWriter> writers,
      SourceCounts counts,
      SourceCalls sources,
      Syncs syncs,
      long timeline) {
    this.published = published;
    this.writers = writers;
    this.counts = counts;
    this.sources = sources;
    this.syncs = syncs;
    this.timeline = timeline;
  }

  /// Has an operation written, and answers with what is made of its outcome.
  private <M> void write(
      StreamObserver<M> observer,
      RouteOperation operation,
      Function<RouteOutcome.Done, M> response) {
    try (RouteWriter writer = writers.get()) {
      var _ =
          writer
              .submit(RouteGroup.ofOne(operation))
              .whenComplete((outcomes, failure) -> answer(observer, outcomes, failure, response));
    } catch (OverloadedException e) {
      observer.onError(Failures.overloaded(e));
    }
  }

  private static <M> void answer(
      StreamObserver<M> observer,
      @Nullable List<RouteOutcome> outcomes,
      @Nullable Throwable failure,
      Function<RouteOutcome.Done, M> response) {
    if (outcomes == null) {
      observer.onError(Failures.notWritten(failure));
      return;
    }
    switch (outcomes.getFirst()) {
      case RouteOutcome.Done done -> {
        observer.onNext(response.apply(done));
        observer.onCompleted();
      }
      case RouteOutcome.Rejected rejected ->
          observer.onError(Failures.rejected(RouteRejections.of(rejected)));
    }
  }

  void createTable(CreateTableRequest request, StreamObserver<CreateTableResponse> observer) {
    try {
      String name = RouteText.name("name", request.getName());
      write(
          observer,
          new RouteOperation.CreateTable(name),
          done ->
              CreateTableResponse.newBuilder()
                  .setTable(created(name, done))
                  .setRevision(done.revision())
                  .setCreated(done.changed() > 0)
                  .build());
    } catch (InvalidRouteException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  /// The table as it is after that; if the same group dropped it, as it was created.
  private Table created(String name, RouteOutcome.Done done) {
    Catalog.Table table = published.catalog().table(name);
    return table == null
        ? Table.newBuilder().setName(name).setCreatedRevision(done.revision()).build()
        : message(table);
  }

  private static Table message(Catalog.Table table) {
    RouteSnapshot routes = table.routes().snapshot();
    return Table.newBuilder()
        .setName(table.name())
        .setRoutes((long) routes.routeCount(Family.IPV4) + routes.routeCount(Family.IPV6))
        .setCreatedRevision(table.created())
        .build();
  }

  void getTable(GetTableRequest request, StreamObserver<GetTableResponse> observer) {
    answer(
        observer,
        () -> {
          RouteAccess.requireReadable(required(request.getName()));
          long revision = published.revision();
          Catalog.Table table = published.catalog().table(required(request.getName()));
          if (table == null) {
            throw RouteRejections.unknownTable("name", request.getName());
          }
          return GetTableResponse.newBuilder()
              .setTable(message(table))
              .setRevision(revision)
              .build();
        });
  }

  void getSource(GetSourceRequest request, StreamObserver<GetSourceResponse> observer) {
    answer(
        observer,
        () -> {
          RouteAccess.requireSourceReadable(required(request.getName()));
          long revision = published.revision();
          Catalog.Source source = published.catalog().source(required(request.getName()));
          if (source == null) {
            throw RouteRejections.unknownSource("name", request.getName());
          }
          return GetSourceResponse.newBuilder()
              .setSource(message(source))
              .setRevision(revision)
              .build();
        });
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

  private static String required(String name) {
    if (name.isEmpty()) {
      throw missingName();
    }
    return name;
  }

  void listTables(ListTablesRequest request, StreamObserver<ListTablesResponse> observer) {
    answer(
        observer,
        () -> {
          ListTablesResponse.Builder response =
              ListTablesResponse.newBuilder().setRevision(published.revision());
          NamePage page =
              NamePage.of(request, request.getPageSize(), request.getPageToken(), timeline);
          NamePage.Found<Catalog.Table> found =
              page.of(
                  Iterables.filter(
                      published.catalog().tablesAfter(page.after()),
                      table -> Caller.current().mayReadTable(table.name())),
                  Catalog.Table::name,
                  response.getRevision());
          found.entries().forEach(table -> response.addTables(message(table)));
          return response.setNextPageToken(found.nextToken()).build();
        });
  }

  private static InvalidRouteException missingName() {
    return new InvalidRouteException("name.missing", "name", "", "must be set");
  }

  void dropTable(DropTableRequest request, StreamObserver<DropTableResponse> observer) {
    if (request.getName().isEmpty()) {
      observer.onError(RouteRejections.status(missingName()));
      return;
    }
    write(
        observer,
        new RouteOperation.DropTable(request.getName()),
        done ->
            DropTableResponse.newBuilder()
                .setDeleted(done.changed())
                .setRevision(done.revision())
                .build());
  }

  void putSource(PutSourceRequest request, StreamObserver<PutSourceResponse> observer) {
    try {
      SourceChange change = SourceChange.of(request);
      write(
          observer,
          new RouteOperation.PutSource(change),
          done ->
              PutSourceResponse.newBuilder()
                  .setSource(written(change))
                  .setRevision(done.revision())
                  .build());
    } catch (InvalidRouteException e) {
      String path = e.field().equals("update_mask") ? "" : "source.";
      observer.onError(Failures.rejected(RouteRejections.of(path, e)));
    }
  }

  /// The source as it is after that; if the same group deleted it, as it was put.
  private Source written(SourceChange change) {
    Catalog.Source source = published.catalog().source(change.name());
    return message(source == null ? change.madeOf(null) : source);
  }

  private Source message(Catalog.Source source) {
    Source.Builder message =
        Source.newBuilder()
            .setName(source.name())
            .setDistance(source.distance())
            .setOnDisconnect(
                source.deleteOnDisconnect()
                    ? DisconnectPolicy.DISCONNECT_POLICY_DELETE
                    : DisconnectPolicy.DISCONNECT_POLICY_KEEP)
            .setRoutes(counts.of(source.name()))
            .setWriters(sources.count(source.name()))
            .setSyncing(syncs.isSyncing(source.name()));
    if (!source.deleteAfter().isZero()) {
      message.setDeleteAfter(
          Duration.newBuilder()
              .setSeconds(source.deleteAfter().toSeconds())
              .setNanos(source.deleteAfter().toNanosPart()));
    }
    sources
        .disconnected(source.name())
        .ifPresent(time -> message.setDisconnectTime(RevisionTimes.timestamp(time)));
    sources
        .deletion(source.name())
        .ifPresent(time -> message.setDeleteTime(RevisionTimes.timestamp(time)));
    return message.build();
  }

  void listSources(ListSourcesRequest request, StreamObserver<ListSourcesResponse> observer) {
    answer(
        observer,
        () -> {
          ListSourcesResponse.Builder response =
              ListSourcesResponse.newBuilder().setRevision(published.revision());
          NamePage page =
              NamePage.of(request, request.getPageSize(), request.getPageToken(), timeline);
          NamePage.Found<Catalog.Source> found =
              page.of(
                  Iterables.filter(
                      published.catalog().sourcesAfter(page.after()),
                      source -> Caller.current().mayReadSource(source.name())),
                  Catalog.Source::name,
                  response.getRevision());
          found.entries().forEach(source -> response.addSources(message(source)));
          return response.setNextPageToken(found.nextToken()).build();
        });
  }

  void deleteSource(DeleteSourceRequest request, StreamObserver<DeleteSourceResponse> observer) {
    if (request.getName().isEmpty()) {
      observer.onError(RouteRejections.status(missingName()));
      return;
    }
    write(
        observer,
        new RouteOperation.DeleteSource(request.getName()),
        done -> DeleteSourceResponse.newBuilder().setRevision(done.revision()).build());
  }

  /// One message of Modify, from a call that ends with it.
  void apply(ApplyRequest request, StreamObserver<ApplyResponse> observer) {
    int count = request.getRequest().getOperationsCount();
    if (count > OPERATIONS_PER_APPLY_MAX) {
      observer.onError(
          RouteRejections.status(
              new InvalidRouteException(
                  "operations.max",
                  "request.operations",
                  Integer.toString(count),
                  "must be at most " + OPERATIONS_PER_APPLY_MAX)));
      return;
    }
    try (RouteWriter writer = writers.get()) {
      var _ =
          writer
              .submit(new OperationReader(request.getRequest()).group())
              .whenComplete(
                  (outcomes, failure) ->
                      applied(request.getRequest(), observer, outcomes, failure));
    } catch (OverloadedException e) {
      observer.onError(Failures.overloaded(e));
    }
  }

  private static void applied(
      ModifyRequest request,
      StreamObserver<ApplyResponse> observer,
      @Nullable List<RouteOutcome> outcomes,
      @Nullable Throwable failure) {
    if (outcomes == null) {
      observer.onError(Failures.notWritten(failure));
      return;
    }
    ApplyResponse.Builder response = ApplyResponse.newBuilder();
    for (int i = 0; i < outcomes.size(); i++) {
      long id = request.getOperations(i).getId();
      response.addResults(V1Messages.result(id, outcomes.get(i)));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  void flush(FlushRequest request, StreamObserver<FlushResponse> observer) {
    try {
      write(
          observer,
          flush(request),
          done ->
              FlushResponse.newBuilder()
                  .setDeleted(done.changed())
                  .setRevision(done.revision())
                  .build());
    } catch (InvalidRouteException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static RouteOperation flush(FlushRequest request) {
    if (request.getTable().isEmpty()
        && request.getSource().isEmpty()
        && request.getPrefix().isEmpty()) {
      throw new InvalidRouteException(
          "flush.all", "prefix", "", "must be given, or table, or source");
    }
    Prefix prefix = request.getPrefix().isEmpty() ? null : V1Messages.target(request.getPrefix());
    return new RouteOperation.Flush(
        orNull(request.getTable()), orNull(request.getSource()), prefix);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /// @param oldest tells the oldest revision that the log leads back to
  void getLimits(
      RouteLimits limits, LongSupplier oldest, StreamObserver<GetLimitsResponse> observer) {
    observer.onNext(
        GetLimitsResponse.newBuilder()
            .setMessageBytesMax(limits.messageBytesMax())
            .setOperationsPerMessageMax(ModifyHandler.OPERATIONS_PER_MESSAGE_MAX)
            .setMessagesInHandMax(ModifyHandler.BATCHES_MAX)
            .setQueuedChangesMax(limits.queuedChangesMax())
            .setRoutesPerPrefixMax(limits.routesPerPrefixMax())
            .setAddressesPerMessageMax(BatchLookup.ADDRESSES_MAX)
            .setPageSizeMax(RoutePages.PAGE_SIZE_MAX)
            .setTablesMax(limits.tablesMax())
            .setSourcesMax(limits.sourcesMax())
            .setWatchesMax(limits.watchesMax())
            .setTagsPerRouteMax(Route.TAGS_MAX)
            .setOperationsPerApplyMax(OPERATIONS_PER_APPLY_MAX)
            .setOldestRevision(oldest.getAsLong())
            .setNewestRevision(published.revision())
            .build());
    observer.onCompleted();
  }
}
