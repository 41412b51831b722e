package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One record of the log, as bytes. All numbers big-endian, texts with their length before them:
///
/// ```
///   version u8 = 1, kind u8, then
///   GENESIS 1   timeline u64, format u32
///   CLAIM   2   epoch u64, chain u64, at u64, who u64, address text, program text
///   DATA    3   epoch u64, chain before u64, chain after u64, part u16, parts u16, bytes of a Frame
///   TRIM    4   epoch u64, domain text, through u64
///   FORMAT  5   epoch u64, format u32
///   BEAT    6   epoch u64, time u64 in milliseconds since 1970, leaving u8
///   MARK    7   id u64
/// ```
///
/// Threads: any; immutable.
sealed interface LogEntry {

  /// Of the bytes of a record; another one is of a newer program, or damaged.
  byte VERSION = 1;

  /// The first record of a log.
  ///
  /// @param timeline that all revisions are of, on every server
  /// @param format of what follows
  record Genesis(long timeline, int format) implements LogEntry {}

  /// A server wants to lead from here on.
  ///
  /// @param epoch that it would be the leader of
  /// @param chain of the log before it, as the server knows it
  /// @param at the offset up to which the server had read
  /// @param who a number of the running process
  /// @param address where other servers reach it
  /// @param program its version
  record Claim(long epoch, long chain, long at, long who, String address, String program)
      implements LogEntry {}

  /// A frame, or a part of one.
  ///
  /// @param before the chain of the log before the frame
  /// @param after the chain with it
  /// @param part from 1 to `parts`
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Data(long epoch, long before, long after, int part, int parts, byte[] bytes)
      implements LogEntry {}

  /// The log of a domain is forgotten up to a revision.
  record Trim(long epoch, String domain, long through) implements LogEntry {}

  /// From here on, records may be of a newer format.
  record Format(long epoch, int format) implements LogEntry {}

  /// The leader is there.
  ///
  /// @param millis its clock
  /// @param leaving true if it leads no longer: another server may claim at once
  record Beat(long epoch, long millis, boolean leaving) implements LogEntry {}

  /// A reader wants to know where the log ends.
  ///
  /// @param id drawn by the reader's server
  record Mark(long id) implements LogEntry {}

  /// The bytes of the record.
  default byte[] encode() {
    byte[] bytes = new byte[size()];
    write(ByteBuffer.wrap(bytes).put(VERSION));
    return bytes;
  }

  /// How many bytes that are.
  default int size() {
    return 2 + length();
  }

  private int length() {
    return switch (this) {
      case Genesis _, Format _ -> 12;
      case Claim e -> 36 + e.address.getBytes(UTF_8).length + e.program.getBytes(UTF_8).length;
      case Data e -> 28 + e.bytes.length;
      case Trim e -> 18 + e.domain.getBytes(UTF_8).length;
      case Beat _ -> 17;
      case Mark _ -> 8;
    };
  }

  private void write(ByteBuffer out) {
    switch (this) {
      case Genesis e -> out.put((byte) 1).putLong(e.timeline).putInt(e.format);
      case Claim e -> {
        out.put((byte) 2).putLong(e.epoch).putLong(e.chain).putLong(e.at).putLong(e.who);
        text(out, e.address);
        text(out, e.program);
      }
      case Data e -> {
        out.put((byte) 3).putLong(e.epoch).putLong(e.before).putLong(e.after);
        out.putShort((short) e.part).putShort((short) e.parts).put(e.bytes);
      }
      case Trim e -> {
        text(out.put((byte) 4).putLong(e.epoch), e.domain);
        out.putLong(e.through);
      }
      case Format e -> out.put((byte) 5).putLong(e.epoch).putInt(e.format);
      case Beat e ->
          out.put((byte) 6).putLong(e.epoch).putLong(e.millis).put((byte) (e.leaving ? 1 : 0));
      case Mark e -> out.put((byte) 7).putLong(e.id);
    }
  }

  private static void text(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in) {
    byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(text);
    return new String(text, UTF_8);
  }

  /// Reads a record.
  ///
  /// @param stored null of a record without a value, which no server writes
  /// @throws IllegalArgumentException if the bytes are not those of a record of this version
  static LogEntry decode(byte @Nullable [] stored) {
    if (stored == null) {
      throw new IllegalArgumentException("has no value");
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "version %d of a record, where %d is known".formatted(version, VERSION));
      }
      LogEntry entry = decode(in.get(), in);
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(in.remaining() + " bytes too many");
      }
      return entry;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a record that ends early", e);
    }
  }

  private static LogEntry decode(byte kind, ByteBuffer in) {
    return switch (kind) {
      case 1 -> new Genesis(in.getLong(), in.getInt());
      case 2 ->
          new Claim(in.getLong(), in.getLong(), in.getLong(), in.getLong(), text(in), text(in));
      case 3 -> data(in);
      case 4 -> new Trim(in.getLong(), text(in), in.getLong());
      case 5 -> new Format(in.getLong(), in.getInt());
      case 6 -> new Beat(in.getLong(), in.getLong(), in.get() != 0);
      case 7 -> new Mark(in.getLong());
      default -> throw new IllegalArgumentException("a record of kind " + kind);
    };
  }

  private static Data data(ByteBuffer in) {
    long epoch = in.getLong();
    long before = in.getLong();
    long after = in.getLong();
    int part = Short.toUnsignedInt(in.getShort());
    int parts = Short.toUnsignedInt(in.getShort());
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return new Data(epoch, before, after, part, parts, bytes);
  }
}
