package guidepost.routes.service;

import com.google.protobuf.Duration;
import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.journal.DomainWriter;
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
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Calls about tables, sources and whole sets of routes, each written by the domain's writer.
///
/// Threads: any.
final class CatalogCalls {

  private static final int NANO_DIGITS = 9;
  private static final int MILLI_DIGITS = 3;

  private final PublishedRoutes published;
  private final DomainWriter<RouteRequest, List<RouteOutcome>> writer;
  private final SourceCounts counts;
  private final SourceCalls sources;
  private final Syncs syncs;

  CatalogCalls(
      PublishedRoutes published,
      DomainWriter<RouteRequest, List<RouteOutcome>> writer,
      SourceCounts counts,
      SourceCalls sources,
      Syncs syncs) {
    this.published = published;
    this.writer = writer;
    this.counts = counts;
    this.sources = sources;
    this.syncs = syncs;
  }

  /// Has an operation written, and answers with what is made of its outcome.
  private <M> void write(
      StreamObserver<M> observer,
      RouteOperation operation,
      Function<RouteOutcome.Done, M> response) {
    try {
      var _ =
          writer
              .submit(RouteRequest.of(operation), 1)
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
      case RouteOutcome.Refused refused -> observer.onError(status(refused));
    }
  }

  private static StatusRuntimeException status(RouteOutcome.Refused refused) {
    return switch (refused.problem()) {
      case INVALID -> Failures.invalid(refused.text());
      case UNKNOWN -> Failures.notFound(refused.text());
      case EXISTS -> Failures.exists(refused.text());
      case LIMIT -> Failures.tooMuch(refused.text());
      case CONFLICT, ABORTED, PRECONDITION -> Failures.notNow(refused.text());
    };
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
      observer.onError(Failures.status(e));
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

  void dropTable(DropTableRequest request, StreamObserver<DropTableResponse> observer) {
    if (request.getName().isEmpty()) {
      observer.onError(Failures.invalid("name \"\": must be given"));
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
      Catalog.Source source = source(request.getSource());
      write(
          observer,
          new RouteOperation.PutSource(source),
          done ->
              PutSourceResponse.newBuilder()
                  .setSource(message(source))
                  .setRevision(done.revision())
                  .build());
    } catch (InvalidRouteException e) {
      observer.onError(Failures.status(e));
    }
  }

  private static Catalog.Source source(Source message) {
    int distance = message.getDistance();
    if (distance < 1 || distance > Route.DISTANCE_MAX) {
      throw new InvalidRouteException(
          "distance.range",
          "distance",
          Integer.toUnsignedString(distance),
          "must be 1.." + Route.DISTANCE_MAX);
    }
    return new Catalog.Source(
        RouteText.name("name", message.getName()), distance, deletes(message), grace(message), 0);
  }

  private static boolean deletes(Source message) {
    return switch (message.getOnDisconnect()) {
      case DISCONNECT_POLICY_UNSPECIFIED, DISCONNECT_POLICY_KEEP -> false;
      case DISCONNECT_POLICY_DELETE -> true;
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "on_disconnect.unknown",
              "on_disconnect",
              Integer.toString(message.getOnDisconnectValue()),
              "is not known");
    };
  }

  private static java.time.Duration grace(Source message) {
    BigDecimal seconds =
        BigDecimal.valueOf(message.getGrace().getSeconds())
            .add(BigDecimal.valueOf(message.getGrace().getNanos(), NANO_DIGITS));
    BigDecimal secondsMax = BigDecimal.valueOf(Catalog.GRACE_MAX.toSeconds());
    if (seconds.signum() < 0 || seconds.compareTo(secondsMax) > 0) {
      throw wrongGrace("grace.range", seconds, "must be 0..%s s".formatted(secondsMax));
    }
    if (seconds.signum() > 0 && !deletes(message)) {
      throw wrongGrace("grace.policy", seconds, "means nothing without DELETE");
    }
    return java.time.Duration.ofMillis(
        seconds.movePointRight(MILLI_DIGITS).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static InvalidRouteException wrongGrace(String rule, BigDecimal seconds, String reason) {
    String exactly = seconds.stripTrailingZeros().toPlainString();
    return new InvalidRouteException(rule, "grace", exactly + " s", reason);
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
      observer.onError(Failures.invalid("name \"\": must be given"));
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
      observer.onError(Failures.status(e));
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
