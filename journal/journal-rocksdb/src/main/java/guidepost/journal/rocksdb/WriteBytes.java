package guidepost.journal.rocksdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One atomic write as RocksDB's write-ahead log holds it, made in one piece: a call into the
/// native library for each change would cost more than the change.
///
/// ```
///   sequence u64 (0: given later), number of records u32, record*       little-endian
///   put      5, column family, key length, key, value length, value     lengths and ids as varint32
///   delete   4, column family, key length, key
/// ```
///
/// The format is the engine's promise: it is what its log of any age is read by ([1]).
///
/// Memory: up to 8 MiB stay between two writes. Threads: one at a time.
///
/// [1]: RocksDB, db/write_batch.cc, "WriteBatch::rep_".
final class WriteBytes {

  private static final int HEADER_BYTES = 12;
  private static final int COUNT_OFFSET = 8;
  private static final byte DELETE = 4;
  private static final byte PUT = 5;

  /// A larger buffer is not kept for the next write.
  private static final int KEPT_BYTES_MAX = 8 << 20;

  private byte[] buffer = new byte[0];
  private int size;
  private int count;

  /// Begins a write in the buffer of the one before: a new one for each cost as much as filling it.
  void begin(int expectedBytes) {
    if (buffer.length < HEADER_BYTES + expectedBytes) {
      buffer = new byte[HEADER_BYTES + expectedBytes];
    }
    Arrays.fill(buffer, 0, HEADER_BYTES, (byte) 0);
    size = HEADER_BYTES;
    count = 0;
  }

  void put(int family, byte[] key, byte[] value) {
    begin(PUT, family, key);
    varint(value.length);
    add(value);
  }

  /// Puts the revision, big-endian, and then the value.
  void put(int family, byte[] key, long revision, byte[] value) {
    begin(PUT, family, key);
    varint(Long.BYTES + value.length);
    room(Long.BYTES);
    ByteBuffer.wrap(buffer).putLong(size, revision);
    size += Long.BYTES;
    add(value);
  }

  void delete(int family, byte[] key) {
    begin(DELETE, family, key);
  }

  private void begin(byte kind, int family, byte[] key) {
    count++;
    room(1);
    buffer[size++] = kind;
    varint(family);
    varint(key.length);
    add(key);
  }

  private void varint(int number) {
    room(5);
    int left = number;
    while (left > 0x7f) {
      buffer[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    buffer[size++] = (byte) left;
  }

  private void add(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void room(int more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + more, buffer.length * 2));
    }
  }

  /// The write; another one is to [#begin] then.
  byte[] toByteArray() {
    byte[] bytes = Arrays.copyOf(buffer, size);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(COUNT_OFFSET, count);
    if (buffer.length > KEPT_BYTES_MAX) {
      buffer = new byte[0];
    }
    return bytes;
  }
}
