package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetFeatureResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadsTest {

  @Test
  void destWithoutTextMeansNotFoundAndErrorMeansBadDestination() throws Exception {
    try (InProcess server = InProcess.serving(new Router())) {
      RoutesClient routes = server.client().routes();

      assertThat(routes.get("10.1.2.3", ""))
          .hasValueSatisfying(route -> assertThat(route.getDest()).isEqualTo("10.0.0.0"));
      assertThat(routes.get("192.0.2.1", "")).isEmpty();
      assertThatThrownBy(() -> routes.get("banana", ""))
          .hasMessage("INVALID_ARGUMENT: network \"banana\": must be an address");
    }
  }

  @Test
  void listHandsOverEveryRouteOfEveryBatchAndReturnsTheRevision() throws Exception {
    List<String> prefixes = new ArrayList<>();
    try (InProcess server = InProcess.serving(new Table(0))) {
      long revision =
          server
              .client()
              .routes()
              .list("", MatchKind.MATCH_KIND_UNSPECIFIED, route -> prefixes.add(route.getPrefix()));

      assertThat(revision).isEqualTo(7);
    }
    assertThat(prefixes).hasSize(2 * 1000).startsWith("a0", "b0", "a1").endsWith("b999");
  }

  @Test
  void readIsTriedThreeTimesWhileTheServerIsNotAvailable() throws Exception {
    Table table = new Table(2);
    try (InProcess server = InProcess.serving(table)) {
      assertThat(server.client().routes().stats().getIpv4Routes()).isEqualTo(5);
    }
    assertThat(table.calls).hasValue(3);
  }

  @Test
  void readThatFailsThreeTimesFails() throws Exception {
    Table table = new Table(3);
    try (InProcess server = InProcess.serving(table)) {
      assertThatThrownBy(() -> server.client().routes().stats())
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("UNAVAILABLE: starting");
    }
    assertThat(table.calls).hasValue(3);
  }

  @Test
  void listThatStallsIsGivenUpAfterThePatience() throws Exception {
    RoutesGrpc.RoutesImplBase silent =
        new RoutesGrpc.RoutesImplBase() {
          @Override
          public void getRoutes(
              GetRoutesRequest request, StreamObserver<GetRoutesResponse> responses) {
            responses.onNext(GetRoutesResponse.newBuilder().setRevision(1).build());
          }
        };
    try (InProcess server = InProcess.serving(silent, Duration.ofMillis(50))) {
      assertThatThrownBy(
              () ->
                  server.client().routes().list("", MatchKind.MATCH_KIND_UNSPECIFIED, route -> {}))
          .hasMessage("DEADLINE_EXCEEDED: no sign of the server for PT0.05S");
    }
  }

  @Test
  void lookupFailsIfTheServerEndsItWellWithoutAnAnswer() throws Exception {
    ServerServiceDefinition endsAtOnce =
        ServerServiceDefinition.builder(RoutesGrpc.SERVICE_NAME)
            .addMethod(
                RoutesGrpc.getLookupBatchMethod().toBuilder()
                    .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                    .build(),
                ServerCalls.asyncServerStreamingCall((_, responses) -> responses.onCompleted()))
            .build();
    try (InProcess server = InProcess.serving(() -> endsAtOnce)) {
      assertThat(server.client().routes().lookupAsync(LookupBatchRequest.getDefaultInstance()))
          .failsWithin(Patience.LIMIT)
          .withThrowableThat()
          .withMessageContaining("INTERNAL: the server ended the call with OK and without an");
    }
  }

  @Test
  void featureThatIsNotThereIsAbsentAndNotAnError() throws Exception {
    FeaturesGrpc.FeaturesImplBase empty =
        new FeaturesGrpc.FeaturesImplBase() {
          @Override
          public void getFeature(
              GetFeatureRequest request, StreamObserver<GetFeatureResponse> responses) {
            responses.onError(Status.NOT_FOUND.asRuntimeException());
          }
        };
    try (InProcess server = InProcess.serving(empty)) {
      assertThat(server.client().features().get("f1")).isEmpty();
    }
  }

  /// Knows one route and one rule.
  private static final class Router extends RouterGrpc.RouterImplBase {
    @Override
    public void getRoute(
        Destination request, StreamObserver<guidepost.seed.routetable.Route> responses) {
      var route = guidepost.seed.routetable.Route.newBuilder();
      if (request.getNetwork().startsWith("10.")) {
        route.setDest("10.0.0.0").setMask("255.0.0.0").setNh("192.0.2.1");
      } else {
        route.setNh("0.0.0.0");
      }
      if (request.getNetwork().equals("banana")) {
        route.setError("network \"banana\": must be an address");
      }
      responses.onNext(route.build());
      responses.onCompleted();
    }
  }

  /// Is not available for the first so many calls.
  private static final class Table extends RoutesGrpc.RoutesImplBase {
    private final int failures;
    final AtomicInteger calls = new AtomicInteger();

    Table(int failures) {
      this.failures = failures;
    }

    @Override
    public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> responses) {
      if (calls.incrementAndGet() <= failures) {
        responses.onError(Status.UNAVAILABLE.withDescription("starting").asRuntimeException());
        return;
      }
      responses.onNext(GetStatsResponse.newBuilder().setIpv4Routes(5).build());
      responses.onCompleted();
    }

    @Override
    public void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesResponse> responses) {
      for (int i = 0; i < 1000; i++) {
        responses.onNext(
            GetRoutesResponse.newBuilder()
                .setRevision(7)
                .addRoutes(Route.newBuilder().setPrefix("a" + i))
                .addRoutes(Route.newBuilder().setPrefix("b" + i))
                .build());
      }
      responses.onCompleted();
    }
  }
}
