package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.UnsettledException;
import guidepost.journal.Value;
import guidepost.testing.Patience;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What a server waits out: it looks like the end of the log, and is none.
final class OutagesTest extends SeveralServers {

  /// No name server is asked for it, and it is nobody's.
  private static final String NOWHERE = "kafka://256.256.256.256:9092/none";

  private KafkaOptions impatient(String name) throws Exception {
    return options(name, NEVER).waiting(Duration.ofSeconds(1), NEVER);
  }

  /// Opened, and takes no part yet.
  private JournalStore openOnly(KafkaOptions options) throws Exception {
    JournalStore store =
        KafkaEngine.of(options, "test").open(Retention.DEFAULT, InstantSource.system());
    opened.add(store);
    return store;
  }

  @Test
  void shouldClaimAgainSoonIfAClaimWasNotTaken() throws Exception {
    JournalStore store = openOnly(impatient("a"));
    SharedBrokers.get().lose(true);
    try {
      cluster(store).begin();
      await(() -> cluster(store).stats().claims() >= 2);
    } finally {
      SharedBrokers.get().mend();
    }
    await(() -> isWritten(store, "1"));
  }

  private static void deleteOnly(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      admin.deleteTopics(List.of(topic)).all().get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  /// The number of a topic, by which one that was made again differs; empty if there is none now.
  private static Optional<Uuid> numberOf(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      return admin.listTopics().listings().get(Patience.SECONDS, TimeUnit.SECONDS).stream()
          .filter(each -> each.name().equals(topic))
          .map(TopicListing::topicId)
          .findFirst();
    }
  }

  /// Nothing depends on it that another one would not do as well.
  @Test
  void shouldMakeTheTopicOfTheServersAgain() throws Exception {
    String topic = options("a", NEVER).servers();
    JournalStore store = open("a");
    await(() -> numberOf(topic).isPresent());
    Optional<Uuid> before = numberOf(topic);
    deleteOnly(topic);
    await(() -> numberOf(topic).filter(now -> !before.equals(Optional.of(now))).isPresent());
    JournalStore other = open("b");
    await(() -> cluster(other).members().size() == 2 && cluster(store).members().size() == 2);
  }

  /// Clients of the brokers go on asking for it, and say nothing.
  @Test
  void shouldSayThatTheLogWasDeleted() throws Exception {
    JournalStore leader = open(impatient("a"));
    await(() -> isWritten(leader, "1"));
    JournalStore follower = open(impatient("b"));
    deleteOnly(options("a", NEVER).topic());
    for (JournalStore each : List.of(leader, follower)) {
      await(() -> each.trouble().isPresent());
      assertThat(each.trouble().orElseThrow())
          .hasMessageContaining("the topic was deleted while this server ran");
    }
  }

  /// Brokers that have little time to answer do not at each try, on a busy machine.
  private boolean isWritten(JournalStore store, String value) throws Exception {
    try {
      return put(store, "k", value) > 0;
    } catch (JournalException e) {
      return false;
    }
  }

  @Test
  void shouldGoOnOnceTheLogWasJudgedAgainThoughTheBrokersDidNotAnswerAtFirst() throws Exception {
    JournalStore store = open(impatient("a"));
    await(() -> isWritten(store, "1"));
    ClusterLog log = ((KafkaCluster) cluster(store)).log();
    Position now = log.position();
    Announcement other =
        new Announcement(
            99,
            "strange:1",
            "test",
            Position.FORMAT,
            false,
            false,
            now.topic(),
            now.epoch(),
            now.offset(),
            now.chain() + 1,
            0,
            new byte[0],
            Map.of(),
            "");
    SharedBrokers.get().lose(true);
    try {
      log.compare(other);
      assertThat(store.trouble()).isEmpty();
    } finally {
      SharedBrokers.get().mend();
    }
    // What was under way meanwhile is settled first, for which a writer waits no longer than it
    // must.
    await(() -> isWritten(store, "2"));
    assertThat(store.trouble()).isEmpty();
    assertThat(cluster(store).stats().rejudged()).isEqualTo(1);
  }

