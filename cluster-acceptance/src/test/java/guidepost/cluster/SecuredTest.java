package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.routes.v1.ApplyResponse;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.FreePorts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers that know their callers by certificates alone.
final class SecuredTest {

  private static final Metadata.Key<byte[]> VOUCHED =
      Metadata.Key.of("guidepost-vouched-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void end() {
    channels.forEach(ManagedChannel::shutdownNow);
    processes.forEach(each -> each.destroyForcibly().onExit().join());
  }

  private String cert(String file) {
    return directory.resolve("certs").resolve(file).toString();
  }

  private ManagedChannel serve(int number) throws Exception {
    String address = "127.0.0.1:" + FreePorts.next();
    processes.add(
        ClusterProcesses.run(
            directory.resolve("server%d.log".formatted(number)),
            List.of(
                "serve",
                "--data",
                directory.resolve("server" + number).toString(),
                "--listen",
                address,
                "--advertise",
                address,
                "--journal",
                SharedCluster.brokers().place("secured"),
                "--web-enabled",
                "false",
                "--tls-certificate",
                cert("server.pem"),
                "--tls-key",
                cert("server.key"),
                "--tls-client-ca",
                cert("ca.pem"),
                "--access-file",
                cert("access.yaml"),
                "--cluster-ca",
                cert("ca.pem"))));
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address)
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(Path.of(cert("ca.pem")).toFile())
                    .keyManager(
                        Path.of(cert("client.pem")).toFile(), Path.of(cert("client.key")).toFile())
                    .build())
            .build();
    channels.add(channel);
    return channel;
  }

  private GetClusterResponse cluster(int server) {
    try {
      return ServerGrpc.newBlockingStub(channels.get(server))
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .getCluster(GetClusterRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      channels.get(server).resetConnectBackoff();
      return GetClusterResponse.getDefaultInstance();
    }
  }

  private static ApplyResponse write(RoutesGrpc.RoutesBlockingStub stub, String prefix) {
    return stub.withDeadlineAfter(20, TimeUnit.SECONDS).apply(Workload.add(prefix));
  }

  private static RoutesGrpc.RoutesBlockingStub vouching(ManagedChannel channel, byte[] voucher) {
    Metadata headers = new Metadata();
    headers.put(VOUCHED, voucher);
    return RoutesGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void shouldWriteAnywhereByACertificateAndRefuseWhoVouchesForItself() throws Exception {
    assertThat(
            ClusterProcesses.command(
                directory.resolve("cert.log"),
                "cert",
                "dev",
                directory.resolve("certs").toString()))
        .isZero();
    serve(0);
    serve(1);
    ClusterProcesses.await(
        () ->
            cluster(0).getShared()
                && cluster(1).getShared()
                && cluster(0).getServersCount() == 2
                && cluster(1).getServersCount() == 2
                && (cluster(0).getLeads() || cluster(1).getLeads()));
    int leader = cluster(0).getLeads() ? 0 : 1;
    ManagedChannel follower = channels.get(1 - leader);
    assertThat(write(RoutesGrpc.newBlockingStub(follower), "10.0.0.1/32").getResults(0).getCode())
        .as("by the follower")
        .isEqualTo(guidepost.common.v1.ResultCode.RESULT_CODE_OK);
    assertThat(audit(leader)).as("the leader knows whose write it is").contains("developer");
    // Forged: of nobody, by the leader and by the follower.
    byte[] forged = new byte[120];
    forged[0] = 1;
    for (ManagedChannel channel : channels) {
      assertThatThrownBy(() -> write(vouching(channel, forged), "10.0.0.2/32"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    }
  }

  private String audit(int server) throws Exception {
    return Files.readString(directory.resolve("server" + server).resolve("audit.log"));
  }
}
