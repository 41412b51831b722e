package guidepost.journal.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The data format of version 0.1, read for the last time. Its extents were four u64 (newest,
/// oldest, end, start), its log records had neither time nor prior values.
final class FormatOne {

  private static final int EXTENT_BYTES = 4 * Long.BYTES;
  private static final byte[] LAST_KEY = {-1, -1, -1, -1, -1, -1, -1, -1};

  private FormatOne() {}

  /// Brings a domain to the present format: its latest values stay as they are, its log starts
  /// again. Does nothing to one that a crash left upgraded already.
  static void upgrade(Engine engine, String domain, long millis) throws RocksDBException {
    RocksDB db = engine.db();
    RocksJournal.Families families = engine.families(domain);
    byte[] key = domain.getBytes(StandardCharsets.UTF_8);
    byte[] stored = db.get(families.extents(), key);
    if (stored == null || stored.length != EXTENT_BYTES) {
      return;
    }
    ByteBuffer old = ByteBuffer.wrap(stored);
    long newest = old.getLong();
    long end = old.getLong(2 * Long.BYTES);
    LogExtent extent = LogExtent.ofState(newest, end, millis, digest(db, families.latest()));
    try (WriteOptions fsynced = new WriteOptions().setSync(true);
        WriteBatch write = new WriteBatch()) {
      write.deleteRange(families.log(), new byte[Long.BYTES], LAST_KEY);
      write.put(families.extents(), key, extent.encode());
      db.write(fsynced, write);
    }
  }

  private static Digest digest(RocksDB db, ColumnFamilyHandle latest) throws RocksDBException {
    Digest digest = new Digest();
    try (RocksIterator entries = db.newIterator(latest)) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        digest.add(entries.key(), ByteBuffer.wrap(entries.value()).getLong());
      }
      entries.status();
    }
    return digest;
  }
}
