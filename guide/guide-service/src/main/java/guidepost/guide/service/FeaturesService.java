package guidepost.guide.service;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.calls.OpenCalls;
import guidepost.calls.Streaming;
import guidepost.calls.WatchHandler;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetFeatureResponse;
import guidepost.guide.v1.GetStatsRequest;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.Feed;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// `guidepost.guide.v1.Features`.
///
/// Threads: those of its calls; nothing here waits.
final class FeaturesService {

  private static final MethodDescriptor<ListInBoxRequest, EncodedMessage> LIST_IN_BOX =
      EncodedMessage.method(FeaturesGrpc.getListInBoxMethod());
  private static final MethodDescriptor<ListInRadiusRequest, EncodedMessage> LIST_IN_RADIUS =
      EncodedMessage.method(FeaturesGrpc.getListInRadiusMethod());
  private static final MethodDescriptor<NearestRequest, EncodedMessage> NEAREST =
      EncodedMessage.method(FeaturesGrpc.getNearestMethod());
  private static final MethodDescriptor<AlongPathRequest, EncodedMessage> ALONG_PATH =
      EncodedMessage.method(FeaturesGrpc.getAlongPathMethod());

  private final FeatureIndex index;
  private final DomainWriter<FeatureRequest, List<FeatureOutcome>> writer;
  private final OpenCalls open;
  private final Consumer<GetStatsResponse.Builder> noteStats;
  private final Executor later;
  private final WatchHandler<WatchRequest, FeatureEvent, WatchResponse> watches;

  /// @param feed what the writer changes
  /// @param noteStats fills in what the notes know
  /// @param later goes on with long searches
  /// @param nanoTime monotonic
  FeaturesService(
      FeatureIndex index,
      Feed<FeatureEvent> feed,
      DomainWriter<FeatureRequest, List<FeatureOutcome>> writer,
      OpenCalls open,
      Consumer<GetStatsResponse.Builder> noteStats,
      Executor later,
      LongSupplier nanoTime) {
    this.index = index;
    this.writer = writer;
    this.open = open;
    this.noteStats = noteStats;
    this.later = later;
    this.watches =
        new WatchHandler<>(
            feed,
            open,
            request -> FeatureWatch.open(request, index.snapshot(), feed),
            later,
            FeatureWatch.WATCHES_MAX,
            nanoTime);
  }

  ServerServiceDefinition definition() {
    return EncodedMessage.service(
            FeaturesGrpc.getServiceDescriptor(),
            List.of(LIST_IN_BOX, LIST_IN_RADIUS, NEAREST, ALONG_PATH))
        .addMethod(
            FeaturesGrpc.getModifyMethod(),
            new ModifyHandler<>(writer, open, FeatureModifyMessages::new))
        .addMethod(FeaturesGrpc.getGetFeatureMethod(), ServerCalls.asyncUnaryCall(this::getFeature))
        .addMethod(LIST_IN_BOX, ServerCalls.asyncServerStreamingCall(this::listInBox))
        .addMethod(LIST_IN_RADIUS, ServerCalls.asyncServerStreamingCall(this::listInRadius))
        .addMethod(NEAREST, ServerCalls.asyncServerStreamingCall(this::nearest))
        .addMethod(FeaturesGrpc.getWatchMethod(), watches)
        .addMethod(ALONG_PATH, ServerCalls.asyncServerStreamingCall(this::alongPath))
        .addMethod(FeaturesGrpc.getGetStatsMethod(), ServerCalls.asyncUnaryCall(this::getStats))
        .build();
  }

  private void getFeature(GetFeatureRequest request, StreamObserver<GetFeatureResponse> caller) {
    try {
      String id = FeatureMessages.id("id", request.getId());
      index
          .snapshot()
          .get(id)
          .ifPresentOrElse(
              feature -> answer(caller, feature),
              () -> caller.onError(Failures.notFound("no feature has the id " + id)));
    } catch (InvalidFieldException e) {
      caller.onError(Failures.invalid(e.text()));
    }
  }

  private static void answer(StreamObserver<GetFeatureResponse> caller, Feature feature) {
    caller.onNext(
        GetFeatureResponse.newBuilder().setFeature(FeatureMessages.message(feature)).build());
    caller.onCompleted();
  }

  private void listInBox(ListInBoxRequest request, StreamObserver<EncodedMessage> caller) {
    send(caller, snapshot -> pages(snapshot, FeatureQueries.inBox(request)));
  }

  private void listInRadius(ListInRadiusRequest request, StreamObserver<EncodedMessage> caller) {
    send(caller, snapshot -> pages(snapshot, FeatureQueries.inRadius(request)));
  }

  private static AreaPages pages(FeatureSnapshot snapshot, FeatureQueries.InArea query) {
    return new AreaPages(snapshot, query.area(), query.filter(), query.page());
  }

  private void nearest(NearestRequest request, StreamObserver<EncodedMessage> caller) {
    send(
        caller,
        snapshot -> {
          FeatureQueries.Nearest query = FeatureQueries.nearest(request);
          double metres = query.withinMetres() / Wgs84.LEAST;
          var search =
              snapshot.nearest(query.from(), query.count(), metres, Wgs84.SLACK, query.filter());
          return new NearestPages(snapshot.revision(), search, query);
        });
  }

  private void alongPath(AlongPathRequest request, StreamObserver<EncodedMessage> caller) {
    send(caller, snapshot -> new PathPages(snapshot, FeatureQueries.along(request)));
  }

  /// A list that is made while it is sent.
  private interface Pages {
    Streaming.Search<EncodedMessage> of(FeatureSnapshot snapshot) throws InvalidFieldException;
  }

  private void send(StreamObserver<EncodedMessage> caller, Pages list) {
    try {
      Streaming.send(list.of(index.snapshot()), caller, later);
    } catch (InvalidFieldException e) {
      caller.onError(Failures.invalid(e.text()));
    }
  }

  private void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> caller) {
    FeatureSnapshot snapshot = index.snapshot();
    GetStatsResponse.Builder stats =
        GetStatsResponse.newBuilder()
            .setFeaturesRevision(snapshot.revision())
            .setFeatures(snapshot.size())
            .setNamedFeatures(snapshot.namedSize());
    noteStats.accept(stats);
    caller.onNext(stats.build());
    caller.onCompleted();
  }
}
