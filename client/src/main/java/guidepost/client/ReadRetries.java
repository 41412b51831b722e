package guidepost.client;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.TripsGrpc;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.server.v1.ServerGrpc;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;

/// Which calls gRPC repeats by itself: reads, as long as nothing of their answer has arrived.
/// Writes are never repeated: whether the first try counted is the caller's to find out.
final class ReadRetries {

  private static final Map<String, Object> POLICY =
      Map.of(
          "maxAttempts",
          3.0,
          "initialBackoff",
          "0.1s",
          "maxBackoff",
          "1s",
          "backoffMultiplier",
          2.0,
          "retryableStatusCodes",
          List.of("UNAVAILABLE"));

  /// As gRPC's service config has it (https://grpc.io/docs/guides/retry/).
  static final Map<String, Object> SERVICE_CONFIG =
      Map.of(
          "methodConfig",
          List.of(
              Map.of(
                  "name",
                  List.of(
                      name(RouterGrpc.getGetRouteMethod()),
                      name(RoutesGrpc.getLookupMethod()),
                      name(RoutesGrpc.getLookupBatchMethod()),
                      name(RoutesGrpc.getExplainMethod()),
                      name(RoutesGrpc.getGetRoutesMethod()),
                      name(RoutesGrpc.getDiffRoutesMethod()),
                      name(RoutesGrpc.getListTablesMethod()),
                      name(RoutesGrpc.getListSourcesMethod()),
                      name(RoutesGrpc.getGetLimitsMethod()),
                      name(RoutesGrpc.getGetStatsMethod()),
                      name(RouteGuideGrpc.getGetFeatureMethod()),
                      name(FeaturesGrpc.getGetFeatureMethod()),
                      name(FeaturesGrpc.getListInBoxMethod()),
                      name(FeaturesGrpc.getListInRadiusMethod()),
                      name(FeaturesGrpc.getNearestMethod()),
                      name(FeaturesGrpc.getAlongPathMethod()),
                      name(FeaturesGrpc.getDiffFeaturesMethod()),
                      name(FeaturesGrpc.getGetStatsMethod()),
                      name(NotesGrpc.getGetNoteMethod()),
                      name(NotesGrpc.getListNotesMethod()),
                      name(NotesGrpc.getListNoteKindsMethod()),
                      name(TripsGrpc.getGetTripMethod()),
                      name(TripsGrpc.getGetTripFixesMethod()),
                      name(TripsGrpc.getListTripsMethod()),
                      name(ServerGrpc.getGetInfoMethod())),
                  "retryPolicy",
                  POLICY)));

  private ReadRetries() {}

  private static Map<String, String> name(MethodDescriptor<?, ?> method) {
    return Map.of(
        "service", String.valueOf(method.getServiceName()),
        "method", String.valueOf(method.getBareMethodName()));
  }
}
