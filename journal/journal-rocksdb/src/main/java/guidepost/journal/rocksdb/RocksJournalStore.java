package guidepost.journal.rocksdb;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rocksdb.Checkpoint;
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

  private static final String LOG_SUFFIX = ".log";
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,32}");

  private final DataDirectory directory;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final RocksDB db;
  private final Map<String, ColumnFamilyHandle> families;
  private final Map<String, RocksJournal> journals = new HashMap<>();
  private final Retention retention;
  private final InstantSource clock;
  private boolean closed;

  private RocksJournalStore(
      DataDirectory directory,
      DBOptions options,
      ColumnFamilyOptions familyOptions,
      RocksDB db,
      Map<String, ColumnFamilyHandle> families,
      Retention retention,
      InstantSource clock) {
    this.directory = directory;
    this.options = options;
    this.familyOptions = familyOptions;
    this.db = db;
    this.families = families;
    this.retention = retention;
    this.clock = clock;
  }

  /// Opens, or makes, the store in `path`.
  ///
  /// @throws JournalException if the directory is in use, is another program's, has a newer format,
  ///   may not be written, is damaged, or its device is full
  public static RocksJournalStore open(Path path) throws JournalException {
    return open(path, Retention.DEFAULT, InstantSource.system());
  }

  /// Opens a store that keeps another amount of log.
  ///
  /// @param retention of each domain's log
  /// @param clock for the times of batches
  /// @throws JournalException as [#open(Path)]
  public static RocksJournalStore open(Path path, Retention retention, InstantSource clock)
      throws JournalException {
    return open(DataDirectory.open(path), path, retention, clock);
  }

  /// Makes a store to be filled. Until it is [#complete] its directory is nobody's: what is there
  /// after a crash cannot be opened.
  ///
  /// @param path absent or empty
  /// @throws JournalException as [#open(Path)]
  public static RocksJournalStore draft(Path path) throws JournalException {
    return open(DataDirectory.draft(path), path, Retention.DEFAULT, InstantSource.system());
  }

  /// True if a directory looks like what is left of a [#draft] that was never [#complete].
  public static boolean isUnfinished(Path path) {
    return DataDirectory.isUnfinished(path);
  }

  /// Makes a draft a store like any other: everything in it is on disk.
  ///
  /// @throws JournalException if that cannot be written
  public void complete() throws JournalException {
    directory.upgraded();
  }

  private static RocksJournalStore open(
      DataDirectory directory, Path path, Retention retention, InstantSource clock)
      throws JournalException {
    try {
      NativeLibrary.load();
      LogFrames.check(directory.engine());
      return upgraded(open(directory, retention, clock));
    } catch (RocksDBException e) {
      directory.close();
      throw RocksFailure.of("data directory " + path, e);
    } catch (JournalException e) {
      directory.close();
      throw e;
    } catch (IOException e) {
      directory.close();
      throw new JournalException(
          JournalException.Reason.IO,
          "the storage engine's library cannot be unpacked into %s: %s"
              .formatted(System.getProperty("java.io.tmpdir"), e),
          e);
    }
  }

  private static RocksJournalStore upgraded(RocksJournalStore store) throws JournalException {
    try {
      store.upgrade();
      return store;
    } catch (JournalException e) {
      store.close();
      throw e;
    }
  }

  private static RocksJournalStore open(
      DataDirectory directory, Retention retention, InstantSource clock) throws RocksDBException {
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
          directory, options, familyOptions, db, byName(handles), retention, clock);
    } catch (RocksDBException e) {
      familyOptions.close();
      options.close();
      throw e;
    }
  }

  /// A torn last record is what a crash leaves behind; any other damage must be reported, not
  /// skipped, for acknowledged changes lie behind it. All families are flushed together, so that
  /// whatever happens to a file, they show one and the same revision.
  private static DBOptions dbOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setParanoidChecks(true)
        .setAtomicFlush(true)
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
              new RocksJournal.Families(
                  family("default"), family(domain), family(domain + LOG_SUFFIX)),
              retention,
              clock,
              directory.acknowledged(domain),
              directory.timeline(),
              directory.loadFile(domain));
      journals.put(domain, journal);
      return journal;
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  private RocksJournal.Families families(String domain) throws RocksDBException {
    return new RocksJournal.Families(
        family("default"), family(domain), family(domain + LOG_SUFFIX));
  }

  /// A format 1 log has neither times nor prior values: history begins anew, the state stays.
  private void upgrade() throws JournalException {
    if (directory.format() == DataDirectory.FORMAT) {
      return;
    }
    try {
      for (String name : List.copyOf(families.keySet())) {
        if (name.endsWith(LOG_SUFFIX)) {
          String domain = name.substring(0, name.length() - LOG_SUFFIX.length());
          FormatOne.upgrade(db, domain, families(domain), clock.millis());
        }
      }
    } catch (RocksDBException e) {
      throw RocksFailure.of("upgrading the data directory", e);
    }
    directory.upgraded();
  }

  @Override
  public void verifyFiles() throws JournalException {
    try {
      db.verifyChecksum();
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  @Override
  public void compact() throws JournalException {
    try {
      for (ColumnFamilyHandle family : handles()) {
        db.compactRange(family);
      }
    } catch (RocksDBException e) {
      throw RocksFailure.of("compacting the data directory", e);
    }
  }

  private synchronized List<ColumnFamilyHandle> handles() {
    return List.copyOf(families.values());
  }

  @Override
  public Map<String, Long> copyTo(Path target) throws JournalException {
    Path engine = target.resolve(DataDirectory.ENGINE);
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      Files.createDirectory(target);
      checkpoint.createCheckpoint(engine.toString());
      DataDirectory.mark(target);
      return StoredRevisions.read(engine);
    } catch (RocksDBException e) {
      throw RocksFailure.of("copying the data directory to " + target, e);
    } catch (IOException e) {
      throw DataDirectory.translated(target, e);
    }
  }

  @Override
  public long bytesOnDisk() throws JournalException {
    try {
      return db.getAggregatedLongProperty("rocksdb.total-sst-files-size")
          + db.getLongProperty("rocksdb.size-all-mem-tables");
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
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
