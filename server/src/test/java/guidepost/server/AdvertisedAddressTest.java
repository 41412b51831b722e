package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a server says that others reach it.
final class AdvertisedAddressTest {

  @TempDir Path directory;

  private static ListenAddress advertised(String text) throws SettingsException {
    return Settings.read(
            ServerSettings.TABLE,
            new Settings.Sources(
                Optional.empty(), Map.of(), Map.of(ServerSettings.ADVERTISE.flag(), List.of(text))))
        .find(ServerSettings.ADVERTISE)
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1:50051", "[2001:db8::1]:50051", "gp1.example.net:1"})
  void shouldTakeAPlace(String text) throws Exception {
    assertThat(advertised(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gp1",
        "gp1:",
        ":50051",
        "gp1:0",
        "gp1:70000",
        "0.0.0.0:50051",
        "[::]:50051",
        "a:1,b:2",
        ""
      })
  void shouldRefuseWhereNobodyReachesIt(String text) {
    assertThatThrownBy(() -> advertised(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("advertise")
        .hasMessageContaining("with a port of 1 to 65535");
  }

  /// Asks a server under a name.
  private Status.Code called(String name, Optional<ListenAddress> advertised) throws Exception {
    ServerOptions options =
        ServerOptions.with(Engines.embedded(Files.createTempDirectory(directory, "data")))
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
            .withCluster(
                new ClusterOptions(
                    ClusterOptions.STALE_AFTER, Optional.empty(), Optional.empty(), advertised));
    try (GuidepostServer server = GuidepostServer.start(options)) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(server.addresses().getFirst().toString())
              .overrideAuthority(name)
              .usePlaintext()
              .build();
      try {
        HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
        return Status.Code.OK;
      } catch (StatusRuntimeException e) {
        return e.getStatus().getCode();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void shouldAnswerOtherServersUnderTheNameThatItTellsThem() throws Exception {
    Optional<ListenAddress> advertised = Optional.of(ListenAddress.parse("gp1.test:50051"));
    assertThat(called("gp1.test:50051", advertised)).isEqualTo(Status.Code.OK);
    assertThat(called("gp1.test:50051", Optional.empty())).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(called("gp2.test:50051", advertised)).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }
}
