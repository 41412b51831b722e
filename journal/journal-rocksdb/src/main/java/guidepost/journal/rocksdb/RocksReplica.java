package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalDraft;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server's copy of a log that is kept elsewhere: the journals of an embedded store, and in the
/// same atomic write where in the log they are.
///
/// Nothing of it is fsynced: what a loss of power takes is read from the log again, and what is
/// left is the state at one place of it. It is read like any other store, and written by this
/// alone.
///
/// ```
///   REPLICA   "position" -> bytes of the log's engine       a column family beside the domains'
/// ```
///
/// Threads: one writes; any reads.
public final class RocksReplica implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RocksReplica.class);

  static final byte[] POSITION = "position".getBytes(UTF_8);

  private final RocksJournalStore store;
  private final Map<String, RocksJournal> journals = new ConcurrentHashMap<>();

  private RocksReplica(RocksJournalStore store) {
    this.store = store;
  }

  /// Opens the copy in a directory, or makes an empty one.
  ///
  /// @param timeline of the log
  /// @param retention what [#excess] goes by
  /// @throws JournalException if it is not a copy, or of a log of another timeline; and as an
  ///   embedded store's
  public static RocksReplica open(Path path, long timeline, Retention retention)
      throws JournalException {
    try {
      begin(path, timeline);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
    RocksJournalStore store = RocksJournalStore.openReplica(path, retention);
    if (store.timeline() != timeline) {
      store.close();
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: is a copy of another log, with another timeline; check --journal and --data; if the log was lost, this may be all that is left of it: see journal reseed; if it was reseeded, delete the directory"
              .formatted(path),
          null);
    }
    removeLeftovers(path);
    return new RocksReplica(store);
  }

  /// What cannot be deleted takes room, and nothing else.
  private static void removeLeftovers(Path path) {
    try {
      CheckpointDirectory.removeLeftovers(path);
    } catch (IOException e) {
      LOG.warn("{}: an unfinished snapshot cannot be deleted", path, e);
    }
  }

  private static void begin(Path path, long timeline) throws IOException {
    boolean isCopy = Files.exists(path.resolve(DataDirectory.REPLICA));
    boolean isStore = Files.exists(path.resolve(FormatFile.NAME));
    if (isStore && !isCopy) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: is a store of its own, and not a copy of a cluster's log; choose an empty one"
              .formatted(path),
          null);
    }
    if (isCopy && !isStore) {
      DataDirectory.clearReplica(path);
    }
    if (!isStore) {
      Files.createDirectories(path);
      if (!isCopy && !isEmpty(path)) {
        throw new JournalException(
            Reason.FOREIGN,
            "data directory %s: holds files of another program; choose an empty one"
                .formatted(path),
            null);
      }
      SmallFile.write(path, DataDirectory.REPLICA, "guidepost replica%n".formatted());
      TimelineFile.write(path, timeline);
    }
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /// True if a directory has a copy.
  public static boolean isIn(Path path) {
    return Files.exists(path.resolve(DataDirectory.REPLICA))
        && Files.exists(path.resolve(FormatFile.NAME));
  }

  /// The timeline of the copy in a directory.
  ///
  /// @throws JournalException if it cannot be read
  public static long timeline(Path path) throws JournalException {
    try {
      return TimelineFile.read(path, false);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }

  /// Takes the files of another server's copy into a directory, in the place of the copy that is
  /// there, if one is. What else is in the directory stays. Until it is complete, the directory has
  /// no copy.
  ///
  /// @param timeline of the log
  /// @throws JournalException if the directory is in use, or not one of a copy
  public static JournalDraft taking(Path path, long timeline) throws JournalException {
    try {
      if (isIn(path)) {
        DataDirectory.clearReplica(path);
      }
      begin(path, timeline);
      return RocksDraft.ofReplica(path);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }

  /// A copy of the copy, at one moment, that was read and found whole.
  ///
  /// @param files until it is closed
  /// @param position where in the log it is
  /// @param revisions of each domain
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Snapshot(JournalFiles.Copy files, byte[] position, Map<String, Long> revisions)
      implements AutoCloseable {

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /// Makes a copy of it while it is read and written, and checks all checksums of that.
  ///
  /// @throws JournalException if it cannot be made, or is not whole
  public Snapshot snapshot() throws JournalException {
    RocksCopy copy = store.copy();
    try {
      Engine engine = Engine.openForReading(copy.path().resolve(DataDirectory.ENGINE));
      try {
        engine.db().verifyChecksum();
        byte[] at = engine.db().get(engine.replica(), POSITION);
        if (at == null) {
          throw new JournalException(Reason.CORRUPT, "a copy without a position", null);
        }
        return new Snapshot(copy, at, copy.revisions());
      } finally {
        engine.close();
      }
    } catch (RocksDBException e) {
      throw discarded(copy, RocksFailure.of("a snapshot", e));
    } catch (JournalException e) {
      throw discarded(copy, e);
    }
  }

  private static JournalException discarded(RocksCopy copy, JournalException why) {
    try {
      copy.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    return why;
  }

  /// Bytes of its files.
  ///
  /// @throws JournalException if it cannot be told
  public long bytesOnDisk() throws JournalException {
    return store.bytesOnDisk();
  }

  /// A number for a new timeline.
  public static long drawTimeline() {
    return TimelineFile.draw();
  }

  /// That of the log.
  public long timeline() {
    return store.timeline();
  }

  /// Its journals, to be read: what is written to them otherwise than by this does damage.
  public JournalStore store() {
    return store;
  }

  /// Where it is; empty before anything was written.
  ///
  /// @throws JournalException if it cannot be read
  public Optional<byte[]> position() throws JournalException {
    try (EngineSlot.Lease lease = store.slot().lease()) {
      return Optional.ofNullable(lease.engine().db().get(lease.engine().replica(), POSITION));
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  /// The newest revision of each domain that was ever written.
  ///
  /// @throws JournalException if it cannot be read
  public Map<String, Long> revisions() throws JournalException {
    Map<String, Long> revisions = new HashMap<>();
    for (String domain : store.domains()) {
      revisions.put(domain, journal(domain).revision());
    }
    return revisions;
  }

  private RocksJournal journal(String domain) throws JournalException {
    RocksJournal known = journals.get(domain);
    if (known != null) {
      return known;
    }
    RocksJournal opened = store.copied(domain);
    journals.put(domain, opened);
    return opened;
  }

  /// Appends batches that count, and where the copy then is.
  ///
  /// @param first must be the next revision of the domain
  /// @throws JournalException if the device fails; then the copy is of no use until it is opened
  ///   again
  public void append(String domain, long first, long millis, List<Batch> batches, byte[] position)
      throws JournalException {
    append(domain, first, List.of(new Appended(millis, batches)), position);
  }

  /// What one append of the log's wrote.
  ///
  /// @param millis when, milliseconds since 1970
  public record Appended(long millis, List<Batch> batches) {}

  /// The same of several appends in one write.
  ///
  /// @param appends in order, at least one
  /// @throws JournalException as [#append]
  public void append(String domain, long first, List<Appended> appends, byte[] position)
      throws JournalException {
    journal(domain).copy(first, appends, position);
  }

  /// Fills an empty domain with a state.
  ///
  /// @throws JournalException as [#append]
  public void load(
      String domain, long revision, long millis, Journal.EntrySource source, byte[] position)
      throws JournalException {
    journal(domain).copyLoad(revision, millis, source, position);
  }

  /// Forgets the log of a domain up to a revision.
  ///
  /// @throws JournalException as [#append]
  public void trim(String domain, long through, byte[] position) throws JournalException {
    journal(domain).copyTrim(through, position);
  }

  /// Much is about to be appended, or was: meanwhile a crash takes more of it.
  ///
  /// @throws JournalException as [#append]
  public void catchUp(boolean begins) throws JournalException {
    try (EngineSlot.Lease lease = store.slot().lease()) {
      lease.engine().catchUp(begins);
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  /// Says where the copy is, if nothing else has changed.
  ///
  /// @throws JournalException as [#append]
  public void move(byte[] position) throws JournalException {
    try (EngineSlot.Lease lease = store.slot().lease()) {
      lease
          .engine()
          .db()
          .put(lease.engine().replica(), lease.engine().unsynced(), POSITION, position);
    } catch (RocksDBException e) {
      throw RocksFailure.of("data directory", e);
    }
  }

  /// The last revision of a domain that the retention has no room for; 0 if it has room for all.
  ///
  /// @throws JournalException if it cannot be read
  public long excess(String domain) throws JournalException {
    RocksJournal journal = journal(domain);
    long through = journal.excess();
    return through >= journal.oldestRevision() ? through : 0;
  }

  /// When the last batch of a domain was appended, milliseconds since 1970; 0 if none was.
  ///
  /// @throws JournalException if it cannot be read
  public long newestMillis(String domain) throws JournalException {
    return journal(domain).newestMillis();
  }

  @Override
  public void close() throws JournalException {
    store.close();
  }
}
