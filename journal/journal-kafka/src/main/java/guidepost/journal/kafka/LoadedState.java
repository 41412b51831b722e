package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.journal.Journal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The state that an empty domain begins with, in the place of a [Frame]. As bytes, all numbers
/// big-endian:
///
/// ```
///   domain length + 128 as u8, domain, revision u64, time u64, entries u32
///   entry*         key length u16, key, value length u32, value, revision u64
/// ```
///
/// Memory: all of it, several times over while it is read.
///
/// Threads: any; immutable.
///
/// @param millis when it was so, milliseconds since 1970
/// @param entries in key order
record LoadedState(String domain, long revision, long millis, List<Entry> entries) {

  /// What tells its first byte from that of a frame.
  private static final int FLAG = 0x80;

  /// @param revision of the batch that wrote it
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(byte[] key, byte[] value, long revision) {}

  /// True if bytes are of a state, not of a frame.
  static boolean isIn(byte[] stored) {
    return stored.length > 0 && (stored[0] & FLAG) != 0;
  }

  byte[] encode() {
    byte[] name = domain.getBytes(UTF_8);
    long length = 21L + name.length;
    for (Entry entry : entries) {
      length += 14 + entry.key().length + (long) entry.value().length;
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.put((byte) (name.length | FLAG)).put(name);
    out.putLong(revision).putLong(millis).putInt(entries.size());
    for (Entry entry : entries) {
      out.putShort((short) entry.key().length).put(entry.key());
      out.putInt(entry.value().length).put(entry.value()).putLong(entry.revision());
    }
    return bytes;
  }

  /// @throws IllegalArgumentException if the bytes are not those of a state
  static LoadedState decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    try {
      String domain = new String(bytes(in, in.get() & ~FLAG & 0xff), UTF_8);
      long revision = in.getLong();
      long millis = in.getLong();
      int count = in.getInt();
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] key = bytes(in, Short.toUnsignedInt(in.getShort()));
        entries.add(new Entry(key, bytes(in, in.getInt()), in.getLong()));
      }
      return new LoadedState(domain, revision, millis, entries);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a state that ends early", e);
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /// As a journal takes it.
  Journal.EntrySource source() {
    return visitor ->
        entries.forEach(each -> visitor.entry(each.key(), each.value(), each.revision()));
  }
}
