package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What health says when a defect has stopped the writer of a domain.
final class HealthTest {

  private static final Set<String> ROUTES =
      Set.of("Router", "routetable.Router", "guidepost.routes.v1.Routes");
  private static final Set<String> FEATURES = Set.of("guidepost.guide.v1.Features");
  private static final Set<String> NOTES =
      Set.of(
          "guidepost.guide.v1.Notes",
          "routeguide.RouteGuide",
          "examples.RouteGuide",
          "grpc.example.routeguide.RouteGuide",
          "proto.RouteGuide",
          "RouteGuide");

  private final StubbornEngine engine = new StubbornEngine();
  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(engine.as(Optional.empty()))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
    int port = server.addresses().getFirst().port();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void shouldServeEveryNameWhileNothingIsWrong() {
    assertThat(notServing()).isEmpty();
  }

  @Test
  void shouldNotServeRoutesWhenTheirWriterStoppedButGoOnReading() {
    Route route = Route.newBuilder().setDest("10.0.0.1").setNh("192.0.2.1").build();
    write(RouterGrpc.getAddRoutesMethod(), route.toByteArray(), Status.Code.OK);
    engine.breakDown();
    write(
        RouterGrpc.getAddRoutesMethod(),
        route.toBuilder().setDest("10.0.0.2").build().toByteArray(),
        Status.Code.UNAVAILABLE);
    assertThat(notServing()).isEqualTo(and(ROUTES, ""));
    assertThat(
            RouterGrpc.newBlockingStub(channel)
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build())
                .getNh())
        .isEqualTo("192.0.2.1");
  }

  @Test
  void shouldServeOnWhileAnotherServerTakesTheWrites() {
    Route route = Route.newBuilder().setDest("10.0.0.1").setNh("192.0.2.1").build();
    write(RouterGrpc.getAddRoutesMethod(), route.toByteArray(), Status.Code.OK);
    engine.supersede();
    byte[] another = route.toBuilder().setDest("10.0.0.2").build().toByteArray();
    assertSuperseded(another);
    assertSuperseded(another);
    assertThat(notServing()).isEmpty();
    assertThat(
            RouterGrpc.newBlockingStub(channel)
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build())
                .getNh())
        .isEqualTo("192.0.2.1");
  }

  private void assertSuperseded(byte[] message) {
    RawCall call =
        RawCall.start(channel, RouterGrpc.getAddRoutesMethod(), CallOptions.DEFAULT).send(message);
    call.halfClose();
    Status end = call.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.getDescription()).contains("another");
  }

  @Test
  void shouldNotServeFeaturesWhenTheirWriterStopped() {
    engine.breakDown();
    write(
        FeaturesGrpc.getModifyMethod(),
        guidepost.guide.v1.ModifyRequest.newBuilder()
            .addOperations(
                guidepost.guide.v1.Operation.newBuilder()
                    .setPut(
                        Feature.newBuilder()
                            .setPoint(guidepost.guide.v1.GeoPoint.getDefaultInstance())))
            .build()
            .toByteArray(),
        Status.Code.UNAVAILABLE);
    assertThat(notServing()).isEqualTo(and(FEATURES, ""));
  }

  @Test
  void shouldNotServeTheGuideWhenTheWriterOfNotesStoppedButGoOnReading() {
    engine.breakDown();
    write(
        RouteGuideGrpc.getRouteChatMethod(),
        RouteNote.newBuilder().setLocation(Point.getDefaultInstance()).build().toByteArray(),
        Status.Code.UNAVAILABLE);
    assertThat(notServing()).isEqualTo(and(NOTES, ""));
    assertThat(
            RouteGuideGrpc.newBlockingStub(channel)
                .getFeature(Point.getDefaultInstance())
                .getName())
        .isEmpty();
  }

  private static Set<String> and(Set<String> services, String another) {
    Set<String> all = new TreeSet<>(services);
    all.add(another);
    return all;
  }

  private void write(MethodDescriptor<?, ?> method, byte[] message, Status.Code expected) {
    RawCall call = RawCall.start(channel, method, CallOptions.DEFAULT).send(message);
    call.halfClose();
    assertThat(call.awaitEnd().getCode()).isEqualTo(expected);
  }

  private Set<String> notServing() {
    Set<String> names = and(ROUTES, "");
    names.addAll(FEATURES);
    names.addAll(NOTES);
    names.removeIf(name -> status(name) == ServingStatus.SERVING);
    return names;
  }

  private ServingStatus status(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
