package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A batch in the log, as bytes. All numbers big-endian:
///
/// ```
///   position u64   bytes of all records before this one, since the journal began
///   time     u64   of the append, milliseconds since 1970
///   changes  u32
///   change*        key length u16, key,
///                  value length + 1 as u32 (0: tombstone), value,
///                  prior length + 1 as u32 (0: there was none); then its revision u64, and it
/// ```
///
/// The position tells how large any stretch of the log is without reading it; the time, which
/// revision was the newest at a moment; the prior value undoes the change.
final class LogRecord {

  private static final int HEADER_BYTES = 20;
  private static final int CHANGE_HEADER_BYTES = 10;
  private static final int TIME_OFFSET = 8;
  private static final int CHANGES_OFFSET = 16;

  private LogRecord() {}

  static byte[] encode(long position, long millis, Batch batch) {
    int length = HEADER_BYTES + CHANGE_HEADER_BYTES * batch.size() + Math.toIntExact(batch.bytes());
    ByteBuffer out =
        ByteBuffer.allocate(length).putLong(position).putLong(millis).putInt(batch.size());
    batch.forEach(
        (key, value, prior) -> {
          out.putShort((short) key.length).put(key);
          putValue(out, value);
          putPrior(out, prior);
        });
    return out.array();
  }

  private static void putValue(ByteBuffer out, byte @Nullable [] value) {
    if (value == null) {
      out.putInt(0);
    } else {
      out.putInt(value.length + 1).put(value);
    }
  }

  private static void putPrior(ByteBuffer out, @Nullable Value prior) {
    if (prior == null) {
      out.putInt(0);
    } else {
      out.putInt(prior.bytes().length + 1).putLong(prior.revision()).put(prior.bytes());
    }
  }

  static long position(byte[] stored) {
    return ByteBuffer.wrap(stored).getLong();
  }

  static long millis(byte[] stored) {
    return ByteBuffer.wrap(stored).getLong(TIME_OFFSET);
  }

  /// @throws BufferUnderflowException if the bytes end early
  /// @throws IllegalArgumentException if bytes are left over, or a key is empty
  static Batch decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored).position(CHANGES_OFFSET);
    Batch batch = new Batch();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] key = bytes(in, Short.toUnsignedInt(in.getShort()));
      byte[] value = value(in);
      Value prior = prior(in);
      if (value == null) {
        batch.delete(key, prior);
      } else {
        batch.put(key, value, prior);
      }
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes too many");
    }
    return batch;
  }

  private static byte @Nullable [] value(ByteBuffer in) {
    int length = in.getInt() - 1;
    return length < 0 ? null : bytes(in, length);
  }

  private static @Nullable Value prior(ByteBuffer in) {
    int length = in.getInt() - 1;
    return length < 0 ? null : new Value(in.getLong(), bytes(in, length));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
