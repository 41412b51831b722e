package guidepost.journal.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// What a server says about itself once a second. As bytes, all numbers big-endian, texts with
/// their length before them as u16:
///
/// ```
///   version u8 = 1, who u64, address text, program text, format u32, flags u8 (1 leads, 2 leaving),
///   topic 16 bytes, epoch u64, offset u64, chain u64, as-of u64 in ms since 1970 (0: never),
///   key u16 + bytes, domains u16, (domain text, revision u64)*, trouble text
///   more, which is left out
/// ```
///
/// The trouble came later: a server that does not know it leaves it out, and of one that does not
/// tell it there is none.
///
/// Threads: any; immutable.
///
/// @param who a number of the running process
/// @param program its version
/// @param format the newest that it knows
/// @param leaving true if it ends
/// @param topic the number of the log's topic
/// @param offset of the next record that it reads
/// @param chain of the log before that
/// @param key public, that proves what the process says to others of its callers; empty if it says
///   nothing
/// @param trouble why it reads and writes nothing any more; empty if all is well
@SuppressWarnings("ArrayRecordComponent") // never compared
record Announcement(
    long who,
    String address,
    String program,
    int format,
    boolean leads,
    boolean leaving,
    Uuid topic,
    long epoch,
    long offset,
    long chain,
    long asOfMillis,
    byte[] key,
    Map<String, Long> revisions,
    String trouble) {

  private static final byte VERSION = 1;

  /// Far more than there are domains.
  private static final int DOMAINS_MAX = 1_000;

  /// Enough for a sentence with paths in it.
  private static final int TROUBLE_CHARS_MAX = 1_000;

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(who);
      out.writeUTF(address);
      out.writeUTF(program);
      out.writeInt(format);
      out.writeByte((leads ? 1 : 0) | (leaving ? 2 : 0));
      out.writeLong(topic.getMostSignificantBits());
      out.writeLong(topic.getLeastSignificantBits());
      out.writeLong(epoch);
      out.writeLong(offset);
      out.writeLong(chain);
      out.writeLong(asOfMillis);
      out.writeShort(key.length);
      out.write(key);
      out.writeShort(revisions.size());
      for (Map.Entry<String, Long> each : revisions.entrySet()) {
        out.writeUTF(each.getKey());
        out.writeLong(each.getValue());
      }
      out.writeUTF(trouble.substring(0, Math.min(trouble.length(), TROUBLE_CHARS_MAX)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @param stored null of a record without a value, which no server writes
  /// @throws IllegalArgumentException if the bytes are not those of an announcement
  static Announcement decode(byte @Nullable [] stored) {
    if (stored == null) {
      throw new IllegalArgumentException("an announcement without a value");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      if (in.readByte() != VERSION) {
        throw new IllegalArgumentException("an announcement of another version");
      }
      long who = in.readLong();
      String address = in.readUTF();
      String program = in.readUTF();
      int format = in.readInt();
      byte flags = in.readByte();
      Uuid topic = new Uuid(in.readLong(), in.readLong());
      long epoch = in.readLong();
      long offset = in.readLong();
      long chain = in.readLong();
      long asOf = in.readLong();
      byte[] key = in.readNBytes(in.readUnsignedShort());
      Map<String, Long> revisions = new TreeMap<>();
      int domains = in.readUnsignedShort();
      if (domains > DOMAINS_MAX) {
        throw new IllegalArgumentException("an announcement of too many domains");
      }
      for (int i = 0; i < domains; i++) {
        revisions.put(in.readUTF(), in.readLong());
      }
      String trouble = in.available() > 0 ? in.readUTF() : "";
      return new Announcement(
          who,
          address,
          program,
          format,
          (flags & 1) != 0,
          (flags & 2) != 0,
          topic,
          epoch,
          offset,
          chain,
          asOf,
          key,
          revisions,
          trouble);
    } catch (IOException e) {
      throw new IllegalArgumentException("an announcement that ends early", e);
    }
  }
}
