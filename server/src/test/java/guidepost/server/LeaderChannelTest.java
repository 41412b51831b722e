package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.access.AccessOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaderChannelTest {

  @TempDir Path directory;
  private Path ca;
  private AccessOptions access;
  private GuidepostServer leader;

  @BeforeEach
  void start() throws Exception {
    Pki pki = new Pki();
    ca = pki.caFile(directory);
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    Pki.write(pki.certificate("guidepost"), certificate, key);
    access = AccessOptions.NONE.withTls(certificate, key, Optional.empty());
    leader =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withAccess(access));
  }

  @AfterEach
  void stop() {
    leader.close();
  }

  private ServingStatus ask(Optional<String> serverName) throws Exception {
    ClusterOptions cluster =
        new ClusterOptions(
            ClusterOptions.STALE_AFTER, Optional.of(ca), serverName, Optional.empty());
    try (LeaderConnections connections = new LeaderConnections(access, cluster)) {
      String address = leader.addresses().getFirst().toString();
      return HealthGrpc.newBlockingStub(connections.use(Optional.empty(), "", address).channel())
          .check(HealthCheckRequest.getDefaultInstance())
          .getStatus();
    }
  }

  @Test
  void shouldFindTheNameThatIsSetInTheCertificateOfAServerAtAnAddress() throws Exception {
    assertThat(ask(Optional.of("guidepost"))).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void shouldTrustNoServerWhoseCertificateIsForAnotherNameThanItsAddress() {
    assertThatThrownBy(() -> ask(Optional.empty()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
