package guidepost.guide.features;

import guidepost.calls.Caller;
import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.Fields;
import guidepost.calls.Figure;
import guidepost.calls.Grant;
import guidepost.calls.HistoryCalls;
import guidepost.calls.ModifyHandler;
import guidepost.calls.OpenCalls;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.calls.SearchQueue;
import guidepost.calls.WatchHandler;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.ApplyRequest;
import guidepost.guide.v1.ApplyResponse;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GetStatsRequest;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.journal.Changefeed;
import guidepost.journal.DomainWriter;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// `guidepost.guide.v1.Features`.
///
/// Threads: those of its calls; nothing here waits.
final class FeaturesService {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              FeaturesGrpc.getGetFeatureMethod(),
              FeaturesGrpc.getListInBoxMethod(),
              FeaturesGrpc.getListInRadiusMethod(),
              FeaturesGrpc.getNearestMethod(),
              FeaturesGrpc.getAlongPathMethod(),
              FeaturesGrpc.getDiffFeaturesMethod(),
              FeaturesGrpc.getListChangesMethod(),
              FeaturesGrpc.getGetTileMethod(),
              FeaturesGrpc.getWatchMethod(),
              FeaturesGrpc.getGetStatsMethod(),
              FeaturesGrpc.getGetRevisionMethod())
          .writer(FeaturesGrpc.getModifyMethod(), FeaturesGrpc.getApplyMethod());

  private static final MethodDescriptor<ListInBoxRequest, EncodedMessage> LIST_IN_BOX =
      EncodedMessage.method(FeaturesGrpc.getListInBoxMethod());
  private static final MethodDescriptor<ListInRadiusRequest, EncodedMessage> LIST_IN_RADIUS =
      EncodedMessage.method(FeaturesGrpc.getListInRadiusMethod());
  private static final MethodDescriptor<NearestRequest, EncodedMessage> NEAREST =
      EncodedMessage.method(FeaturesGrpc.getNearestMethod());
  private static final MethodDescriptor<AlongPathRequest, EncodedMessage> ALONG_PATH =
      EncodedMessage.method(FeaturesGrpc.getAlongPathMethod());

  /// Operations in an Apply call: few enough that their results fit into one message.
  private static final int OPERATIONS_PER_APPLY_MAX = 4_096;

  private final FeatureIndex index;
  private final DomainWriter<FeatureRequest, List<FeatureOutcome>> writer;
  private final OpenCalls open;
  private final Consumer<GetStatsResponse.Builder> noteStats;
  private final FeatureReads reads;
  private final WatchHandler<WatchRequest, FeatureEvent, WatchResponse, FeatureWatch> watches;

  /// @param changefeed what the writer changes
  /// @param noteStats fills in what the notes know
  /// @param history answers questions about earlier states
  /// @param later goes on with long searches
  /// @param watchesMax watches at once
  /// @param nanoTime monotonic
  FeaturesService(
      FeatureIndex index,
      Changefeed<FeatureEvent> changefeed,
      DomainWriter<FeatureRequest, List<FeatureOutcome>> writer,
      OpenCalls open,
      Consumer<GetStatsResponse.Builder> noteStats,
      HistoryCalls<FeatureHistory> history,
      SearchQueue later,
      int watchesMax,
      LongSupplier nanoTime) {
    this.index = index;
    this.writer = writer;
    this.open = open;
    this.noteStats = noteStats;
    this.reads = new FeatureReads(index, changefeed.timeline(), history, later);
    this.watches =
        new WatchHandler<>(
            changefeed,
            open,
            request -> FeatureWatch.open(request, index.snapshot(), changefeed),
            new FeatureWatchFinder(),
            later,
            watchesMax,
            nanoTime);
  }

  /// What its watches tell of themselves.
  List<Figure> figures() {
    return watches.figures();
  }

  ServerServiceDefinition definition() {
    return ROLES.applyTo(
        EncodedMessage.service(
                FeaturesGrpc.getServiceDescriptor(),
                List.of(LIST_IN_BOX, LIST_IN_RADIUS, NEAREST, ALONG_PATH))
            .addMethod(
                FeaturesGrpc.getModifyMethod(),
                new ModifyHandler<>(open, () -> new FeatureModifyMessages(writer)))
            .addMethod(FeaturesGrpc.getApplyMethod(), ServerCalls.asyncUnaryCall(this::apply))
            .addMethod(
                FeaturesGrpc.getGetFeatureMethod(), ServerCalls.asyncUnaryCall(reads::getFeature))
            .addMethod(LIST_IN_BOX, ServerCalls.asyncServerStreamingCall(reads::listInBox))
            .addMethod(LIST_IN_RADIUS, ServerCalls.asyncServerStreamingCall(reads::listInRadius))
            .addMethod(NEAREST, ServerCalls.asyncServerStreamingCall(reads::nearest))
            .addMethod(FeaturesGrpc.getWatchMethod(), watches)
            .addMethod(ALONG_PATH, ServerCalls.asyncServerStreamingCall(reads::alongPath))
            .addMethod(
                FeaturesGrpc.getDiffFeaturesMethod(),
                ServerCalls.asyncServerStreamingCall(reads::diffFeatures))
            .addMethod(
                FeaturesGrpc.getListChangesMethod(),
                ServerCalls.asyncServerStreamingCall(reads::listChanges))
            .addMethod(FeaturesGrpc.getGetTileMethod(), ServerCalls.asyncUnaryCall(reads::getTile))
            .addMethod(FeaturesGrpc.getGetStatsMethod(), ServerCalls.asyncUnaryCall(this::getStats))
            .addMethod(
                FeaturesGrpc.getGetRevisionMethod(), ServerCalls.asyncUnaryCall(reads::getRevision))
            .build());
  }

  /// One message of Modify, from a call that ends with it.
  private void apply(ApplyRequest request, StreamObserver<ApplyResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          ModifyRequest message = request.getRequest();
          int count = message.getOperationsCount();
          Fields.count("request.operations", count, 0, OPERATIONS_PER_APPLY_MAX);
          var _ =
              writer
                  .submit(FeatureModifyMessages.asked(message, Caller.current()), count)
                  .whenComplete((outcomes, failure) -> applied(message, caller, outcomes, failure));
        });
  }

  private static void applied(
      ModifyRequest message,
      StreamObserver<ApplyResponse> caller,
      @Nullable List<FeatureOutcome> outcomes,
      @Nullable Throwable failure) {
    if (outcomes == null) {
      caller.onError(Failures.notWritten(failure));
      return;
    }
    ApplyResponse.Builder response = ApplyResponse.newBuilder();
    for (int i = 0; i < outcomes.size(); i++) {
      long id = message.getOperations(i).getId();
      response
          .addResults(FeatureModifyMessages.result(id, outcomes.get(i)))
          .addFeatureIds(FeatureModifyMessages.featureId(outcomes.get(i)));
    }
    caller.onNext(response.build());
    caller.onCompleted();
  }

  /// Counts what its caller may see.
  private void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> caller) {
    FeatureSnapshot snapshot = index.snapshot();
    Caller reader = Caller.current();
    GetStatsResponse.Builder stats = GetStatsResponse.newBuilder();
    if (reader.mayUseLayer(Role.READER, Grant.DEFAULT_LAYER)) {
      stats
          .setFeaturesRevision(snapshot.revision())
          .setFeatures(snapshot.size())
          .setNamedFeatures(snapshot.namedSize());
    }
    if (reader.mayUseNotes(Role.READER)) {
      noteStats.accept(stats);
    }
    caller.onNext(stats.build());
    caller.onCompleted();
  }
}
