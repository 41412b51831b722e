package guidepost.journal.rocksdb;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How far a domain's journal has come, and which part of its log is retained. As stored: eight
/// big-endian u64 in this order.
///
/// @param newest last revision
/// @param oldest first revision still in the log
/// @param end log position after the newest record
/// @param start log position of the oldest record
/// @param newestMillis time of the newest revision
/// @param floorMillis time of the revision before the oldest one
/// @param entries keys that have a value
/// @param digest sum over them, see [Digest]
record LogExtent(
    long newest,
    long oldest,
    long end,
    long start,
    long newestMillis,
    long floorMillis,
    long entries,
    long digest) {

  static final LogExtent NONE = new LogExtent(0, 1, 0, 0, 0, 0, 0, 0);

  private static final int FIELDS = 8;

  byte[] encode() {
    return ByteBuffer.allocate(FIELDS * Long.BYTES)
        .putLong(newest)
        .putLong(oldest)
        .putLong(end)
        .putLong(start)
        .putLong(newestMillis)
        .putLong(floorMillis)
        .putLong(entries)
        .putLong(digest)
        .array();
  }

  /// @param stored null where nothing was ever written
  /// @throws BufferUnderflowException if bytes are missing
  static LogExtent decode(byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    return new LogExtent(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  /// That of a state without a log.
  ///
  /// @param end log position, which is not reset
  static LogExtent ofState(long revision, long end, long millis, Digest digest) {
    return new LogExtent(
        revision, revision + 1, end, end, millis, millis, digest.entries(), digest.sum());
  }

  /// The same after more records.
  LogExtent appended(long revision, long position, long millis, Digest latest) {
    return new LogExtent(
        revision, oldest, position, start, millis, floorMillis, latest.entries(), latest.sum());
  }

  /// The same without the records up to a revision.
  ///
  /// @param position of the first record that stays
  /// @param millis time of `through`
  LogExtent trimmed(long through, long position, long millis) {
    return new LogExtent(newest, through + 1, end, position, newestMillis, millis, entries, digest);
  }

  boolean matches(Digest latest) {
    return latest.entries() == entries && latest.sum() == digest;
  }

  /// Bytes of the retained log.
  long logBytes() {
    return end - start;
  }

  /// Retained records.
  long batches() {
    return newest - oldest + 1;
  }
}
