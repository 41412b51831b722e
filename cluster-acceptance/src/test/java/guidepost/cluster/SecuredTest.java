package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.routes.v1.ApplyResponse;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
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

  /// What servers are told of brokers that take TLS and a password alone.
  private Path kafkaConfig(Path certificates) throws Exception {
    return Files.writeString(
        directory.resolve("kafka.properties"),
        """
        security.protocol=SASL_SSL
        ssl.truststore.type=PEM
        ssl.truststore.location=%s
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
            username="guidepost" password="secret";
        """
            .formatted(certificates.resolve("ca.pem")));
  }

  /// Runs a command that must fail for what the brokers' clients were told.
  private String refused(Path config) throws Exception {
    Path output = directory.resolve("refused.log");
    int code =
        ClusterProcesses.command(
            output,
            "journal",
            "check",
            "--journal",
            SharedCluster.brokers().securedPlace("secured"),
            "--kafka-config",
            config.toString());
    assertThat(code).as(Files.readString(output)).isNotZero();
    return Files.readString(output);
  }

  @Test
  void shouldSayWhichSettingOfWhichFileIsWrongWhereBrokersAreNotTrusted() throws Exception {
    SharedCluster.brokers();
    SharedCluster.makeCertificates(directory.resolve("certs"));
    Path config = kafkaConfig(directory.resolve("certs"));
    assertThat(refused(config))
        .contains(
            "SSL handshake failed",
            "must be in ssl.truststore.location \"%s\" in --kafka-config \"%s\""
                .formatted(cert("ca.pem"), config));
    assertThat(refused(kafkaConfig(directory.resolve("absent"))))
        .contains("absent", "in --kafka-config \"%s\"".formatted(config));
    Path guessed = kafkaConfig(SharedCluster.certificates());
    Files.writeString(guessed, Files.readString(guessed).replace("secret", "guessed"));
    assertThat(refused(guessed))
        .contains("Authentication failed", "sasl.jaas.config in --kafka-config")
        .doesNotContain("guessed");
    // A server says the same.
    Path output = directory.resolve("server.log");
    Process server =
        ClusterProcesses.run(
            output,
            List.of(
                "serve",
                "--data",
                directory.resolve("data").toString(),
                "--listen",
                "127.0.0.1:0",
                "--journal",
                SharedCluster.brokers().securedPlace("secured"),
                "--kafka-config",
                kafkaConfig(directory.resolve("certs")).toString()));
    processes.add(server);
    assertThat(ClusterProcesses.ended(server)).isNotZero();
    assertThat(Files.readString(output))
        .contains("must be in ssl.truststore.location", "kafka_config \"%s\"".formatted(config));
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
                SharedCluster.brokers().securedPlace("secured"),
                "--kafka-config",
                kafkaConfig(SharedCluster.certificates()).toString(),
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
    return stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS).apply(Workload.add(prefix));
  }

  private static RoutesGrpc.RoutesBlockingStub vouching(ManagedChannel channel, byte[] voucher) {
    Metadata headers = new Metadata();
    headers.put(VOUCHED, voucher);
    return RoutesGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void shouldWriteAnywhereByACertificateAndRefuseWhoVouchesForItself() throws Exception {
    SharedCluster.makeCertificates(directory.resolve("certs"));
    serve(0);
    serve(1);
    ClusterProcesses.await(
        () ->
            cluster(0).getShared()
                && cluster(1).getShared()
                && cluster(0).getServersCount() == 2
                && cluster(1).getServersCount() == 2
                && (cluster(0).getLeads() || cluster(1).getLeads()));
    ClusterProcesses.await(() -> leaderKnowsWhoseWriteItIs());
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

  /// Writes by the follower. On a busy machine the leader may be another one meanwhile.
  private boolean leaderKnowsWhoseWriteItIs() throws Exception {
    int leader = cluster(0).getLeads() ? 0 : 1;
    try {
      assertThat(
              write(RoutesGrpc.newBlockingStub(channels.get(1 - leader)), "10.0.0.1/32")
                  .getResults(0)
                  .getCode())
          .as("by the follower")
          .isEqualTo(guidepost.common.v1.ResultCode.RESULT_CODE_OK);
    } catch (StatusRuntimeException e) {
      return false;
    }
    return audit(leader).contains("developer");
  }

  private String audit(int server) throws Exception {
    return Files.readString(directory.resolve("server" + server).resolve("audit.log"));
  }
}
