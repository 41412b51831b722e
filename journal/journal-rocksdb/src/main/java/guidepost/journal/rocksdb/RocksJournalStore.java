package guidepost.journal.rocksdb;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/// Journals in one directory on a local disk.
///
/// One RocksDB holds them all, so that there is one write-ahead log to sync. Each domain has two
/// column families: its latest values, and its log.
///
/// Threads: any.
public final class RocksJournalStore implements JournalStore {

  /// Bytes of log kept in each domain by default; older batches are trimmed.
  public static final long LOG_BYTES_MAX = 256L << 20;

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,32}");

  private final DataDirectory directory;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final RocksDB db;
  private final Map<String, ColumnFamilyHandle> families;
  private final Map<String, RocksJournal> journals = new HashMap<>();
  private final long logBytesMax;
  private boolean closed;

  private RocksJournalStore(
      DataDirectory directory,
      DBOptions options,
      ColumnFamilyOptions familyOptions,
      RocksDB db,
      Map<String, ColumnFamilyHandle> families,
      long logBytesMax) {
    this.directory = directory;
    this.options = options;
    this.familyOptions = familyOptions;
    this.db = db;
    this.families = families;
    this.logBytesMax = logBytesMax;
  }

  /// Opens, or makes, the store in `path`.
  ///
  /// @throws JournalException if the directory is in use, is another program's, has a newer format,
  ///   may not be written, is damaged, or its device is full
  public static RocksJournalStore open(Path path) throws JournalException {
    return open(path, LOG_BYTES_MAX);
  }

  /// Opens a store that keeps another amount of log.
  ///
  /// @param logBytesMax bytes of log kept in each domain
  /// @throws JournalException as [#open(Path)]
  public static RocksJournalStore open(Path path, long logBytesMax) throws JournalException {
    DataDirectory directory = DataDirectory.open(path);
    try {
      return open(directory, logBytesMax);
    } catch (RocksDBException e) {
      directory.close();
      throw RocksFailure.of("data directory " + path, e);
    }
  }

  private static RocksJournalStore open(DataDirectory directory, long logBytesMax)
      throws RocksDBException {
    RocksDB.loadLibrary();
    String engine = directory.engine().toString();
    DBOptions options = dbOptions();
    ColumnFamilyOptions familyOptions = new ColumnFamilyOptions();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<byte[]> names = familyNames(engine);
    List<ColumnFamilyDescriptor> descriptors =
        names.stream().map(name -> new ColumnFamilyDescriptor(name, familyOptions)).toList();
    try {
      RocksDB db = RocksDB.open(options, engine, descriptors, handles);
      return new RocksJournalStore(
          directory, options, familyOptions, db, byName(handles), logBytesMax);
    } catch (RocksDBException e) {
      familyOptions.close();
      options.close();
      throw e;
    }
  }

  /// A torn last record is what a crash leaves behind; any other damage must be reported, not
  /// skipped, for acknowledged changes lie behind it.
  private static DBOptions dbOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setParanoidChecks(true)
        .setKeepLogFileNum(3)
        .setMaxTotalWalSize(256L << 20);
  }

  private static List<byte[]> familyNames(String engine) throws RocksDBException {
    try (Options options = new Options()) {
      List<byte[]> names = RocksDB.listColumnFamilies(options, engine);
      return names.isEmpty() ? List.of(RocksDB.DEFAULT_COLUMN_FAMILY) : names;
    }
  }

  private static Map<String, ColumnFamilyHandle> byName(List<ColumnFamilyHandle> handles) {
    return handles.stream()
        .collect(Collectors.toMap(RocksJournalStore::name, handle -> handle, (a, b) -> a));
  }

  private static String name(ColumnFamilyHandle handle) {
    try {
      return new String(handle.getName(), StandardCharsets.UTF_8);
    } catch (RocksDBException e) {
      throw new IllegalStateException("a column family without a name", e);
    }
  }

  @Override
  public synchronized Journal journal(String domain) throws JournalException {
    if (!DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException(
          "domain must be 1 to 32 characters of a-z, 0-9 and -: \"%s\"".formatted(domain));
    }
    RocksJournal open = journals.get(domain);
    if (open != null) {
      return open;
    }
    try {
      RocksJournal journal =
          RocksJournal.open(
              db,
              domain,
              new RocksJournal.Families(family("default"), family(domain), family(domain + ".log")),
              logBytesMax);
      journals.put(domain, journal);
      return journal;
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  private ColumnFamilyHandle family(String name) throws RocksDBException {
    ColumnFamilyHandle existing = families.get(name);
    if (existing != null) {
      return existing;
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ColumnFamilyHandle made =
        db.createColumnFamily(new ColumnFamilyDescriptor(bytes, familyOptions));
    families.put(name, made);
    return made;
  }

  @Override
  public synchronized void close() throws JournalException {
    if (closed) {
      return;
    }
    closed = true;
    journals.values().forEach(RocksJournal::close);
    families.values().forEach(ColumnFamilyHandle::close);
    try {
      db.closeE();
    } catch (RocksDBException e) {
      throw RocksFailure.of("closing the data directory", e);
    } finally {
      familyOptions.close();
      options.close();
      directory.close();
    }
  }
}
