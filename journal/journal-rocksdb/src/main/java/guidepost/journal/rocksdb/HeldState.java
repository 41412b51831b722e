package guidepost.journal.rocksdb;

import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Snapshot;

/// The engine's state at one moment, and how to read it: past the cache, since a long read touches
/// each block once, and with every checksum looked at.
///
/// Threads: any may read by it, until one closes it.
final class HeldState implements AutoCloseable {

  private static final long READAHEAD_BYTES = 2 << 20;

  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions reading;

  HeldState(RocksDB db) {
    this.db = db;
    this.snapshot = db.getSnapshot();
    this.reading =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setFillCache(false)
            .setVerifyChecksums(true)
            .setReadaheadSize(READAHEAD_BYTES);
  }

  ReadOptions reading() {
    return reading;
  }

  @Override
  public void close() {
    reading.close();
    db.releaseSnapshot(snapshot);
  }
}
