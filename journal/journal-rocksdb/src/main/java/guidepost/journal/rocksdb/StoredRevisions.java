package guidepost.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// The newest revision of every domain in an engine's directory that nobody has open.
final class StoredRevisions {

  private StoredRevisions() {}

  /// Opens the engine for reading only, so that its files stay as they are.
  ///
  /// @return by domain
  static Map<String, Long> read(Path engine) throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<ColumnFamilyDescriptor> extents =
        List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY));
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.openReadOnly(options, engine.toString(), extents, handles)) {
      try (RocksIterator each = db.newIterator(handles.getFirst())) {
        return revisions(each);
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
  }

  private static Map<String, Long> revisions(RocksIterator extents) throws RocksDBException {
    Map<String, Long> revisions = new TreeMap<>();
    for (extents.seekToFirst(); extents.isValid(); extents.next()) {
      String domain = new String(extents.key(), StandardCharsets.UTF_8);
      revisions.put(domain, LogExtent.decode(extents.value()).newest());
    }
    extents.status();
    return revisions;
  }
}
