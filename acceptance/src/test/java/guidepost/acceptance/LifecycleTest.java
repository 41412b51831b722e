package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.seed.routeguide.RouteSummary;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting, stopping, and what a server says when it cannot.
final class LifecycleTest {

  /// Than the patience of these tests: a server that waited for it would not end in time.
  private static final String LONGER = 2 * Patience.SECONDS + "s";

  @TempDir private static Path runningData;
  private static ServerProcess running;

  @TempDir Path data;

  /// For the tests after which it still runs.
  @BeforeAll
  static void start() throws Exception {
    running =
        ServerProcess.start(runningData, "--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0");
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  void shouldEndWithZeroOnSigterm() throws Exception {
    try (ServerProcess server = ServerProcess.start(data)) {
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
  }

  @Test
  void shouldGoOnWhenATerminalHangsUp() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.resolve("serving"))) {
      signal("HUP", server.handle());
      shouldServe(server);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void shouldTellOpenChatsAndEndWithinTheGrace() throws Exception {
    try (ServerProcess server = ServerProcess.start(data, "--shutdown-timeout", "20s")) {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      StreamObserver<RouteNote> chat =
          RouteGuideGrpc.newStub(server.channel()).routeChat(endOf(ended));
      chat.onNext(
          RouteNote.newBuilder()
              .setLocation(Point.getDefaultInstance())
              .setMessage("hello")
              .build());
      shouldServe(server);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
      assertThat(Status.fromThrowable(ended.get(Patience.SECONDS, TimeUnit.SECONDS)).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  private static StreamObserver<RouteNote> endOf(CompletableFuture<Throwable> ended) {
    return new StreamObserver<>() {
      @Override
      public void onNext(RouteNote note) {}

      @Override
      public void onError(Throwable failure) {
        ended.complete(failure);
      }

      @Override
      public void onCompleted() {
        ended.complete(Status.OK.asRuntimeException());
      }
    };
  }

  private static void shouldServe(ServerProcess server) {
    shouldServe(server.channel());
  }

  private static void shouldServe(Channel channel) {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void shouldNotWaitForHealthWatches() throws Exception {
    try (ServerProcess server = ServerProcess.start(data, "--shutdown-timeout", LONGER)) {
      var watch =
          HealthGrpc.newBlockingStub(server.channel())
              .watch(HealthCheckRequest.newBuilder().setService("Router").build());
      assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
  }

  @Test
  void shouldHurryOnASecondSignal() throws Exception {
    try (ServerProcess server = ServerProcess.start(data, "--shutdown-timeout", LONGER)) {
      StreamObserver<Point> trip =
          RouteGuideGrpc.newStub(server.channel())
              .recordRoute(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(RouteSummary summary) {}

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onCompleted() {}
                  });
      trip.onNext(Point.getDefaultInstance());
      shouldServe(server);
      server.terminate();
      Awaitility.await().until(() -> server.output().contains("stopping"));
      server.terminate();
      assertThat(server.awaitExit()).isZero();
      assertThat(server.output()).doesNotContain("Exception");
    }
  }

  @Test
  void shouldSayWhichServicesItServesAndListNoAlias() throws Exception {
    CompletableFuture<ServerReflectionResponse> reply = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call =
        ServerReflectionGrpc.newStub(running.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    reply.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    reply.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    call.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
    List<String> names =
        reply
            .get(Patience.SECONDS, TimeUnit.SECONDS)
            .getListServicesResponse()
            .getServiceList()
            .stream()
            .map(ServiceResponse::getName)
            .toList();
    assertThat(names)
        .contains(
            "routetable.Router",
            "routeguide.RouteGuide",
            "guidepost.routes.v1.Routes",
            "guidepost.guide.v1.Features",
            "guidepost.guide.v1.Notes",
            "guidepost.guide.v1.Trips",
            "guidepost.server.v1.Server",
            "grpc.health.v1.Health")
        .doesNotContain("Router", "RouteGuide", "examples.RouteGuide", "proto.RouteGuide");
    call.onCompleted();
  }

  @Test
  void shouldNameTheLocaleWhereItCannotReadANameOfAFile() throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "LC_ALL=C"));
    command.addAll(Jvm.command("serve", "--data", data + "/dä", "--listen", "127.0.0.1:0"));
    Process refused = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("must be the name of a file in the characters of this locale; set LC_ALL");
    assertThat(refused.waitFor()).isEqualTo(2);
    assertThat(data).isEmptyDirectory();
    try (ServerProcess server =
        ServerProcess.start(List.of("env", "LC_ALL=C.UTF-8"), data.resolve("dä"))) {
      shouldServe(server);
      assertThat(data.resolve("dä/FORMAT")).exists();
      Terminal asked = Terminal.run("health", "--data", data.resolve("dä").toString());
      assertThat(asked.exitCode()).as(asked.err()).isZero();
    }
  }

  @Test
  void shouldRefuseADataDirectoryInUseAndKeepServing() throws Exception {
    Terminal second =
        Terminal.run("serve", "--data", runningData.toString(), "--listen", "127.0.0.1:0");
    assertThat(second.exitCode()).isEqualTo(3);
    assertThat(second.err()).contains("data directory " + runningData + ": is in use");
    shouldServe(running);
  }

  @Test
  void g10ShouldAnswerOnEveryAddressItListensOn() throws Exception {
    assertThat(running.addresses()).hasSize(3).doesNotHaveDuplicates();
    for (String address : running.addresses()) {
      ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
      try {
        shouldServe(channel);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void shouldAnswerAnUnknownServiceWithUnimplemented() throws Exception {
    var method =
        RouterGrpc.getGetRouteMethod().toBuilder()
            .setFullMethodName(MethodDescriptor.generateFullMethodName("Nobody", "GetRoute"))
            .build();
    shouldFail(
        Status.Code.UNIMPLEMENTED,
        () ->
            ClientCalls.blockingUnaryCall(
                running.channel(), method, CallOptions.DEFAULT, Destination.getDefaultInstance()));
  }

  @Test
  void shouldRefuseAMessageOverFourMebibytesAndServeOn() throws Exception {
    Destination large =
        Destination.newBuilder()
            .setNetworkBytes(ByteString.copyFromUtf8("1".repeat((4 << 20) + 1)))
            .build();
    shouldFail(
        Status.Code.RESOURCE_EXHAUSTED,
        () -> RouterGrpc.newBlockingStub(running.channel()).getRoute(large));
    shouldServe(running);
  }

  @Test
  void shouldRefuseANoteOverFourMebibytesWithAStatus() throws Exception {
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    StreamObserver<RouteNote> chat =
        RouteGuideGrpc.newStub(running.channel()).routeChat(endOf(ended));
    chat.onNext(
        RouteNote.newBuilder()
            .setLocation(Point.getDefaultInstance())
            .setMessage("x".repeat(5 << 20))
            .build());
    assertThat(Status.fromThrowable(ended.get(Patience.SECONDS, TimeUnit.SECONDS)).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    shouldServe(running);
  }

  private static void shouldFail(Status.Code code, ThrowingCallable call) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call)
        .satisfies(
            e -> assertThat(Objects.requireNonNull(e).getStatus().getCode()).isEqualTo(code));
  }
}
