package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalContract;
import guidepost.journal.JournalStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksJournalTest extends JournalContract {

  private static final int LOG_BYTES_MAX = 10_000;

  @TempDir Path directory;

  @Override
  protected JournalStore open() throws Exception {
    return RocksJournalStore.open(directory);
  }

  @Test
  void shouldKeepNoMoreLogThanItIsAllowed(@TempDir Path small) throws Exception {
    try (JournalStore store = RocksJournalStore.open(small, LOG_BYTES_MAX)) {
      Journal journal = store.journal("routes");
      for (int i = 0; i < 500; i++) {
        byte[] key = "key%d".formatted(i % 10).getBytes(UTF_8);
        journal.append(List.of(new Batch().put(key, new byte[100])));
      }
      assertThat(retainedBytes(journal)).isBetween(LOG_BYTES_MAX / 2L, (long) LOG_BYTES_MAX);
      assertThat(journal.revision()).isEqualTo(500);
    }
  }

  private static long retainedBytes(Journal journal) throws Exception {
    long[] bytes = {0};
    journal.read(
        journal.oldestRevision() - 1,
        (revision, batch) -> {
          bytes[0] += batch.bytes();
          return true;
        });
    return bytes[0];
  }
}
