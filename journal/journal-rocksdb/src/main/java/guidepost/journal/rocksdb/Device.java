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

  /// Writes a batch to the engine, and fsyncs its log.
  void write(RocksDB db, WriteOptions fsynced, WriteBatch batch) throws RocksDBException {
    db.write(fsynced, batch);
  }

  /// Makes the bytes and the length of a file durable.
  void fsync(FileChannel file) throws IOException {
    file.force(true);
  }

  /// The same as the engine fsyncs its log: the bytes, and of the rest what is needed to read them.
  void syncBytes(FileChannel file) throws IOException {
    file.force(false);
  }
}
