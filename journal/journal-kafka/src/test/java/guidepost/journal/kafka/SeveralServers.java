package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.journal.Batch;
import guidepost.journal.Cluster;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.Value;
import guidepost.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// Several servers on one log, in one program; each test has a log of its own.
abstract class SeveralServers {

  static final Duration NEVER = Duration.ofDays(1);

  @TempDir Path directory;

  final String prefix = SharedBrokers.prefix();
  final List<JournalStore> opened = new ArrayList<>();
  final Map<String, Value> held = new HashMap<>();

  @AfterEach
  void close() throws Exception {
    for (JournalStore store : opened) {
      store.close();
    }
  }

  KafkaOptions options(String name, Duration silence) throws Exception {
    return KafkaOptions.parse(SharedBrokers.get().place(prefix), directory.resolve(name))
        .advertising(name + ":1")
        .waiting(Patience.LIMIT, silence);
  }

  JournalStore open(KafkaOptions options) throws Exception {
    JournalStore store =
        KafkaEngine.of(options, "test").open(Retention.DEFAULT, InstantSource.system());
    opened.add(store);
    cluster(store).begin();
    return store;
  }

  JournalStore open(String name) throws Exception {
    return open(options(name, NEVER));
  }

  static Cluster cluster(JournalStore store) {
    return store.cluster().orElseThrow();
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Patience.LIMIT).pollInterval(Duration.ofMillis(10)).until(condition);
  }

  static void awaitLead(JournalStore store) {
    await(() -> cluster(store).leadership().leads());
  }

  /// True once a condition holds; false if it does not within a time, which is then too short.
  static boolean isSoon(Duration time, Callable<Boolean> condition) {
    try {
      Awaitility.await().atMost(time).pollInterval(Duration.ofMillis(10)).until(condition);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  /// Ends a leader once all know that it leads no longer. By [JournalStore#close] alone it says so
  /// for a second, in which a busy machine may not write it; and here nobody claims for silence.
  static void leave(JournalStore leader) throws Exception {
    cluster(leader).handOver();
    leader.close();
  }

  /// Deletes a topic, and waits until no broker has it: one that has not heard of it yet goes on
  /// telling clients of the old one.
  static void delete(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      admin.deleteTopics(List.of(topic)).all().get(Patience.SECONDS, TimeUnit.SECONDS);
      await(() -> isGone(admin, topic));
    }
  }

  private static boolean isGone(Admin admin, String topic) throws Exception {
    return admin.describeLogDirs(Brokers.IDS).allDescriptions().get().values().stream()
        .flatMap(each -> each.values().stream())
        .flatMap(each -> each.replicaInfos().keySet().stream())
        .noneMatch(each -> each.topic().equals(topic));
  }

  static void latest(JournalStore store) throws Exception {
    cluster(store).latest().toCompletableFuture().get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  long put(JournalStore store, String key, String value) throws Exception {
    Journal journal = store.journal("routes");
    Batch batch = new Batch().put(key.getBytes(UTF_8), value.getBytes(UTF_8), held.get(key));
    long revision = journal.append(List.of(batch));
    held.put(key, new Value(revision, value.getBytes(UTF_8)));
    return revision;
  }

  /// All that a journal holds: state, log, times, priors.
  static List<String> contents(JournalStore store) throws Exception {
    Journal journal = store.journal("routes");
    List<String> lines = new ArrayList<>();
    lines.add("timeline " + journal.timeline() + " oldest " + journal.oldestRevision());
    long revision =
        journal.replay((key, value, at) -> lines.add(text(key) + "=" + text(value) + "@" + at));
    lines.add("revision " + revision);
    journal.read(
        journal.oldestRevision() - 1,
        (at, time, batch) -> {
          StringBuilder line = new StringBuilder(at + " " + time);
          batch.forEach(
              (key, value, prior) ->
                  line.append(' ')
                      .append(text(key))
                      .append(value == null ? "!" : "=" + text(value))
                      .append(prior == null ? "" : " was " + text(prior.bytes()))
                      .append(prior == null ? "" : "@" + prior.revision()));
          return lines.add(line.toString());
        });
    return lines;
  }

  static String text(byte[] bytes) {
    return bytes.length > 20 ? bytes.length + " bytes" : new String(bytes, UTF_8);
  }

  static Reason reason(Callable<?> call) {
    try {
      throw new AssertionError("succeeded: " + call.call());
    } catch (JournalException e) {
      return e.reason();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
