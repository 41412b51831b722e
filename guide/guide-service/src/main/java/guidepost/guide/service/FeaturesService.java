package guidepost.guide.service;

import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.calls.OpenCalls;
import guidepost.calls.Streaming;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetFeatureResponse;
import guidepost.guide.v1.GetStatsRequest;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.journal.DomainWriter;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// `guidepost.guide.v1.Features`.
///
/// Threads: those of its calls; nothing here waits.
final class FeaturesService {

  private final FeatureIndex index;
  private final DomainWriter<List<FeatureChange>, List<FeatureDomain.Outcome>> writer;
  private final OpenCalls modifies;
  private final Consumer<GetStatsResponse.Builder> noteStats;
  private final Executor later;

  /// @param noteStats fills in what the notes know
  /// @param later goes on with long searches
  FeaturesService(
      FeatureIndex index,
      DomainWriter<List<FeatureChange>, List<FeatureDomain.Outcome>> writer,
      OpenCalls modifies,
      Consumer<GetStatsResponse.Builder> noteStats,
      Executor later) {
    this.index = index;
    this.writer = writer;
    this.modifies = modifies;
    this.noteStats = noteStats;
    this.later = later;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(FeaturesGrpc.getServiceDescriptor())
        .addMethod(
            FeaturesGrpc.getModifyMethod(),
            new ModifyHandler<>(writer, modifies, FeatureModifyMessages::new))
        .addMethod(FeaturesGrpc.getGetFeatureMethod(), ServerCalls.asyncUnaryCall(this::getFeature))
        .addMethod(
            FeaturesGrpc.getListInBoxMethod(),
            ServerCalls.asyncServerStreamingCall(this::listInBox))
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

  private void listInBox(ListInBoxRequest request, StreamObserver<ListInBoxResponse> caller) {
    try {
      FeatureSnapshot snapshot = index.snapshot();
      var cursor = snapshot.inBox(FeatureMessages.box(request));
      Streaming.send(
          new BoxPages(snapshot.revision(), cursor, request.getCategory()), caller, later);
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
