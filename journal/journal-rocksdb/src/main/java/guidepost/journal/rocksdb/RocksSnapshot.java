package guidepost.journal.rocksdb;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// The latest values of a domain, held at one revision by a snapshot of the engine's.
final class RocksSnapshot implements Journal.Snapshot {

  private final String domain;
  private final HeldState held;
  private final long revision;

  /// @param held closed with this
  RocksSnapshot(String domain, HeldState held, long revision) {
    this.domain = domain;
    this.held = held;
    this.revision = revision;
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public Optional<Value> get(byte[] key) throws JournalException {
    try {
      byte[] stored = held.db().get(latest(), held.reading(), key);
      return stored == null ? Optional.empty() : Optional.of(value(stored));
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  private ColumnFamilyHandle latest() throws RocksDBException {
    return held.families(domain).latest();
  }

  private Value value(byte[] stored) throws JournalException {
    requireRevision(domain, stored.length);
    return new Value(
        ByteBuffer.wrap(stored).getLong(), Arrays.copyOfRange(stored, Long.BYTES, stored.length));
  }

  /// @param length of what is stored for a key
  static void requireRevision(String domain, int length) throws JournalException {
    if (length < Long.BYTES) {
      throw RocksFailure.corrupt(
          domain, "an entry of %d bytes has no revision".formatted(length), null);
    }
  }

  @Override
  public void scan(byte[] from, byte @Nullable [] to, Journal.RangeVisitor visitor)
      throws JournalException {
    try (RocksIterator entries = held.db().newIterator(latest(), held.reading())) {
      for (entries.seek(from); entries.isValid(); entries.next()) {
        held.requireTime();
        byte[] key = entries.key();
        if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
          return;
        }
        Value value = value(entries.value());
        if (!visitor.entry(key, value.bytes(), value.revision())) {
          return;
        }
      }
      entries.status();
    } catch (RocksDBException e) {
      throw RocksFailure.of("journal " + domain, e);
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
