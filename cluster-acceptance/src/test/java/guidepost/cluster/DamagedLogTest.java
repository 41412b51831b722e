package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.kafka.Brokers;
import guidepost.testing.FreePorts;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Logs that lost what a server's copy needs, whole servers refuse by name; among the long tests,
/// since the journal's show the same.
@EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
final class DamagedLogTest {

  private static final String PREFIX = "damaged";

  @TempDir Path directory;

  private Process start(String data, String address) throws Exception {
    return ClusterProcesses.run(
        directory.resolve("server.log"),
        List.of(
            "serve",
            "--data",
            directory.resolve(data).toString(),
            "--listen",
            address,
            "--advertise",
            "127.0.0.1:1",
            "--journal",
            SharedCluster.brokers().place(PREFIX),
            "--web-enabled",
            "false"));
  }

  /// Writes routes by a server that is ended then.
  private void write(String data, String... prefixes) throws Exception {
    String address = "127.0.0.1:" + FreePorts.next();
    Process server = start(data, address);
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      for (String prefix : prefixes) {
        ClusterProcesses.await(
            () -> {
              try {
                return Workload.put(channel, prefix) > 0;
              } catch (StatusRuntimeException e) {
                channel.resetConnectBackoff();
                return false;
              }
            });
      }
    } finally {
      channel.shutdownNow();
      server.destroy();
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String refused(String data) throws Exception {
    assertThat(ClusterProcesses.ended(start(data, "127.0.0.1:0"))).isNotZero();
    return Files.readString(directory.resolve("server.log"));
  }

  private void copy(String from, String to) throws IOException {
    Path source = directory.resolve(from);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(to).resolve(source.relativize(file)));
      }
    }
  }

  @Test
  void shouldRefuseByNameALogThatLostWhatACopyNeeds() throws Exception {
    Brokers brokers = SharedCluster.brokers();
    write("a", "10.0.0.1/32");
    copy("a", "old");
    write("a", "10.0.0.2/32", "10.0.0.3/32");
    String topic = PREFIX + ".log";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrap()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
      assertThat(refused("old"))
          .contains("the log begins at offset", "no whole snapshot that it goes on from");
      write("a", "10.0.0.4/32");
      admin.deleteTopics(List.of(topic)).all().get();
      ClusterProcesses.await(() -> !admin.listTopics().names().get().contains(topic));
      assertThat(refused("a")).contains("is a copy of another log, with another timeline");
    }
  }
}
