package guidepost.journal.rocksdb;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/// Entries in key order, written as a table file that the engine then takes as it is: no log, no
/// memory table, no compaction.
///
/// Threads: one.
final class BulkFile implements AutoCloseable {

  private final Path path;
  private final Options options = new Options();
  private final EnvOptions envOptions = new EnvOptions();
  private final SstFileWriter writer = new SstFileWriter(envOptions, options);
  private boolean begun;
  private @Nullable RocksDBException failure;

  BulkFile(Path path) {
    this.path = path;
  }

  /// Keeps the first failure for [#ingestInto]: a visitor throws nothing.
  void add(byte[] key, byte[] value, long revision) {
    if (failure != null) {
      return;
    }
    try {
      if (!begun) {
        writer.open(path.toString());
        begun = true;
      }
      writer.put(
          key, ByteBuffer.allocate(Long.BYTES + value.length).putLong(revision).put(value).array());
    } catch (RocksDBException e) {
      failure = e;
    }
  }

  /// Moves the file into a column family; durable when this returns.
  void ingestInto(RocksDB db, ColumnFamilyHandle family) throws RocksDBException {
    if (failure != null) {
      throw failure;
    }
    if (!begun) {
      return;
    }
    writer.finish();
    try (IngestExternalFileOptions ingest = new IngestExternalFileOptions().setMoveFiles(true)) {
      db.ingestExternalFile(family, List.of(path.toString()), ingest);
    }
  }

  @Override
  public void close() {
    writer.close();
    envOptions.close();
    options.close();
    path.toFile().delete();
  }
}
