package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import guidepost.journal.Journal.BatchVisitor;
import guidepost.journal.JournalException;
import guidepost.journal.TrimmedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads the retained log of one domain, at a held state.
///
/// Threads: any.
final class RocksLog {

  private final String domain;

  RocksLog(String domain) {
    this.domain = domain;
  }

  static byte[] key(long revision) {
    return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
  }

  interface RecordTest {
    boolean test(byte[] stored);
  }

  /// The last retained revision whose record passes a test that holds for all before it, by
  /// bisection; the one before the oldest if none does.
  long search(HeldState held, LogExtent now, RecordTest test) throws JournalException {
    long low = now.oldest();
    long high = now.newest() + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (test.test(record(held, middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  byte[] record(HeldState held, long revision) throws JournalException {
    try {
      byte[] record = held.db().get(held.families(domain).log(), held.reading(), key(revision));
      if (record == null) {
        throw RocksFailure.corrupt(
            domain, "revision %d is missing from the log".formatted(revision), null);
      }
      return record;
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  static void requireRetained(long afterRevision, LogExtent now) throws TrimmedException {
    if (afterRevision < now.oldest() - 1) {
      throw new TrimmedException(
          afterRevision, now.oldest(), Instant.ofEpochMilli(now.floorMillis()));
    }
  }

  void read(HeldState held, long afterRevision, long newest, BatchVisitor visitor)
      throws RocksDBException, JournalException {
    try (RocksIterator records = iterator(held)) {
      records.seek(key(afterRevision + 1));
      for (long expected = afterRevision + 1; expected <= newest; expected++) {
        held.requireTime();
        requireRecord(records, expected);
        if (!visit(expected, records, visitor)) {
          return;
        }
        records.next();
      }
    }
  }

  private RocksIterator iterator(HeldState held) throws RocksDBException {
    return held.db().newIterator(held.families(domain).log(), held.reading());
  }

  private void requireRecord(RocksIterator records, long expected)
      throws RocksDBException, JournalException {
    if (!records.isValid()) {
      records.status();
      throw RocksFailure.corrupt(
          domain, "revision %d is missing from the log".formatted(expected), null);
    }
  }

  void readBackwards(HeldState held, long fromRevision, long afterRevision, BatchVisitor visitor)
      throws RocksDBException, JournalException {
    try (RocksIterator records = iterator(held)) {
      records.seekForPrev(key(fromRevision));
      for (long expected = fromRevision; expected > afterRevision; expected--) {
        held.requireTime();
        requireRecord(records, expected);
        if (!visit(expected, records, visitor)) {
          return;
        }
        records.prev();
      }
    }
  }

  private boolean visit(long expected, RocksIterator records, BatchVisitor visitor)
      throws JournalException {
    long revision = ByteBuffer.wrap(records.key()).getLong();
    if (revision != expected) {
      throw RocksFailure.corrupt(
          domain, "revision %d is missing from the log".formatted(expected), null);
    }
    byte[] stored = records.value();
    Batch batch = decoded(revision, stored);
    return visitor.batch(revision, Instant.ofEpochMilli(LogRecord.millis(stored)), batch);
  }

  private Batch decoded(long revision, byte[] stored) throws JournalException {
    try {
      return LogRecord.decode(stored);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw RocksFailure.corrupt(
          domain, "revision %d in the log cannot be read: %s".formatted(revision, e), e);
    }
  }
}
