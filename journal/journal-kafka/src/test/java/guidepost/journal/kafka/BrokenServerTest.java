package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.ClusterMember;
import guidepost.journal.JournalStore;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// A server that reads and writes nothing any more, among others that go on.
final class BrokenServerTest extends SeveralServers {

  private static final int NEXT = Position.FORMAT + 1;

  /// A server that takes the lead from an older one, which began the log.
  private JournalStore leader(JournalStore old, KafkaOptions options) throws Exception {
    awaitLead(old);
    put(old, "k", "1");
    JournalStore newer = open(options.knowing(NEXT));
    await(() -> cluster(newer).members().size() == 2 && cluster(old).members().size() == 2);
    cluster(old).handOver();
    awaitLead(newer);
    latest(old);
    return newer;
  }

  /// Has those stop that do not know a format, and only those.
  private void breakOld(JournalStore leader) throws Exception {
    try (Sender sender = new Sender(new KafkaLink(options("nobody", NEVER)))) {
      long epoch = ((KafkaCluster) cluster(leader)).log().position().epoch();
      long _ = sender.send(new LogEntry.Format(epoch, NEXT)).join();
    }
  }

  private static ClusterMember member(JournalStore asked, String address) {
    return cluster(asked).members().stream()
        .filter(each -> each.address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTellEveryServerThatItIsBrokenAndWhy() throws Exception {
    JournalStore old = open("a");
    JournalStore leader = leader(old, options("z", NEVER));
    assertThat(member(leader, "a:1").trouble()).isEmpty();
    breakOld(leader);
    await(() -> old.trouble().isPresent());
    await(() -> !member(leader, "a:1").trouble().isEmpty());
    for (JournalStore asked : new JournalStore[] {leader, old}) {
      assertThat(member(asked, "a:1").trouble()).contains("this program knows up to", "upgrade");
      assertThat(member(asked, "a:1").leads()).isFalse();
      assertThat(member(asked, "z:1").trouble()).isEmpty();
    }
  }

  /// It comes first by its address, and makes none.
  @Test
  void shouldMakeSnapshotsAndCutTheLogWithoutTheBrokenServer() throws Exception {
    JournalStore old = open("a");
    JournalStore leader = leader(old, options("z", NEVER).snapshottingAfter(1));
    breakOld(leader);
    await(() -> old.trouble().isPresent());
    long stoodAt = cluster(old).stats().offset();
    await(
        () -> {
          put(leader, "k", "x".repeat(300_000));
          return begin() > stoodAt;
        });
    assertThat(cluster(leader).stats().snapshots()).isPositive();
  }

  private long begin() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaLink(options("nobody", NEVER)).consumer()) {
      return KafkaLink.begin(consumer);
    }
  }

  private static Announcement announcement(String trouble) {
    return new Announcement(
        7,
        "a:1",
        "test",
        Position.FORMAT,
        false,
        false,
        Uuid.randomUuid(),
        1,
        2,
        3,
        4,
        new byte[] {5},
        Map.of("routes", 6L),
        trouble);
  }

  @Test
  void shouldReadWhatAServerSaysThatDoesNotTellWhetherItIsBroken() {
    byte[] bytes = announcement("").encode();
    byte[] before = Arrays.copyOf(bytes, bytes.length - 2);
    assertThat(Announcement.decode(before).trouble()).isEmpty();
    assertThat(Announcement.decode(before).revisions()).isEqualTo(Map.of("routes", 6L));
    assertThat(Announcement.decode(announcement("disk full").encode()).trouble())
        .isEqualTo("disk full");
  }

  @Test
  void shouldTellTheBeginningOfALongReason() {
    String told = Announcement.decode(announcement("é".repeat(100_000)).encode()).trouble();
    assertThat(told).startsWith("éé").hasSize(1_000);
  }
}
