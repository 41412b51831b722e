package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import guidepost.journal.CompactedException;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One domain's journal in RocksDB.
///
/// ```
///   default     domain        ->  Extent: newest and oldest revision, and their log positions
///   <domain>    key           ->  revision u64, value
///   <domain>.log  revision u64  ->  LogRecord
/// ```
///
/// All three change in one atomic, synced write: a crash leaves them in step.
final class RocksJournal implements Journal {

  /// Which part of the log is retained, and where it lies.
  ///
  /// @param newest last revision
  /// @param oldest first revision still in the log
  /// @param end log position after the newest record
  /// @param start log position of the oldest record
  private record Extent(long newest, long oldest, long end, long start) {

    static final Extent NONE = new Extent(0, 1, 0, 0);

    byte[] encode() {
      return ByteBuffer.allocate(4 * Long.BYTES)
          .putLong(newest)
          .putLong(oldest)
          .putLong(end)
          .putLong(start)
          .array();
    }

    static Extent decode(byte @Nullable [] stored) {
      if (stored == null) {
        return NONE;
      }
      ByteBuffer in = ByteBuffer.wrap(stored);
      return new Extent(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
  }

  /// The column families of a domain.
  record Families(ColumnFamilyHandle extents, ColumnFamilyHandle latest, ColumnFamilyHandle log) {}

  private static final Logger LOG = LoggerFactory.getLogger(RocksJournal.class);

  private final RocksDB db;
  private final String domain;
  private final byte[] extentKey;
  private final Families families;
  private final long logBytesMax;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private volatile Extent extent;

  private RocksJournal(
      RocksDB db, String domain, Families families, long logBytesMax, Extent extent) {
    this.db = db;
    this.domain = domain;
    this.extentKey = domain.getBytes(StandardCharsets.UTF_8);
    this.families = families;
    this.logBytesMax = logBytesMax;
    this.extent = extent;
  }

  static RocksJournal open(RocksDB db, String domain, Families families, long logBytesMax)
      throws RocksDBException {
    byte[] key = domain.getBytes(StandardCharsets.UTF_8);
    Extent extent = Extent.decode(db.get(families.extents(), key));
    return new RocksJournal(db, domain, families, logBytesMax, extent);
  }

  @Override
  public long revision() {
    return extent.newest();
  }

  @Override
  public long oldestRevision() {
    return extent.oldest();
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    Extent before = extent;
    long revision = before.newest();
    long position = before.end();
    try (WriteBatch write = new WriteBatch()) {
      for (Batch batch : batches) {
        revision++;
        byte[] entry = LogRecord.encode(position, batch);
        write.put(families.log(), key(revision), entry);
        position += entry.length;
        addLatest(write, batch, revision);
      }
      Extent after = new Extent(revision, before.oldest(), position, before.start());
      write.put(families.extents(), extentKey, after.encode());
      db.write(synced, write);
      extent = after;
    } catch (RocksDBException e) {
      throw failure(e);
    }
    trimToSize();
    return revision;
  }

  private void addLatest(WriteBatch write, Batch batch, long revision) throws RocksDBException {
    FirstFailure failure = new FirstFailure();
    batch.forEach(
        (key, value) -> {
          try {
            if (value == null) {
              write.delete(families.latest(), key);
            } else {
              write.put(families.latest(), key, withRevision(revision, value));
            }
          } catch (RocksDBException e) {
            failure.keep(e);
          }
        });
    failure.throwIfAny();
  }

  /// Carries a checked exception out of a visitor.
  private static final class FirstFailure {
    private @Nullable RocksDBException first;

    void keep(RocksDBException e) {
      first = first == null ? e : first;
    }

    void throwIfAny() throws RocksDBException {
      if (first != null) {
        throw first;
      }
    }
  }

  private static byte[] withRevision(long revision, byte[] value) {
    return ByteBuffer.allocate(Long.BYTES + value.length).putLong(revision).put(value).array();
  }

  private static byte[] key(long revision) {
    return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
  }

  /// Trims a quarter of the log at a time, so that the search for the cut is rare. What could not
  /// be trimmed now is trimmed later: the append itself has succeeded.
  private void trimToSize() {
    Extent now = extent;
    if (now.end() - now.start() <= logBytesMax) {
      return;
    }
    try {
      trim(revisionAt(now, now.end() - logBytesMax / 4 * 3) - 1);
    } catch (JournalException e) {
      LOG.warn("{}: the log could not be trimmed; trying again later", domain, e);
    }
  }

  /// The first retained revision whose record lies at or after `position`, by bisection.
  private long revisionAt(Extent now, long position) throws JournalException {
    long low = now.oldest();
    long high = now.newest();
    try {
      while (low < high) {
        long middle = (low + high) >>> 1;
        if (LogRecord.position(entry(middle)) < position) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private byte[] entry(long revision) throws RocksDBException, JournalException {
    byte[] entry = db.get(families.log(), key(revision));
    if (entry == null) {
      throw corrupt("revision %d is missing from the log".formatted(revision), null);
    }
    return entry;
  }

  @Override
  public void trim(long throughRevision) throws JournalException {
    Extent before = extent;
    long through = Math.min(throughRevision, before.newest());
    if (through < before.oldest()) {
      return;
    }
    try (WriteBatch write = new WriteBatch()) {
      long start =
          through == before.newest() ? before.end() : LogRecord.position(entry(through + 1));
      Extent after = new Extent(before.newest(), through + 1, before.end(), start);
      write.deleteRange(families.log(), key(before.oldest()), key(through + 1));
      write.put(families.extents(), extentKey, after.encode());
      db.write(synced, write);
      extent = after;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public long replay(EntryVisitor visitor) throws JournalException {
    Snapshot snapshot = db.getSnapshot();
    try (ReadOptions reading = reading(snapshot);
        RocksIterator entries = db.newIterator(families.latest(), reading)) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        visit(visitor, entries.key(), entries.value());
      }
      entries.status();
      return Extent.decode(db.get(families.extents(), reading, extentKey)).newest();
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      db.releaseSnapshot(snapshot);
    }
  }

  private void visit(EntryVisitor visitor, byte[] key, byte[] stored) throws JournalException {
    if (stored.length < Long.BYTES) {
      throw corrupt("an entry of %d bytes has no revision".formatted(stored.length), null);
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    long revision = in.getLong();
    byte[] value = new byte[in.remaining()];
    in.get(value);
    visitor.entry(key, value, revision);
  }

  @Override
  public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
    Snapshot snapshot = db.getSnapshot();
    try (ReadOptions reading = reading(snapshot)) {
      Extent now = Extent.decode(db.get(families.extents(), reading, extentKey));
      if (afterRevision < now.oldest() - 1) {
        throw new CompactedException(afterRevision, now.oldest());
      }
      show(reading, afterRevision, visitor);
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      db.releaseSnapshot(snapshot);
    }
  }

  private void show(ReadOptions reading, long afterRevision, BatchVisitor visitor)
      throws RocksDBException, JournalException {
    long expected = afterRevision;
    try (RocksIterator records = db.newIterator(families.log(), reading)) {
      for (records.seek(key(afterRevision + 1)); records.isValid(); records.next()) {
        long revision = ByteBuffer.wrap(records.key()).getLong();
        if (revision != ++expected) {
          throw corrupt("revision %d is missing from the log".formatted(expected), null);
        }
        if (!visitor.batch(revision, decoded(revision, records.value()))) {
          return;
        }
      }
      records.status();
    }
  }

  private Batch decoded(long revision, byte[] stored) throws JournalException {
    try {
      return LogRecord.decode(stored);
    } catch (BufferUnderflowException e) {
      throw corrupt("revision %d ends early".formatted(revision), e);
    }
  }

  /// Reads blocks past the cache: a replay touches each of them once.
  private static ReadOptions reading(Snapshot snapshot) {
    return new ReadOptions()
        .setSnapshot(snapshot)
        .setFillCache(false)
        .setVerifyChecksums(true)
        .setReadaheadSize(2 << 20);
  }

  private JournalException failure(RocksDBException e) {
    return RocksFailure.of("journal " + domain, e);
  }

  private JournalException corrupt(String what, @Nullable Throwable cause) {
    return new JournalException(
        Reason.CORRUPT, "journal %s: %s; restore a backup".formatted(domain, what), cause);
  }

  void close() {
    synced.close();
  }
}
