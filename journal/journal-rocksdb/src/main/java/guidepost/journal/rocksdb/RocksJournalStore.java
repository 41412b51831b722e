package guidepost.journal.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;

/// Journals in one directory on a local disk.
///
/// One RocksDB holds them all, so that there is one write-ahead log to fsync. Each domain has two
/// column families: its latest values, and its log.
///
/// Threads: any.
public final class RocksJournalStore implements JournalStore, JournalFiles {

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,32}");

  private final DataDirectory directory;
  private final EngineSlot slot;
  private final Repair repair;
  private final Map<String, RocksJournal> journals = new ConcurrentHashMap<>();
  private final Retention retention;
  private final InstantSource clock;

  @GuardedBy("this")
  private boolean closed;

  private RocksJournalStore(
      DataDirectory directory,
      Engine engine,
      Device device,
      Repair.Pace pace,
      Retention retention,
      InstantSource clock) {
    this.directory = directory;
    this.slot = new EngineSlot(engine);
    this.repair = new Repair(directory, device, pace, slot, this::requireHeldBy);
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
    return open(path, retention, clock, new Device(), Repair.Pace.DEFAULT);
  }

  static RocksJournalStore open(
      Path path, Retention retention, InstantSource clock, Device device, Repair.Pace pace)
      throws JournalException {
    return open(DataDirectory.open(path), false, device, pace, retention, clock);
  }

  /// Opens a copy of a log that is kept elsewhere.
  static RocksJournalStore openReplica(Path path, Retention retention) throws JournalException {
    return open(
        DataDirectory.openReplica(path),
        false,
        new Device(),
        Repair.Pace.DEFAULT,
        retention,
        InstantSource.system());
  }

  /// Opens a store that no server has open, to be looked at: nothing in the directory changes,
  /// which may be one that cannot be written.
  ///
  /// @throws JournalException as [#open(Path)]; and if it has a format that must be brought to the
  ///   present one first
  public static RocksJournalStore openForReading(Path path) throws JournalException {
    return open(
        DataDirectory.openForReading(path),
        true,
        new Device(),
        Repair.Pace.DEFAULT,
        Retention.DEFAULT,
        InstantSource.system());
  }

  /// Makes a store to be filled. Until it is [#complete] its directory is nobody's: what is there
  /// after a crash cannot be opened.
  ///
  /// @param path absent or empty
  /// @throws JournalException as [#open(Path)]
  public static RocksJournalStore draft(Path path) throws JournalException {
    return adopt(path, FormatFile.FORMAT);
  }

  /// Makes a store of the files of another's engine, which lie in the directory already. Until it
  /// is [#complete] its directory is nobody's.
  ///
  /// @param path without a FORMAT file
  /// @param format what the FORMAT file of the other one says
  /// @throws JournalException as [#open(Path)]
  public static RocksJournalStore adopt(Path path, String format) throws JournalException {
    return adopt(path, FormatFile.format(path, format));
  }

  private static RocksJournalStore adopt(Path path, int format) throws JournalException {
    return open(
        DataDirectory.draft(path, format),
        false,
        new Device(),
        Repair.Pace.DEFAULT,
        Retention.DEFAULT,
        InstantSource.system());
  }

  /// True if a directory looks like what is left of a [#draft] that was never [#complete].
  public static boolean isUnfinished(Path path) {
    return DataDirectory.isUnfinished(path);
  }

  /// Makes a draft a store like any other: everything in it is on disk.
  ///
  /// @throws JournalException if that cannot be written
  public void complete() throws JournalException {
    try (EngineSlot.Lease lease = slot.lease()) {
      directory.complete(lease.engine().domains());
    }
  }

  private static RocksJournalStore open(
      DataDirectory directory,
      boolean toRead,
      Device device,
      Repair.Pace pace,
      Retention retention,
      InstantSource clock)
      throws JournalException {
    try {
      NativeLibrary.load();
      LogFrames.check(directory.engine());
      Engine engine =
          toRead ? Engine.openForReading(directory.engine()) : Engine.open(directory.engine());
      return upgraded(new RocksJournalStore(directory, engine, device, pace, retention, clock));
    } catch (RocksDBException e) {
      directory.close();
      throw RocksFailure.of("data directory " + directory.path(), e);
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
    try (EngineSlot.Lease lease = slot.lease()) {
      Engine engine = lease.engine();
      if (engine.isReadOnly() && !directory.hasDomain(domain) && engine.isEmpty(domain)) {
        return new NoJournal(directory.timeline());
      }
      directory.requireDomain(domain, engine.domains().contains(domain), engine.isEmpty(domain));
      RocksJournal journal =
          RocksJournal.open(
              slot,
              repair,
              domain,
              retention,
              clock,
              directory.acknowledged(domain),
              directory.timeline(),
              directory.loadFile(domain));
      journals.put(domain, journal);
      if (!engine.isReadOnly() && !directory.isReplica()) {
        journal.trimToRetention();
      }
      return journal;
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  /// The journal of a domain of a copy.
  RocksJournal copied(String domain) throws JournalException {
    return (RocksJournal) journal(domain);
  }

  /// The domains that were ever written.
  List<String> domains() throws JournalException {
    try (EngineSlot.Lease lease = slot.lease()) {
      return lease.engine().domains();
    }
  }

  EngineSlot slot() {
    return slot;
  }

  /// Which timeline its revisions are of.
  long timeline() {
    return directory.timeline();
  }

  private void requireHeldBy(Engine engine) throws RocksDBException, JournalException {
    for (RocksJournal journal : journals.values()) {
      journal.requireHeldBy(engine);
    }
  }

  @Override
  public Optional<JournalException> trouble() {
    return repair.trouble();
  }

  @Override
  public void onTrouble(Consumer<Optional<JournalException>> told) {
    repair.onTrouble(told);
  }

  /// A format 1 log has neither times nor prior values: history starts again, the state stays. What
  /// format 2 lacks is what says that nothing is missing.
  private void upgrade() throws JournalException {
    if (directory.format() == FormatFile.FORMAT) {
      return;
    }
    try (EngineSlot.Lease lease = slot.lease()) {
      Engine engine = lease.engine();
      if (engine.isReadOnly()) {
        return;
      }
      for (String domain : engine.domains()) {
        FormatOne.upgrade(engine, domain, clock.millis());
      }
      engine.durable();
      if (!directory.isDraft()) {
        directory.complete(engine.domains());
      }
    } catch (RocksDBException e) {
      throw RocksFailure.of("upgrading the data directory", e);
    }
  }

  @Override
  public Optional<JournalFiles> files() {
    return Optional.of(this);
  }

  @Override
  public void verifyFiles() throws JournalException {
    try (EngineSlot.Lease lease = slot.lease()) {
      lease.engine().db().verifyChecksum();
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  @Override
  public void compact() throws JournalException {
    try (EngineSlot.Lease lease = repair.leaseToWrite("data directory")) {
      for (ColumnFamilyHandle family : lease.engine().allFamilies()) {
        lease.engine().db().compactRange(family);
      }
    } catch (RocksDBException e) {
      throw RocksFailure.of("compacting the data directory", e);
    }
  }

  @Override
  public RocksCopy copy() throws JournalException {
    CheckpointDirectory copy = CheckpointDirectory.in(directory.path());
    try {
      return RocksCopy.of(copy, copyTo(copy.path()));
    } catch (JournalException e) {
      discard(copy, e);
      throw e;
    } catch (IOException e) {
      discard(copy, e);
      throw DirectoryProblem.of(copy.path(), e);
    }
  }

  private static void discard(CheckpointDirectory copy, IOException why) {
    try {
      copy.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /// Makes a consistent copy of all journals in a directory, which can be opened as a store.
  ///
  /// @param target a directory that does not exist, whose parent does
  /// @return the newest revision in the copy of every domain that was ever written
  /// @throws JournalException if it cannot be made
  public Map<String, Long> copyTo(Path target) throws JournalException {
    Path engine = target.resolve(DataDirectory.ENGINE);
    try (EngineSlot.Lease lease = repair.leaseToWrite("data directory");
        Checkpoint checkpoint = Checkpoint.create(lease.engine().db())) {
      Files.createDirectory(target);
      checkpoint.createCheckpoint(engine.toString());
      FormatFile.write(target);
      return StoredRevisions.read(engine);
    } catch (RocksDBException e) {
      throw RocksFailure.of("copying the data directory to " + target, e);
    } catch (IOException e) {
      throw DirectoryProblem.of(target, e);
    }
  }

  @Override
  public long bytesOnDisk() throws JournalException {
    try (EngineSlot.Lease lease = slot.lease()) {
      return lease.engine().db().getAggregatedLongProperty("rocksdb.total-sst-files-size")
          + lease.engine().db().getLongProperty("rocksdb.size-all-mem-tables");
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  @Override
  public synchronized void close() throws JournalException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      repair.close();
    } finally {
      journals.values().forEach(RocksJournal::close);
      directory.close();
    }
  }
}
