package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.kafka.Brokers;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Logs that lost what a server's copy needs, or hold what no server wrote, whole servers refuse by
/// name; among the long tests, since the journal's show the same and each starts brokers and
/// servers.
@EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
final class DamagedLogTest {

  private static final String PREFIX = "damaged";

  /// The second byte of a record that holds changes.
  private static final byte DATA = 3;

  @TempDir Path directory;

  private Process start(String data, String prefix, String address) throws Exception {
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
            SharedCluster.brokers().place(prefix),
            "--web-enabled",
            "false"));
  }

  /// Writes routes by a server that is ended then.
  private void write(String data, String log, String... prefixes) throws Exception {
    String address = "127.0.0.1:" + FreePorts.next();
    Process server = start(data, log, address);
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
      assertThat(server.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String refused(String data, String log) throws Exception {
    assertThat(ClusterProcesses.ended(start(data, log, "127.0.0.1:0"))).isNotZero();
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

  private static Map<String, Object> clients() throws Exception {
    return Map.of("bootstrap.servers", SharedCluster.brokers().bootstrap());
  }

  private static List<byte[]> records(String topic) throws Exception {
    List<byte[]> records = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> records.add(record.value()));
      }
    }
    return records;
  }

  private static void makeLog(String topic, List<byte[]> records) throws Exception {
    try (Admin admin = Admin.create(clients());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, 1, (short) 3)
                      .configs(Map.of("min.insync.replicas", "2", "retention.ms", "-1"))))
          .all()
          .get();
      for (byte[] record : records) {
        var _ = producer.send(new ProducerRecord<>(topic, 0, null, record)).get();
      }
    }
  }

  @Test
  void shouldRefuseByNameALogOfWhichOneBitIsNotWhatItsServerWrote() throws Exception {
    write("whole", "written", "10.0.0.1/32", "10.0.0.2/32");
    List<byte[]> records = records("written.log");
    byte[] last =
        records.reversed().stream().filter(each -> each[1] == DATA).findFirst().orElseThrow();
    last[last.length - 1] ^= 1;
    makeLog("altered.log", records);
    assertThat(refused("other", "altered"))
        .contains("the record at offset %d ".formatted(records.indexOf(last)))
        .contains("is not what its server wrote");
  }

  @Test
  void shouldRefuseByNameALogThatLostWhatACopyNeeds() throws Exception {
    Brokers brokers = SharedCluster.brokers();
    write("a", PREFIX, "10.0.0.1/32");
    copy("a", "old");
    write("a", PREFIX, "10.0.0.2/32", "10.0.0.3/32");
    String topic = PREFIX + ".log";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrap()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
      assertThat(refused("old", PREFIX))
          .contains("the log begins at offset", "no whole snapshot that it goes on from");
      write("a", PREFIX, "10.0.0.4/32");
      admin.deleteTopics(List.of(topic)).all().get();
      ClusterProcesses.await(() -> !admin.listTopics().names().get().contains(topic));
      assertThat(refused("a", PREFIX)).contains("is a copy of another log", "see journal reseed");
    }
  }
}
