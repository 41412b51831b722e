package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// A batch in the log, as bytes. All numbers big-endian:
///
/// ```
///   position u64   bytes of all records before this one, since the journal began
///   changes  u32
///   change*        key length u16, key, value length + 1 as u32 (0: tombstone), value
/// ```
///
/// The position tells how large any stretch of the log is without reading it.
final class LogRecord {

  private static final int HEADER_BYTES = 12;
  private static final int CHANGE_HEADER_BYTES = 6;

  private LogRecord() {}

  static byte[] encode(long position, Batch batch) {
    int length = HEADER_BYTES + CHANGE_HEADER_BYTES * batch.size() + Math.toIntExact(batch.bytes());
    ByteBuffer out = ByteBuffer.allocate(length).putLong(position).putInt(batch.size());
    batch.forEach(
        (key, value) -> {
          out.putShort((short) requireKeyLength(key.length)).put(key);
          out.putInt(value == null ? 0 : value.length + 1);
          if (value != null) {
            out.put(value);
          }
        });
    return out.array();
  }

  private static int requireKeyLength(int length) {
    if (length > 0xffff) {
      throw new IllegalArgumentException("key must have at most 65535 bytes: " + length);
    }
    return length;
  }

  static long position(byte[] stored) {
    return ByteBuffer.wrap(stored).getLong();
  }

  /// @throws BufferUnderflowException if the bytes end early
  static Batch decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored).position(Long.BYTES);
    Batch batch = new Batch();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] key = bytes(in, Short.toUnsignedInt(in.getShort()));
      int valueLength = in.getInt() - 1;
      if (valueLength < 0) {
        batch.delete(key);
      } else {
        batch.put(key, bytes(in, valueLength));
      }
    }
    return batch;
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
