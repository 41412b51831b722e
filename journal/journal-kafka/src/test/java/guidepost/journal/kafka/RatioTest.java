package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// How much of what Kafka itself can do is left, in one run: `-Dguidepost.measure=true`. Rounds of
/// the two alternate, and the median of the ratios is told.
@EnabledIfSystemProperty(named = "guidepost.measure", matches = "true")
final class RatioTest {

  private static final int ROUNDS = 7;

  @TempDir Path directory;

  private final String prefix = SharedBrokers.prefix();

  private JournalStore open(String name) throws Exception {
    KafkaOptions options =
        KafkaOptions.parse(SharedBrokers.get().place(prefix), directory.resolve(name))
            .advertising(name + ":1");
    return KafkaEngine.of(options, "test").open(Retention.DEFAULT, InstantSource.system());
  }

  private static Batch batch(int size) {
    Batch batch = new Batch();
    for (int i = 0; i < size; i++) {
      batch.put("a key of 20 bytes %03d".formatted(i).getBytes(UTF_8), new byte[60], null);
    }
    return batch;
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void tell(String what, int count, double[] raw, double[] ours) {
    double[] ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ratios[i] = raw[i] / ours[i];
    }
    Arrays.sort(ratios);
    Arrays.sort(raw);
    Arrays.sort(ours);
    System.out.printf(
        "%s: raw %.0f/s, ours %.0f/s, ratio %.2f (%.2f to %.2f)%n",
        what,
        count / raw[ROUNDS / 2],
        count / ours[ROUNDS / 2],
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]);
  }

  @Test
  void shouldTellWhatIsLeftOfARawProducerAndConsumer() throws Exception {
    try (JournalStore store = open("a")) {
      store.cluster().orElseThrow().begin();
      Awaitility.await()
          .atMost(Patience.LIMIT)
          .until(() -> store.cluster().orElseThrow().leadership().leads());
      Journal journal = store.journal("routes");
      appends("batches of 1,000 records", journal, batch(1_000), 60);
      appends("one record, one writer", journal, batch(1), 200);
    }
    replay();
  }

  private void appends(String what, Journal journal, Batch batch, int count) throws Exception {
    byte[] bytes = new Frame("routes", 1, 1, List.of(batch)).encode();
    KafkaOptions options =
        KafkaOptions.parse(SharedBrokers.get().place(prefix + "raw"), directory.resolve("raw"));
    KafkaLink link = new KafkaLink(options);
    assertThat(link.topic()).isNotNull();
    double[] raw = new double[ROUNDS];
    double[] ours = new double[ROUNDS];
    try (Sender sender = new Sender(link)) {
      for (int round = -2; round < ROUNDS; round++) {
        double rawSeconds =
            seconds(
                () -> {
                  for (int i = 0; i < count; i++) {
                    sender.send(new LogEntry.Data(1, 1, 1, 1, 1, bytes)).get();
                  }
                });
        double ourSeconds =
            seconds(
                () -> {
                  for (int i = 0; i < count; i++) {
                    journal.append(List.of(batch));
                  }
                });
        if (round >= 0) {
          raw[round] = rawSeconds;
          ours[round] = ourSeconds;
        }
      }
    }
    tell(what, count, raw, ours);
  }

  private void replay() throws Exception {
    KafkaLink link =
        new KafkaLink(
            KafkaOptions.parse(SharedBrokers.get().place(prefix), directory.resolve("none")));
    double[] raw = new double[ROUNDS];
    double[] ours = new double[ROUNDS];
    List<Integer> counts = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      String name = "copy" + round;
      raw[round] = seconds(() -> counts.add(readAll(link)));
      ours[round] =
          seconds(
              () -> {
                try (JournalStore store = open(name)) {
                  assertThat(store.journal("routes").revision()).isPositive();
                }
              });
    }
    tell("records read into a new copy", counts.getFirst(), raw, ours);
  }

  private static int readAll(KafkaLink link) {
    int count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer()) {
      long end = KafkaLink.end(consumer);
      consumer.seek(link.partition(), 0);
      while (consumer.position(link.partition()) < end) {
        count += consumer.poll(Duration.ofMillis(100)).count();
      }
    }
    return count;
  }
}
