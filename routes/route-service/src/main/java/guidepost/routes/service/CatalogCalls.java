package guidepost.routes.service;

import com.google.protobuf.Duration;
import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.journal.OverloadedException;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
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
import guidepost.routes.v1.ListSourcesResponse;
import guidepost.routes.v1.ListTablesResponse;
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

  private final PublishedRoutes published;
  private final Supplier<RouteWriter> writers;
  private final SourceCounts counts;
  private final SourceCalls sources;
  private final Syncs syncs;

  /// @param writers opens one for each call that writes
  CatalogCalls(
      PublishedRoutes published,
      Supplier<RouteWriter> writers,
      SourceCounts counts,
      SourceCalls sources,
      Syncs syncs) {
    this.published = published;
    this.writers = writers;
    this.counts = counts;
    this.sources = sources;
    this.syncs = syncs;
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
      case RouteOutcome.Rejected refused ->
          observer.onError(Failures.rejected(RouteRejections.of(refused)));
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
                  .setTable(Table.newBuilder().setName(name).setCreatedRevision(done.revision()))
                  .setRevision(done.revision())
                  .build());
    } catch (InvalidRouteException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  void listTables(StreamObserver<ListTablesResponse> observer) {
    ListTablesResponse.Builder response =
        ListTablesResponse.newBuilder().setRevision(published.revision());
    for (Catalog.Table table : published.catalog().tables()) {
      RouteSnapshot routes = table.routes().snapshot();
      response.addTables(
          Table.newBuilder()
              .setName(table.name())
              .setRoutes((long) routes.routeCount(Family.IPV4) + routes.routeCount(Family.IPV6))
              .setCreatedRevision(table.created()));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private static InvalidRouteException missingName() {
    return new InvalidRouteException("name.missing", "name", "", "must be given");
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
      observer.onError(RouteRejections.status(e));
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
            .setCalls(sources.count(source.name()))
            .setSyncing(syncs.isSyncing(source.name()));
    if (!source.grace().isZero()) {
      message.setGrace(
          Duration.newBuilder()
              .setSeconds(source.grace().toSeconds())
              .setNanos(source.grace().toNanosPart()));
    }
    return message.build();
  }

  void listSources(StreamObserver<ListSourcesResponse> observer) {
    ListSourcesResponse.Builder response =
        ListSourcesResponse.newBuilder().setRevision(published.revision());
    published.catalog().sources().forEach(source -> response.addSources(message(source)));
    observer.onNext(response.build());
    observer.onCompleted();
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
          "flush.all", "table, source and prefix", "", "must not all be empty");
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
            .setTablesMax(Catalog.TABLES_MAX)
            .setSourcesMax(Catalog.SOURCES_MAX)
            .setWatchesMax(limits.watchesMax())
            .setTagsPerRouteMax(Route.TAGS_MAX)
            .setOldestRevision(oldest.getAsLong())
            .setNewestRevision(published.revision())
            .build());
    observer.onCompleted();
  }
}
