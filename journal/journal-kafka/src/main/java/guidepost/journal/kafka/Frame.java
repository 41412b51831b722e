package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The batches that one append makes durable together. As bytes, all numbers big-endian:
///
/// ```
///   domain length u8, domain, first revision u64, time u64, batches u32
///   batch*         changes u32
///   change*        key length u16, key,
///                  value length + 1 as u32 (0: tombstone), value,
///                  prior length + 1 as u32 (0: there was none); then its revision u64, and it
/// ```
///
/// A frame that is larger than a record may be travels as several records; see [LogEntry.Data].
///
/// Threads: any; immutable.
///
/// @param domain whose
/// @param first the revision of the first batch; the others follow it
/// @param millis time of the append, milliseconds since 1970
record Frame(String domain, long first, long millis, List<Batch> batches) {

  /// Bytes of a frame in one record: below the 1 MiB that brokers take by default.
  static final int PART_BYTES_MAX = 900_000;

  Frame {
    batches = List.copyOf(batches);
  }

  /// The revision of the last batch.
  long last() {
    return first + batches.size() - 1;
  }

  byte[] encode() {
    byte[] name = domain.getBytes(UTF_8);
    long length = 21L + name.length;
    for (Batch batch : batches) {
      length += 4 + 10L * batch.size() + batch.bytes();
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.put((byte) name.length).put(name).putLong(first).putLong(millis).putInt(batches.size());
    for (Batch batch : batches) {
      out.putInt(batch.size());
      batch.forEach((key, value, prior) -> change(out, key, value, prior));
    }
    return bytes;
  }

  private static void change(
      ByteBuffer out, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    out.putShort((short) key.length).put(key);
    if (value == null) {
      out.putInt(0);
    } else {
      out.putInt(value.length + 1).put(value);
    }
    if (prior == null) {
      out.putInt(0);
    } else {
      out.putInt(prior.bytes().length + 1).putLong(prior.revision()).put(prior.bytes());
    }
  }

  /// @throws IllegalArgumentException if the bytes are not those of a frame
  static Frame decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    try {
      String domain = new String(bytes(in, Byte.toUnsignedInt(in.get())), UTF_8);
      long first = in.getLong();
      long millis = in.getLong();
      int count = in.getInt();
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        batches.add(batch(in));
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(in.remaining() + " bytes too many in a frame");
      }
      return new Frame(domain, first, millis, batches);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a frame that ends early", e);
    }
  }

  private static Batch batch(ByteBuffer in) {
    Batch batch = new Batch();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] key = bytes(in, Short.toUnsignedInt(in.getShort()));
      int valueLength = in.getInt() - 1;
      byte[] value = valueLength < 0 ? null : bytes(in, valueLength);
      int priorLength = in.getInt() - 1;
      Value prior = priorLength < 0 ? null : new Value(in.getLong(), bytes(in, priorLength));
      if (value == null) {
        batch.delete(key, prior);
      } else {
        batch.put(key, value, prior);
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

  /// The chain of a log that goes on with a frame: eight bytes of SHA-256, so that no two logs of
  /// different frames have the same one but by a chance of one in 2^64.
  ///
  /// Cost: about 1 ns per byte.
  ///
  /// @param before the chain of the log until then
  /// @param frame its bytes
  static long chain(long before, byte[] frame) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(before).array());
      return ByteBuffer.wrap(digest.digest(frame)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The records that a frame travels in.
  ///
  /// @param before the chain of the log before it
  static List<LogEntry.Data> parts(long epoch, long before, byte[] frame) {
    long after = chain(before, frame);
    int parts = Math.ceilDiv(frame.length, PART_BYTES_MAX);
    List<LogEntry.Data> all = new ArrayList<>(parts);
    for (int part = 1; part <= parts; part++) {
      int from = (part - 1) * PART_BYTES_MAX;
      int to = Math.min(frame.length, from + PART_BYTES_MAX);
      byte[] bytes = parts == 1 ? frame : Arrays.copyOfRange(frame, from, to);
      all.add(new LogEntry.Data(epoch, before, after, part, parts, bytes));
    }
    return all;
  }
}
