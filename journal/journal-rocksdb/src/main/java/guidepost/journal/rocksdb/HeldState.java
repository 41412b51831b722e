package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/// The engine's state at one moment, and how to read it: past the cache, since a long read touches
/// each block once, and with every checksum looked at. The engine stays until this is closed.
///
/// Threads: any may read by it, until one closes it.
final class HeldState implements AutoCloseable {

  /// A disk is read in order at its full speed from about this on.
  private static final long READAHEAD_BYTES = 2 << 20;

  private final EngineSlot.Lease lease;
  private final Snapshot snapshot;
  private final ReadOptions reading;

  /// @throws JournalException if there is no engine to be had
  HeldState(EngineSlot slot) throws JournalException {
    this.lease = slot.lease();
    this.snapshot = lease.engine().db().getSnapshot();
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

  RocksDB db() {
    return lease.engine().db();
  }

  RocksJournal.Families families(String domain) throws RocksDBException {
    return lease.engine().families(domain);
  }

  /// For each step of a long read: throws if the engine is about to be closed.
  void requireTime() throws JournalException {
    lease.requireTime();
  }

  @Override
  public void close() {
    reading.close();
    db().releaseSnapshot(snapshot);
    lease.close();
  }
}
