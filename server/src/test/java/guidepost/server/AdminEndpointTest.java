package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.CompactRequest;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which clients may look after the data: those that may open the socket in its directory, and none
/// that comes by way of an address.
final class AdminEndpointTest {

  private static final String ADMIN = AdminGrpc.SERVICE_NAME;

  @TempDir Path directory;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private static GuidepostServer serve(Path data) throws Exception {
    return GuidepostServer.start(
        ServerOptions.with(Engines.embedded(data))
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
  }

  private static ManagedChannel tcp(GuidepostServer server) {
    int port = server.addresses().getFirst().port();
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private ManagedChannel socket(Path socket) {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .eventLoopGroup(loop)
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }

  private static void compact(ManagedChannel channel) {
    assertThat(
            AdminGrpc.newBlockingStub(channel)
                .compact(CompactRequest.getDefaultInstance())
                .getBytesAfter())
        .isNotNegative();
  }

  @Test
  void shouldAnswerOnTheSocketAndOnNoAddress() throws Exception {
    try (GuidepostServer server = serve(directory)) {
      ManagedChannel tcp = tcp(server);
      ManagedChannel socket = socket(directory.resolve("admin.sock"));
      try {
        compact(socket);
        assertThatExceptionOfType(StatusRuntimeException.class)
            .isThrownBy(() -> compact(tcp))
            .satisfies(
                e ->
                    assertThat(Objects.requireNonNull(e).getStatus().getCode())
                        .isEqualTo(Status.Code.UNIMPLEMENTED));
        assertThat(services(socket)).contains(ADMIN, "guidepost.server.v1.Server");
        assertThat(services(tcp)).contains("guidepost.server.v1.Server").doesNotContain(ADMIN);
        assertThat(health(socket)).isEqualTo(ServingStatus.SERVING);
        assertThatExceptionOfType(StatusRuntimeException.class)
            .isThrownBy(() -> health(tcp))
            .satisfies(
                e ->
                    assertThat(Objects.requireNonNull(e).getStatus().getCode())
                        .isEqualTo(Status.Code.NOT_FOUND));
      } finally {
        tcp.shutdownNow();
        socket.shutdownNow();
      }
    }
    assertThat(directory.resolve("admin.sock")).doesNotExist();
  }

  @Test
  void shouldTellOfItsConnectionsOnTheSocketAlone() throws Exception {
    try (GuidepostServer server = serve(directory)) {
      ManagedChannel tcp = tcp(server);
      ManagedChannel socket = socket(directory.resolve("admin.sock"));
      GetServersRequest all = GetServersRequest.getDefaultInstance();
      try {
        assertThat(ChannelzGrpc.newBlockingStub(socket).getServers(all).getServerList())
            .anySatisfy(each -> assertThat(each.getData().getCallsStarted()).isPositive());
        assertThatExceptionOfType(StatusRuntimeException.class)
            .isThrownBy(() -> ChannelzGrpc.newBlockingStub(tcp).getServers(all))
            .satisfies(
                e ->
                    assertThat(Objects.requireNonNull(e).getStatus().getCode())
                        .isEqualTo(Status.Code.UNIMPLEMENTED));
      } finally {
        tcp.shutdownNow();
        socket.shutdownNow();
      }
    }
  }

  private static ServingStatus health(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(ADMIN).build())
        .getStatus();
  }

  private static List<String> services(ManagedChannel channel) throws Exception {
    CompletableFuture<ServerReflectionResponse> reply = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call =
        ServerReflectionGrpc.newStub(channel)
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
            .map(service -> service.getName())
            .toList();
    call.onCompleted();
    return names;
  }

  @Test
  void shouldKeepEverythingToItsUserWhateverWasThere() throws Exception {
    Path data = directory.resolve("data");
    try (GuidepostServer server = serve(data)) {
      assertThat(server.addresses()).isNotEmpty();
    }
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        data.resolve("rocksdb/CURRENT"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.createFile(data.resolve("admin.sock")); // as a killed server leaves it
    try (GuidepostServer server = serve(data)) {
      assertThat(server.addresses()).isNotEmpty();
      assertThat(mode(data.resolve("admin.sock"))).isEqualTo("rw-------");
      try (var files = Files.walk(data)) {
        for (Path file : files.toList()) {
          assertThat(mode(file))
              .as(file.toString())
              .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
        }
      }
    }
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void shouldServeADirectoryWhosePathIsTooLongForASocket() throws Exception {
    Path data = directory.resolve("a".repeat(120)).resolve("b".repeat(120));
    try (GuidepostServer server = serve(data)) {
      assertThat(server.addresses()).isNotEmpty();
      Path link = Files.createSymbolicLink(directory.resolve("l"), data);
      ManagedChannel socket = socket(link.resolve("admin.sock"));
      try {
        compact(socket);
      } finally {
        socket.shutdownNow();
      }
    }
    assertThat(data.resolve("admin.sock")).doesNotExist();
  }
}
