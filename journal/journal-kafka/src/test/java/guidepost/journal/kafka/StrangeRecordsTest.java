package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.testing.Patience;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Records that no server wrote, by somebody whom the brokers let write: in the log they are named,
/// and elsewhere they are passed over.
final class StrangeRecordsTest extends SeveralServers {

  private static final int CHANGED = 200;

  private KafkaOptions nobody() throws Exception {
    return options("nobody", NEVER);
  }

  private KafkaLink link() throws Exception {
    return new KafkaLink(nobody());
  }

  private long write(String topic, byte @Nullable [] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = link().producer()) {
      return producer
          .send(new ProducerRecord<>(topic, 0, null, value))
          .get(Patience.SECONDS, TimeUnit.SECONDS)
          .offset();
    }
  }

  private void writeAll(String topic, List<byte @Nullable []> values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = link().producer()) {
      for (byte[] value : values) {
        var _ = producer.send(new ProducerRecord<>(topic, 0, null, value));
      }
      producer.flush();
    }
  }

  @Test
  void shouldNameARecordOfTheLogThatHasNoValue() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    long at = write(nobody().topic(), null);
    String named = "the record at offset %d has no value".formatted(at);
    await(() -> leader.trouble().isPresent());
    assertThat(leader.trouble().map(Throwable::getMessage).orElse("")).contains(named);
    assertThatThrownBy(() -> open("b"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(named);
    assertThat(LogInspection.of(nobody()).damage()).contains(named);
  }

  @Test
  void shouldNameAFirstRecordWithoutAValue() throws Exception {
    var _ = link().topic();
    long _ = write(nobody().topic(), null);
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the record at offset 0: has no value");
  }

  /// Records as servers write them, of which bytes are others or are not there.
  private static List<byte @Nullable []> changed(Random random, byte[] like) {
    List<byte @Nullable []> changed = new ArrayList<>();
    changed.add(null);
    changed.add(new byte[0]);
    changed.add("not of Guidepost".getBytes(UTF_8));
    for (int i = 0; i < CHANGED; i++) {
      byte[] bytes = Arrays.copyOf(like, like.length - random.nextInt(2));
      int from = random.nextInt(bytes.length);
      int count = 1 + random.nextInt(8);
      for (int at = from; at < Math.min(bytes.length, from + count); at++) {
        bytes[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
      }
      changed.add(bytes);
    }
    return changed;
  }

  private Random random() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  @Test
  void shouldPassOverStrangeSnapshots() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    Position at = ((KafkaCluster) cluster(leader)).log().position();
    SnapshotEntry like =
        new SnapshotEntry.Complete(
            7,
            leader.journal("routes").timeline(),
            1,
            0,
            0,
            new byte[SnapshotEntry.DIGEST_BYTES],
            at,
            Map.of("routes", 1L),
            Map.of("000004.sst", 5L));
    writeAll(nobody().snapshots(), changed(random(), like.encode()));
    JournalStore fresh = open("b");
    put(leader, "k", "2");
    latest(fresh);
    assertThat(contents(fresh)).isEqualTo(contents(leader));
  }

  @Test
  void shouldPassOverStrangeAnnouncements() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    Announcement like =
        ((KafkaCluster) cluster(leader)).log().announcement(new byte[] {1, 2, 3}, false);
    writeAll(nobody().servers(), changed(random(), like.encode()));
    JournalStore follower = open("b");
    await(() -> cluster(leader).members().stream().anyMatch(each -> each.address().equals("b:1")));
    put(leader, "k", "2");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
    assertThat(leader.trouble()).isEmpty();
  }

  private long begin() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer = link().consumer()) {
      return KafkaLink.begin(consumer);
    }
  }

  /// Whoever may write to the topic of the snapshots alone cannot have the log cut.
  @Test
  void shouldNotCutTheLogAtASnapshotOfWhatItDoesNotHave() throws Exception {
    JournalStore leader = open(options("a", NEVER).snapshottingAfter(1));
    awaitLead(leader);
    put(leader, "k", "1");
    Position beyond = ((KafkaCluster) cluster(leader)).log().position().at(1_000_000);
    for (long id : List.of(7L, 8L)) {
      SnapshotEntry forged =
          new SnapshotEntry.Complete(
              id,
              leader.journal("routes").timeline(),
              1,
              0,
              0,
              new byte[SnapshotEntry.DIGEST_BYTES],
              beyond,
              Map.of(),
              Map.of());
      long _ = write(nobody().snapshots(), forged.encode());
      long _ = write(nobody().snapshots(), new SnapshotEntry.Verified(id).encode());
    }
    await(() -> cluster(leader).stats().snapshotFailures() > 0 || begin() > 0);
    assertThat(begin()).isZero();
    assertThat(put(leader, "k", "2")).isEqualTo(2);
  }
}