  @Test
  void shouldFailEachSendWhereNoNameOfABrokerCanBeLookedUp() throws Exception {
    KafkaOptions nowhere = KafkaOptions.parse(NOWHERE, directory.resolve("none"));
    try (Sender sender = new Sender(new KafkaLink(nowhere))) {
      for (int i = 0; i < 3; i++) {
        CompletableFuture<Long> sent = sender.send(new LogEntry.Mark(i));
        assertThat(sent).isCompletedExceptionally();
        assertThat(sent.exceptionNow()).isInstanceOf(KafkaException.class);
        sender.renew();
      }
    }
  }

  @Test
  void shouldReadOnByTheClientThereIsWhereAnotherCannotBeMade() throws Exception {
    JournalStore store = open("a");
    awaitLead(store);
    KafkaLink link = new KafkaLink(options("reader", NEVER));
    KafkaLink nowhere = new KafkaLink(KafkaOptions.parse(NOWHERE, directory.resolve("none")));
    KafkaConsumer<byte[], byte[]> consumer = link.consumer();
    try (LogReader reader = new LogReader(consumer, nowhere::consumer, link.partition())) {
      reader.seek(0);
      assertThatThrownBy(() -> reader.renew(0)).isInstanceOf(KafkaException.class);
      List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
      await(() -> read.addAll(reader.poll()) && read.getFirst().offset() == 0);
    }
  }

  /// Appends while nobody hears the brokers' answers. It is tried again where nothing was sent, as
  /// on a busy machine a beat was not answered in time just before.
  private UnsettledException appendUnheard(JournalStore store, boolean requestsLost)
      throws Exception {
    Batch batch = new Batch().put("unheard".getBytes(UTF_8), "1".getBytes(UTF_8), null);
    ClusterLog log = ((KafkaCluster) cluster(store)).log();
    while (true) {
      // By its word to the others it does not lead while the outcome of a write is not known.
      await(() -> log.announcement(new byte[0], false).leads());
      SharedBrokers.get().lose(requestsLost);
      try {
        store.journal("routes").append(List.of(batch));
        throw new AssertionError("acknowledged");
      } catch (UnsettledException e) {
        return e;
      } catch (JournalException e) {
        assertThat(e.reason()).isIn(Reason.IO, Reason.SUPERSEDED);
      } finally {
        SharedBrokers.get().mend();
      }
    }
  }

  private JournalStore openImpatient(String name) throws Exception {
    return open(options(name, NEVER).waiting(Duration.ofSeconds(4), NEVER));
  }

  /// Writes once, however often the brokers do not answer in time: it is known in the end whether
  /// they have written it.
  private long written(JournalStore store, String value) throws Exception {
    while (true) {
      try {
        return put(store, "k", value);
      } catch (UnsettledException e) {
        if (failure(e).isEmpty()) {
          long revision = store.journal("routes").revision();
          held.put("k", new Value(revision, value.getBytes(UTF_8)));
          return revision;
        }
      } catch (JournalException e) {
        assertThat(e.reason()).isIn(Reason.IO, Reason.SUPERSEDED);
      }
    }
  }

  /// Why it was not written in the end; empty if it was.
  private static Optional<Throwable> failure(UnsettledException unsettled) throws Exception {
    return unsettled
        .settled()
        .toCompletableFuture()
        .handle((_, failure) -> Optional.ofNullable(failure))
        .get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void shouldFindWhatWasWrittenThoughNobodyHeardOfIt() throws Exception {
    JournalStore leader = openImpatient("a");
    awaitLead(leader);
    assertThat(written(leader, "1")).isEqualTo(1);
    assertThat(failure(appendUnheard(leader, false))).isEmpty();
    assertThat(leader.journal("routes").revision()).isEqualTo(2);
    assertThat(written(leader, "2")).isEqualTo(3);
    assertThat(cluster(leader).stats().settled()).isPositive();
    JournalStore follower = open("b");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }

  @Test
  void shouldFindThatNothingWasWrittenWhereTheBrokersWereNotReached() throws Exception {
    JournalStore leader = openImpatient("a");
    awaitLead(leader);
    assertThat(written(leader, "1")).isEqualTo(1);
    assertThat(failure(appendUnheard(leader, true)).orElseThrow())
        .hasMessage("not written: the brokers did not take it in time")
        .extracting("reason")
        .isEqualTo(Reason.IO);
    assertThat(leader.journal("routes").revision()).isEqualTo(1);
    assertThat(written(leader, "2")).isEqualTo(2);
    JournalStore follower = open("b");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }
}
