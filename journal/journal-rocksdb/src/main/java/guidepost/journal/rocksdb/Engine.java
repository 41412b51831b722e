package guidepost.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// An open RocksDB and its column families.
///
/// A thread that uses it has a lease of it from the [EngineSlot]: what is closed under a reader
/// kills the process.
///
/// Threads: any; families are made by one at a time.
final class Engine {

  private static final String LOG_SUFFIX = ".log";

  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final RocksDB db;
  private final boolean readOnly;
  private final WriteOptions fsynced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions();
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private volatile boolean catchingUp;
  private final Map<String, ColumnFamilyHandle> handles = new ConcurrentHashMap<>();
  private final Map<String, RocksJournal.Families> families = new ConcurrentHashMap<>();

  /// The engine's number of the last change that is known to be durable.
  private final AtomicLong sequence = new AtomicLong();

  private volatile boolean retiring;

  private Engine(
      DBOptions options,
      ColumnFamilyOptions familyOptions,
      RocksDB db,
      List<ColumnFamilyHandle> opened,
      boolean readOnly)
      throws RocksDBException {
    this.options = options;
    this.familyOptions = familyOptions;
    this.db = db;
    this.readOnly = readOnly;
    for (ColumnFamilyHandle handle : opened) {
      handles.put(new String(handle.getName(), StandardCharsets.UTF_8), handle);
    }
    durable();
  }

  /// Opens the engine in a directory; makes it there if it is absent.
  static Engine open(Path directory) throws RocksDBException {
    return open(directory, false);
  }

  /// Opens it to be read only: nothing in the directory changes.
  static Engine openForReading(Path directory) throws RocksDBException {
    return open(directory, true);
  }

  private static Engine open(Path directory, boolean readOnly) throws RocksDBException {
    DBOptions options = options(readOnly);
    ColumnFamilyOptions familyOptions = new ColumnFamilyOptions();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      List<ColumnFamilyDescriptor> families =
          familyNames(directory.toString()).stream()
              .map(name -> new ColumnFamilyDescriptor(name, familyOptions))
              .toList();
      RocksDB db =
          readOnly
              ? RocksDB.openReadOnly(options, directory.toString(), families, handles)
              : RocksDB.open(options, directory.toString(), families, handles);
      return new Engine(options, familyOptions, db, handles, readOnly);
    } catch (RocksDBException e) {
      familyOptions.close();
      options.close();
      throw e;
    }
  }

  /// A torn last record is what a crash leaves behind; any other damage must be reported, not
  /// skipped, for acknowledged changes lie behind it. All families are flushed together, so that
  /// whatever happens to a file, they show one and the same revision. After an error the engine
  /// must not go on by itself: what it wrote and did not fsync has to be cut off first.
  private static DBOptions options(boolean readOnly) {
    DBOptions options =
        new DBOptions()
            .setCreateIfMissing(!readOnly)
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            .setParanoidChecks(true)
            .setAtomicFlush(true)
            .setKeepLogFileNum(3)
            .setMaxBgErrorResumeCount(0)
            .setAvoidFlushDuringShutdown(true)
            .setMaxTotalWalSize(256L << 20);
    if (readOnly) {
      options.setLogger(new SilentLogger());
    }
    return options;
  }

  private static List<byte[]> familyNames(String directory) throws RocksDBException {
    try (Options options = new Options()) {
      List<byte[]> names = RocksDB.listColumnFamilies(options, directory);
      return names.isEmpty() ? List.of(RocksDB.DEFAULT_COLUMN_FAMILY) : names;
    }
  }

  RocksDB db() {
    return db;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  /// The families of a domain, made if they are absent.
  RocksJournal.Families families(String domain) throws RocksDBException {
    RocksJournal.Families open = families.get(domain);
    if (open != null) {
      return open;
    }
    RocksJournal.Families made =
        new RocksJournal.Families(family("default"), family(domain), family(domain + LOG_SUFFIX));
    families.put(domain, made);
    return made;
  }

  private ColumnFamilyHandle family(String name) throws RocksDBException {
    ColumnFamilyHandle existing = handles.get(name);
    if (existing != null) {
      return existing;
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ColumnFamilyHandle made =
        db.createColumnFamily(new ColumnFamilyDescriptor(bytes, familyOptions));
    handles.put(name, made);
    return made;
  }

  /// The family that says where a copy of a log is, made if it is absent. No domain has such a
  /// name.
  ColumnFamilyHandle replica() throws RocksDBException {
    return family("REPLICA");
  }

  /// For what is durable elsewhere: it survives the end of the process.
  WriteOptions unsynced() {
    return catchingUp ? unlogged : unsynced;
  }

  /// What is read from elsewhere in bulk need not be in the engine's own log: what a crash takes of
  /// it is read again, and all families lose the same, since they are flushed together.
  ///
  /// @param begins false at its end: everything is in files then
  void catchUp(boolean begins) throws RocksDBException {
    catchingUp = begins;
    if (!begins) {
      try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
        db.flush(options, List.copyOf(handles.values()));
      }
    }
  }

  /// The domains that have a log.
  List<String> domains() {
    return handles.keySet().stream()
        .filter(name -> name.endsWith(LOG_SUFFIX))
        .map(name -> name.substring(0, name.length() - LOG_SUFFIX.length()))
        .sorted()
        .toList();
  }

  /// True if nothing was ever written to a domain.
  boolean isEmpty(String domain) throws RocksDBException {
    return db.get(db.getDefaultColumnFamily(), domain.getBytes(StandardCharsets.UTF_8)) == null;
  }

  /// All families.
  Set<ColumnFamilyHandle> allFamilies() {
    return Set.copyOf(handles.values());
  }

  WriteOptions fsynced() {
    return fsynced;
  }

  /// Writes a batch; durable when this returns.
  void write(Device device, WriteBatch batch) throws RocksDBException {
    device.write(db, fsynced, batch);
    durable();
  }

  /// Everything that the engine has taken until now is durable.
  void durable() {
    sequence.accumulateAndGet(db.getLatestSequenceNumber(), Math::max);
  }

  /// The engine's number of the last change that is known to be durable.
  long durableSequence() {
    return sequence.get();
  }

  /// Readers are to stop, so that it can be closed.
  void retire(boolean now) {
    retiring = now;
  }

  /// True if readers are to stop.
  boolean isRetiring() {
    return retiring;
  }

  /// Closes it; nobody may use it any more. What is in its log alone stays there.
  ///
  /// @throws RocksDBException if its files could not be closed as they should; it is closed all the
  ///   same
  void close() throws RocksDBException {
    handles.values().forEach(ColumnFamilyHandle::close);
    try {
      db.closeE();
    } finally {
      fsynced.close();
      unsynced.close();
      unlogged.close();
      familyOptions.close();
      options.close();
    }
  }
}
