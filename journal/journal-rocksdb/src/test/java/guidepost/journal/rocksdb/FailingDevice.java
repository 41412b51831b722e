package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// A device that fails when a test wants it: a write before anything of it is in the log, or when
/// all of it is there and only the fsync is missing.
final class FailingDevice extends Device {

  /// What a write comes to.
  enum Writes {
    WORK,
    FAIL_BEFORE,
    FAIL_AT_THE_SYNC
  }

  private volatile Writes writes = Writes.WORK;
  private volatile boolean syncsWork = true;

  void set(Writes newWrites, boolean newSyncsWork) {
    writes = newWrites;
    syncsWork = newSyncsWork;
  }

  @Override
  void write(RocksDB db, WriteOptions fsynced, WriteBatch batch) throws RocksDBException {
    Writes now = writes;
    if (now != Writes.FAIL_BEFORE) {
      super.write(db, fsynced, batch);
    }
    if (now != Writes.WORK) {
      throw new RocksDBException(
          "as a test wants it", new Status(Status.Code.IOError, Status.SubCode.None, "EIO"));
    }
  }

  @Override
  void fsync(FileChannel file) throws IOException {
    requireSyncs();
    super.fsync(file);
  }

  @Override
  void syncBytes(FileChannel file) throws IOException {
    requireSyncs();
    super.syncBytes(file);
  }

  private void requireSyncs() throws IOException {
    if (!syncsWork) {
      throw new IOException("Input/output error, as a test wants it");
    }
  }
}
