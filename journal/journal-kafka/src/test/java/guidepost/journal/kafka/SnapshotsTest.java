package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.ClusterMember;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.rocksdb.RocksReplica;
import guidepost.testing.Patience;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/// What new servers begin with, and what becomes of the log behind it.
final class SnapshotsTest extends SeveralServers {

  private JournalStore eager(String name) throws Exception {
    return open(options(name, NEVER).snapshottingAfter(1));
  }

  private KafkaLink link() throws Exception {
    return new KafkaLink(options("nobody", NEVER));
  }

  private long begin() throws Exception {
    KafkaLink link = link();
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer()) {
      return KafkaLink.begin(consumer);
    }
  }

  private SnapshotTopic topic() throws Exception {
    KafkaOptions options = options("nobody", NEVER);
    return new SnapshotTopic(options, new KafkaLink(options));
  }

  /// Writes until the log begins later than it did.
  private long awaitCut(JournalStore leader) throws Exception {
    return awaitCutBehind(leader, begin());
  }

  /// Writes until the log begins after this offset. A server that stands there has nothing to go on
  /// from; where it only began later than before, it may have begun with the very snapshot that the
  /// log was cut at.
  private long awaitCutBehind(JournalStore leader, long offset) throws Exception {
    await(
        () -> {
          put(leader, "k" + leader.journal("routes").revision() % 3, "x".repeat(300_000));
          return begin() > offset;
        });
    return begin();
  }

  @Test
  void shouldBringANewServerToTheSameStateAndLogThoughTheLogWasCutTwice() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    put(leader, "first", "1");
    JournalStore follower = eager("b");
    await(() -> cluster(leader).members().size() == 2);
    long once = awaitCut(leader);
    leader.journal("routes").trim(2);
    long twice = awaitCut(leader);
    assertThat(twice).isGreaterThan(once);
    JournalStore fresh = eager("c");
    put(leader, "last", "1");
    for (JournalStore each : List.of(fresh, follower)) {
      latest(each);
      assertThat(contents(each)).isEqualTo(contents(leader));
    }
    assertThat(cluster(fresh).stats().offset()).isGreaterThan(twice);
    // A follower makes them, but where on a busy machine nothing was heard of it.
    await(
        () -> {
          put(leader, "k", "x".repeat(300_000));
          return cluster(follower).stats().snapshots() > 0;
        });
  }

  @Test
  void shouldReplaceACopyThatTheLogDoesNotGoOnFromAnyMore() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    JournalStore behind = eager("b");
    put(leader, "first", "1");
    latest(behind);
    behind.close();
    long reached = cluster(behind).stats().offset();
    Files.writeString(directory.resolve("b").resolve("audit.log"), "kept");
    awaitCutBehind(leader, reached);
    JournalStore again = eager("b");
    latest(again);
    assertThat(contents(again)).isEqualTo(contents(leader));
    assertThat(directory.resolve("b").resolve("audit.log")).hasContent("kept");
  }

  /// A snapshot like another one, of which one byte is not what its maker wrote.
  private void writeDamaged(SnapshotEntry.Complete like) throws Exception {
    KafkaLink link = link();
    String name = options("nobody", NEVER).snapshots();
    TopicPartition chunks = new TopicPartition(name, 1);
    List<Long> offsets = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer(chunks);
        KafkaProducer<byte[], byte[]> producer = link.producer()) {
      consumer.seek(chunks, like.firstChunk());
      while (consumer.position(chunks) <= like.lastChunk()) {
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(LogReader.POLL).records(chunks)) {
          if (SnapshotEntry.decode(record.value()) instanceof SnapshotEntry.Chunk chunk
              && chunk.id() == like.id()) {
            if (chunk.number() == 0) {
              chunk.bytes()[chunk.bytes().length / 2] ^= 1;
            }
            byte[] damaged = new SnapshotEntry.Chunk(99, chunk.number(), chunk.bytes()).encode();
            offsets.add(
                producer
                    .send(new ProducerRecord<>(name, 1, null, damaged))
                    .get(Patience.SECONDS, TimeUnit.SECONDS)
                    .offset());
          }
        }
      }
      SnapshotEntry.Complete damaged =
          new SnapshotEntry.Complete(
              99,
              like.timeline(),
              like.millis(),
              offsets.getFirst(),
              offsets.getLast(),
              like.sha256(),
              like.position().at(like.position().offset() + 1),
              like.revisions(),
              like.files());
      producer
          .send(new ProducerRecord<>(name, 0, null, damaged.encode()))
          .get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  /// The furthest snapshot is a damaged one, or is written: a server may have made another one
  /// meanwhile.
  private boolean isDamaged(SnapshotTopic topic) throws Exception {
    topic.refresh();
    SnapshotEntry.Complete furthest = topic.complete().getFirst();
    if (furthest.id() == 99) {
      return true;
    }
    writeDamaged(furthest);
    return false;
  }

  @Test
  void shouldRefuseADamagedSnapshotAndBeginWithAnOlderOne() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    awaitCut(leader);
    try (SnapshotTopic topic = topic()) {
      await(() -> isDamaged(topic));
      assertThat(topic.damage(topic.complete().getFirst()))
          .hasValueSatisfying(what -> assertThat(what).contains("its SHA-256 is another one"));
      // By hand: a server that is started looks again, and may find one that was made meanwhile.
      List<String> damages = new ArrayList<>();
      Position start = Position.start(link().topic());
      assertThat(topic.install(start, begin(), directory.resolve("c"), damages::add))
          .hasValueSatisfying(older -> assertThat(older.id()).isNotEqualTo(99));
      assertThat(damages).hasSize(1);
    }
    JournalStore fresh = open("c");
    latest(fresh);
    assertThat(contents(fresh)).isEqualTo(contents(leader));
  }

  @Test
  void shouldRefuseToBeginWhereNoSnapshotReaches() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    for (int i = 0; i < 10; i++) {
      put(leader, "k", "v" + i);
    }
    KafkaLink link = link();
    link.deleteBefore(link.partition(), 5);
    assertThatThrownBy(() -> open("c"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the log begins at offset 5, and there is no whole snapshot");
    assertThat(put(leader, "k", "on")).isEqualTo(11);
  }

  /// One that stands before the log, which was cut behind its back. It may have been answered with
  /// some more records than it has read, which then reach to where the log begins: it goes on, and
  /// another try follows.
  private JournalStore stoodStill(JournalStore leader) throws Exception {
    for (int left = 5; ; left--) {
      // In its own words it is not there: it has not begun to take part.
      JournalStore still =
          KafkaEngine.of(options("b", NEVER), "test")
              .open(Retention.DEFAULT, InstantSource.system());
      opened.add(still);
      awaitCutBehind(leader, cluster(still).stats().offset());
      long written = leader.journal("routes").revision();
      cluster(still).begin();
      await(() -> still.trouble().isPresent() || still.journal("routes").revision() == written);
      if (still.trouble().isPresent() || left == 0) {
        return still;
      }
      still.close();
    }
  }

  @Test
  void shouldStopAServerThatStoodStillWhileTheLogWasCutAndGoOnOnceItIsRestarted() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    JournalStore still = stoodStill(leader);
    assertThat(still.trouble().map(Throwable::getMessage).orElse(""))
        .contains("restart the server: it begins with a snapshot");
    still.close();
    JournalStore again = open("b");
    latest(again);
    assertThat(contents(again)).isEqualTo(contents(leader));
  }

  @Test
  void shouldTellOfAllServersFromAnyOfThem() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore follower = open("b");
    put(leader, "k", "v");
    for (JournalStore each : List.of(leader, follower)) {
      await(
          () ->
              cluster(each).members().stream()
                  .map(member -> member.address() + " " + member.leads() + member.revisions())
                  .toList()
                  .equals(List.of("a:1 true{routes=1}", "b:1 false{routes=1}")));
    }
    await(() -> cluster(leader).members().stream().allMatch(ClusterMember::isThere));
    follower.close();
    // It says once that it ends, and a busy machine may lose that.
    Duration given = Duration.ofSeconds(2);
    while (!isSoon(given, () -> cluster(leader).members().size() == 1)) {
      assertThat(given).as("it said that it ends").isLessThan(Patience.LIMIT);
      given = given.multipliedBy(2);
      JournalStore again = open("b");
      await(() -> cluster(again).members().size() >= 2);
      again.close();
    }
  }

  @Test
  void shouldFindThatTheCopyOfAServerDiverges() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "v");
    TopicPartition servers = new TopicPartition(options("nobody", NEVER).servers(), 0);
    try (KafkaProducer<byte[], byte[]> producer = link().producer()) {
      Announcement other =
          new Announcement(
              7,
              "wrong:1",
              "test",
              Position.FORMAT,
              false,
              false,
              link().topic(),
              1,
              cluster(leader).stats().offset(),
              12345,
              0,
              new byte[0],
              java.util.Map.of(),
              "");
      await(
          () -> {
            var _ =
                producer.send(
                    new ProducerRecord<>(
                        servers.topic(), servers.partition(), null, other.encode()));
            return cluster(leader).stats().rejudged() > 0;
          });
    }
    assertThat(leader.trouble()).as("its own copy is as the log says").isEmpty();
    assertThat(put(leader, "k", "2")).isEqualTo(2);
  }

  /// Has the brokers take no larger records of snapshots from now on.
  private void allowNoMoreThan(int bytes) throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, options("nobody", NEVER).snapshots());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      AlterConfigOp small =
          new AlterConfigOp(
              new ConfigEntry("max.message.bytes", String.valueOf(bytes)),
              AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(topic, List.of(small))).all().get();
    }
  }

  @Test
  void shouldTryASnapshotAgainSoonThatItCouldNotMake() throws Exception {
    try (SnapshotTopic topic = topic();
        RocksReplica copy = RocksReplica.open(directory.resolve("a"), 1, Retention.DEFAULT)) {
      copy.move(Position.start(Uuid.randomUuid()).encode());
      allowNoMoreThan(500); // that it begins, but none of its files
      await(() -> !isMade(topic, copy));
      topic.refresh();
      assertThat(topic.isUnderWay(NEVER, _ -> true)).isFalse();
    }
  }

  /// False once all brokers know what they are to take.
  private static boolean isMade(SnapshotTopic topic, RocksReplica copy) {
    try {
      topic.make(copy, 1, "a:1");
      return true;
    } catch (JournalException e) {
      return false;
    }
  }

  @Test
  void shouldNotWaitForASnapshotOfAServerThatIsGone() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    try (KafkaProducer<byte[], byte[]> producer = link().producer()) {
      byte[] begun = new SnapshotEntry.Begun(7, "gone:1").encode();
      producer
          .send(new ProducerRecord<>(options("nobody", NEVER).snapshots(), 0, null, begun))
          .get(Patience.SECONDS, TimeUnit.SECONDS);
    }
    // One may have been under way.
    long before = cluster(leader).stats().snapshots();
    await(
        () -> {
          put(leader, "k", "x".repeat(300_000));
          return cluster(leader).stats().snapshots() > before + 1;
        });
  }

  @Test
  void shouldCountSnapshotsThatTheBrokersDoNotTake() throws Exception {
    JournalStore leader = eager("a");
    awaitLead(leader);
    allowNoMoreThan(100);
    await(
        () -> {
          put(leader, "k", "x".repeat(300_000));
          return cluster(leader).stats().snapshotFailures() > 0;
        });
    assertThat(leader.trouble()).isEmpty();
    assertThat(put(leader, "k", "v")).isEqualTo(leader.journal("routes").revision());
  }
}
