package guidepost.journal.kafka;

import guidepost.journal.JournalContract;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// One server that has the log for itself.
final class KafkaJournalTest extends JournalContract {

  @TempDir Path directory;

  private String prefix = "";

  @BeforeEach
  void choosePrefix() {
    prefix = SharedBrokers.prefix();
  }

  @Override
  protected JournalStore open(Retention retention, InstantSource clock) throws Exception {
    KafkaOptions options =
        KafkaOptions.parse(SharedBrokers.get().place(prefix), directory.resolve("copy"))
            .advertising("one:1")
            .waiting(Patience.LIMIT, Duration.ofDays(1));
    JournalStore store = KafkaEngine.of(options, "test").open(retention, clock);
    store.cluster().orElseThrow().begin();
    Awaitility.await()
        .atMost(Patience.LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> store.cluster().orElseThrow().leadership().leads());
    store.cluster().orElseThrow().latest().toCompletableFuture().join();
    return store;
  }
}
