package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;

/// How far a copy has come in the log, and what the [Judge] has to know to go on from there. It is
/// written together with the state, in one atomic write: a position that was older or newer than
/// its state would judge the next record wrongly.
///
/// Threads: any; immutable.
///
/// @param topic the topic's own number: one that was deleted and made again has another
/// @param offset of the next record
/// @param epoch of the leader; 0 if there was none
/// @param chain of all frames that count
/// @param format that records may have
/// @param checked the offset of the last record that ended such a frame; negative if there is none
/// @param leader the number of the leader's process
/// @param address where the leader is reached; empty if there was none
/// @param bytes of all records before it, however many are still kept
record Position(
    Uuid topic,
    long offset,
    long epoch,
    long chain,
    int format,
    long checked,
    long leader,
    String address,
    long bytes) {

  /// The newest format that this program knows.
  static final int FORMAT = 1;

  private static final byte VERSION = 2;
  private static final int FIXED_BYTES = 71;

  /// Before the first record.
  static Position start(Uuid topic) {
    return new Position(topic, 0, 0, 0, 0, -1, 0, "", 0);
  }

  Position at(long next) {
    return new Position(topic, next, epoch, chain, format, checked, leader, address, bytes);
  }

  Position ledBy(LogEntry.Claim claim, long next) {
    return new Position(
        topic, next, claim.epoch(), chain, format, checked, claim.who(), claim.address(), bytes);
  }

  Position with(long newChain, long last) {
    return new Position(topic, last + 1, epoch, newChain, format, last, leader, address, bytes);
  }

  Position withFormat(int newFormat, long next) {
    return new Position(topic, next, epoch, chain, newFormat, checked, leader, address, bytes);
  }

  /// With one more record before it, which is still to be judged.
  Position grown(int record) {
    return new Position(
        topic, offset, epoch, chain, format, checked, leader, address, bytes + record);
  }

  byte[] encode() {
    byte[] text = address.getBytes(UTF_8);
    byte[] encoded = new byte[FIXED_BYTES + text.length];
    ByteBuffer.wrap(encoded)
        .put(VERSION)
        .putLong(topic.getMostSignificantBits())
        .putLong(topic.getLeastSignificantBits())
        .putLong(offset)
        .putLong(epoch)
        .putLong(chain)
        .putInt(format)
        .putLong(checked)
        .putLong(leader)
        .putLong(bytes)
        .putShort((short) text.length)
        .put(text);
    return encoded;
  }

  /// @throws IllegalArgumentException if the bytes are not those of a position
  static Position decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    if (stored.length < FIXED_BYTES || in.get() != VERSION) {
      throw new IllegalArgumentException("not a position that this program knows");
    }
    Uuid topic = new Uuid(in.getLong(), in.getLong());
    long offset = in.getLong();
    long epoch = in.getLong();
    long chain = in.getLong();
    int format = in.getInt();
    long checked = in.getLong();
    long leader = in.getLong();
    long bytes = in.getLong();
    byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
    if (text.length != in.remaining()) {
      throw new IllegalArgumentException("a position that ends early, or goes on");
    }
    in.get(text);
    return new Position(
        topic, offset, epoch, chain, format, checked, leader, new String(text, UTF_8), bytes);
  }
}
