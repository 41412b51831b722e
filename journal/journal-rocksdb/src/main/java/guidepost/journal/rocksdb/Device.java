package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// What makes bytes durable. Tests put one in its place that fails, before or after the bytes are
/// in the file.
///
/// Threads: any.
class Device {

  /// Writes a batch to the engine, and syncs its log.
  void write(RocksDB db, WriteOptions synced, WriteBatch batch) throws RocksDBException {
    db.write(synced, batch);
  }

  /// Makes the bytes and the length of a file durable.
  void sync(FileChannel file) throws IOException {
    file.force(true);
  }

  /// The same as the engine syncs its log: the bytes, and of the rest what is needed to read them.
  void syncBytes(FileChannel file) throws IOException {
    file.force(false);
  }
}
