package guidepost.guide.service;

import guidepost.calls.Aliases;
import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.Failures;
import guidepost.calls.Grant;
import guidepost.calls.OpenCalls;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.calls.SearchQueue;
import guidepost.calls.Streaming;
import guidepost.guide.geo.Point;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.messages.SeedMessages;
import guidepost.guide.notes.ServedNotes;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.LongSupplier;

/// The seed contract, `routeguide.RouteGuide`.
///
/// Threads: those of its calls; nothing here waits.
final class RouteGuideService {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              RouteGuideGrpc.getGetFeatureMethod(),
              RouteGuideGrpc.getListFeaturesMethod(),
              RouteGuideGrpc.getRecordRouteMethod())
          .writer(RouteGuideGrpc.getRouteChatMethod());

  /// Full names that the contract had in earlier versions and has in other languages' examples.
  private static final List<String> ALIASES =
      List.of(
          "examples.RouteGuide",
          "grpc.example.routeguide.RouteGuide",
          "proto.RouteGuide",
          "RouteGuide");

  private final FeatureIndex features;
  private final ServedNotes notes;
  private final OpenCalls trips;
  private final LongSupplier nanoTime;
  private final SearchQueue later;

  /// @param later goes on with long searches
  RouteGuideService(
      FeatureIndex features,
      ServedNotes notes,
      OpenCalls trips,
      LongSupplier nanoTime,
      SearchQueue later) {
    this.features = features;
    this.notes = notes;
    this.trips = trips;
    this.nanoTime = nanoTime;
    this.later = later;
  }

  ServerServiceDefinition definition() {
    return ROLES.applyTo(
        ServerServiceDefinition.builder(RouteGuideGrpc.getServiceDescriptor())
            .addMethod(
                RouteGuideGrpc.getGetFeatureMethod(), ServerCalls.asyncUnaryCall(this::getFeature))
            .addMethod(
                RouteGuideGrpc.getListFeaturesMethod(),
                ServerCalls.asyncServerStreamingCall(this::listFeatures))
            .addMethod(RouteGuideGrpc.getRecordRouteMethod(), this::recordRoute)
            .addMethod(RouteGuideGrpc.getRouteChatMethod(), (call, headers) -> notes.chat(call))
            .build());
  }

  /// The same methods with the same handlers, under the other names.
  static List<ServerServiceDefinition> aliases(ServerServiceDefinition canonical) {
    return ALIASES.stream().map(name -> Aliases.of(canonical, name)).toList();
  }

  private void getFeature(
      guidepost.seed.routeguide.Point asked,
      StreamObserver<guidepost.seed.routeguide.Feature> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          Point point = SeedMessages.point(asked, "");
          caller.onNext(SeedFeatures.message(features.snapshot().firstAt(point), asked));
          caller.onCompleted();
        });
  }

  private void listFeatures(
      Rectangle rectangle, StreamObserver<guidepost.seed.routeguide.Feature> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          var found = features.snapshot().inBox(SeedFeatures.box(rectangle));
          Streaming.send(new NamedFeatures(found), caller, later);
        });
  }

  private ServerCall.Listener<guidepost.seed.routeguide.Point> recordRoute(
      ServerCall<guidepost.seed.routeguide.Point, RouteSummary> call, Metadata headers) {
    if (!Caller.current().mayUseLayer(Role.READER, Grant.DEFAULT_LAYER)) {
      Failures.end(call, Denial.of(Caller.current()));
      return new ServerCall.Listener<>() {};
    }
    return ServerCalls.<guidepost.seed.routeguide.Point, RouteSummary>asyncClientStreamingCall(
            caller ->
                new TripRecorder(features, nanoTime, TripMeasure.wantedBy(headers), caller, trips)
                    .start())
        .startCall(call, headers);
  }
}
