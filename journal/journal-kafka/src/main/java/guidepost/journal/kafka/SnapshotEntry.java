package guidepost.journal.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One record of the topic of snapshots, as bytes. All numbers big-endian, texts with their length
/// before them as u16:
///
/// ```
///   version u8 = 1, kind u8, id u64, then
///   partition 0, small:
///   BEGUN    1  address text
///   COMPLETE 2  timeline u64, time u64, first chunk u64, last chunk u64, sha-256 32 bytes,
///               position u16 + bytes, domains u16, (domain text, revision u64)*,
///               files u32, (name text, length u64)*
///   VERIFIED 3
///   partition 1:
///   CHUNK    4  number u32, bytes
/// ```
///
/// The bytes of the chunks with one id, in order, are those of the files, in the order that
/// COMPLETE names them.
///
/// Threads: any; immutable.
sealed interface SnapshotEntry {

  /// Of the bytes of a record; another one is of a newer program, or damaged.
  byte VERSION = 1;

  int DIGEST_BYTES = 32;

  /// Far more than there are domains.
  int DOMAINS_MAX = 1_000;

  /// More files than the engine makes of the largest data that a server holds.
  int FILES_MAX = 1_000_000;

  /// Which snapshot: drawn by its maker.
  long id();

  /// A server has begun to make one.
  record Begun(long id, String address) implements SnapshotEntry {}

  /// All chunks are there.
  ///
  /// @param timeline of the log
  /// @param millis when, by the maker's clock
  /// @param firstChunk the offset of the first chunk
  /// @param lastChunk the offset of the last one
  /// @param sha256 of the bytes of all files
  /// @param position in the log
  /// @param revisions of the domains
  /// @param files their lengths, in order
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Complete(
      long id,
      long timeline,
      long millis,
      long firstChunk,
      long lastChunk,
      byte[] sha256,
      Position position,
      Map<String, Long> revisions,
      Map<String, Long> files)
      implements SnapshotEntry {

    /// Bytes of all files.
    long bytes() {
      return files.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /// Its chunks were read from the brokers again, and are those of the files.
  record Verified(long id) implements SnapshotEntry {}

  /// Bytes of the files.
  ///
  /// @param number from 0
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(long id, int number, byte[] bytes) implements SnapshotEntry {}

  /// The bytes of the record.
  default byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      switch (this) {
        case Begun e -> {
          out.writeByte(1);
          out.writeLong(e.id);
          out.writeUTF(e.address);
        }
        case Complete e -> {
          out.writeByte(2);
          write(out, e);
        }
        case Verified e -> {
          out.writeByte(3);
          out.writeLong(e.id);
        }
        case Chunk e -> {
          out.writeByte(4);
          out.writeLong(e.id);
          out.writeInt(e.number);
          out.write(e.bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Complete e) throws IOException {
    out.writeLong(e.id);
    out.writeLong(e.timeline);
    out.writeLong(e.millis);
    out.writeLong(e.firstChunk);
    out.writeLong(e.lastChunk);
    out.write(e.sha256);
    byte[] at = e.position.encode();
    out.writeShort(at.length);
    out.write(at);
    out.writeShort(e.revisions.size());
    for (Map.Entry<String, Long> each : e.revisions.entrySet()) {
      out.writeUTF(each.getKey());
      out.writeLong(each.getValue());
    }
    out.writeInt(e.files.size());
    for (Map.Entry<String, Long> each : e.files.entrySet()) {
      out.writeUTF(each.getKey());
      out.writeLong(each.getValue());
    }
  }

  /// Reads a record.
  ///
  /// @param stored null of a record without a value, which no server writes
  /// @throws IllegalArgumentException if the bytes are not those of a record of this version
  static SnapshotEntry decode(byte @Nullable [] stored) {
    if (stored == null) {
      throw new IllegalArgumentException("has no value");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "version %d of a record, where %d is known".formatted(version, VERSION));
      }
      byte kind = in.readByte();
      long id = in.readLong();
      return switch (kind) {
        case 1 -> new Begun(id, in.readUTF());
        case 2 -> complete(in, id);
        case 3 -> new Verified(id);
        case 4 -> new Chunk(id, in.readInt(), in.readAllBytes());
        default -> throw new IllegalArgumentException("a record of kind " + kind);
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("a record that ends early", e);
    }
  }

  private static Complete complete(DataInputStream in, long id) throws IOException {
    long timeline = in.readLong();
    long millis = in.readLong();
    long first = in.readLong();
    long last = in.readLong();
    byte[] digest = in.readNBytes(DIGEST_BYTES);
    Position position = Position.decode(in.readNBytes(in.readUnsignedShort()));
    Map<String, Long> revisions = numbers(in, in.readUnsignedShort(), DOMAINS_MAX, new TreeMap<>());
    Map<String, Long> files = numbers(in, in.readInt(), FILES_MAX, new LinkedHashMap<>());
    return new Complete(id, timeline, millis, first, last, digest, position, revisions, files);
  }

  private static Map<String, Long> numbers(
      DataInputStream in, int count, int max, Map<String, Long> numbers) throws IOException {
    if (count < 0 || count > max) {
      throw new IllegalArgumentException(count + " of what there are at most " + max);
    }
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      long number = in.readLong();
      if (number < 0) {
        throw new IllegalArgumentException("%s: must not be negative: %d".formatted(name, number));
      }
      numbers.put(name, number);
    }
    return numbers;
  }
}
