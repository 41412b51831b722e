package guidepost.server;

import guidepost.journal.JournalEngine;
import guidepost.journal.rocksdb.RocksEngine;
import java.nio.file.Path;

/// Which engines a server can keep its journals with: the one place that names them. Everything
/// else goes by [JournalEngine].
public final class Engines {

  private Engines() {}

  /// The embedded engine, in a data directory of this machine.
  public static JournalEngine embedded(Path data) {
    return RocksEngine.in(data);
  }
}
