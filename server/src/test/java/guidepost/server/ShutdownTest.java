package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.TripsGrpc;
import guidepost.journal.MemoryEngine;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What calls see of a server that stops.
final class ShutdownTest {

  private static final byte[] EMPTY = {};

  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(new MemoryEngine())
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withGrace(Patience.LIMIT.multipliedBy(2)));
    int port = server.addresses().getFirst().port();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  /// The calls that stay open for as long as their client likes.
  private static Stream<MethodDescriptor<?, ?>> lasting() {
    return Stream.of(
            RouterGrpc.getServiceDescriptor(),
            RoutesGrpc.getServiceDescriptor(),
            RouteGuideGrpc.getServiceDescriptor(),
            FeaturesGrpc.getServiceDescriptor(),
            NotesGrpc.getServiceDescriptor(),
            TripsGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> !method.getType().clientSendsOneMessage() || isWatch(method));
  }

  private static boolean isWatch(MethodDescriptor<?, ?> method) {
    return method.getFullMethodName().endsWith("/Watch");
  }

  @Test
  void shouldEndEveryCallThatIsIdleInsteadOfWaitingForIt() {
    List<RawCall> calls = new ArrayList<>();
    lasting()
        .forEach(
            method -> {
              RawCall call = RawCall.start(channel, method, CallOptions.DEFAULT);
              if (isWatch(method)) {
                call.send(EMPTY).halfClose();
              }
              calls.add(call);
            });
    awaitThatAllHaveArrived();
    assertThat(CompletableFuture.runAsync(server::stop)).succeedsWithin(Patience.LIMIT);
    assertThat(calls).hasSizeGreaterThan(8);
    assertThat(calls).allMatch(call -> call.awaitEnd().getCode() == Status.Code.UNAVAILABLE);
  }

  /// What comes on one connection is taken in its order.
  private void awaitThatAllHaveArrived() {
    var _ = RoutesGrpc.newBlockingStub(channel).getStats(GetStatsRequest.getDefaultInstance());
  }
}
