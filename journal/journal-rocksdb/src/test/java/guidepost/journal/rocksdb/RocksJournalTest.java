package guidepost.journal.rocksdb;

import guidepost.journal.JournalContract;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

final class RocksJournalTest extends JournalContract {

  @TempDir Path directory;

  @Override
  protected JournalStore open(Retention retention, InstantSource clock) throws Exception {
    return RocksJournalStore.open(directory, retention, clock);
  }
}
