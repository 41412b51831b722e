package guidepost.cli.certs;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Values in DER, as certificates need them: a tag, a length, and what is in it.
///
/// Threads: any. All of them are whole values; those of several parts have whole values as parts.
final class Der {

  private static final int TRUTH = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int OID = 0x06;
  private static final int SHORT_TIME = 0x17;
  private static final int LONG_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int IMPLICIT = 0x80;
  private static final int WITHIN = 0xA0;

  private static final int SHORT_LENGTH_MAX = 0x7F;

  /// From this year on RFC 5280 wants times with four digits of the year.
  private static final int LONG_FROM = 2050;

  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter LONG =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] truth() {
    return value(TRUTH, new byte[] {-1});
  }

  static byte[] integer(BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  static byte[] octets(byte[] bytes) {
    return value(OCTETS, bytes);
  }

  /// Whole bytes as bits, such as a signature.
  static byte[] bits(byte[] bytes) {
    return value(BITS, joined(new byte[1], bytes));
  }

  /// Named bits of one byte, without those after the last that is set.
  ///
  /// @param names 1..255, the first name being the highest bit
  static byte[] bits(int names) {
    return value(BITS, new byte[] {(byte) Integer.numberOfTrailingZeros(names), (byte) names});
  }

  /// @param dotted its numbers, such as "2.5.29.17"
  static byte[] oid(String dotted) {
    String[] numbers = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    base128(out, 40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
    for (int i = 2; i < numbers.length; i++) {
      base128(out, Integer.parseInt(numbers[i]));
    }
    return value(OID, out.toByteArray());
  }

  /// Seven bits in each byte, the highest first; all but the last say that another follows.
  private static void base128(ByteArrayOutputStream out, int number) {
    int groups = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 6) / 7);
    for (int shift = 7 * (groups - 1); shift > 0; shift -= 7) {
      out.write(((number >> shift) & 0x7F) | 0x80);
    }
    out.write(number & 0x7F);
  }

  static byte[] time(Instant time) {
    boolean isLong = time.atZone(ZoneOffset.UTC).getYear() >= LONG_FROM;
    String text = (isLong ? LONG : SHORT).format(time);
    return value(isLong ? LONG_TIME : SHORT_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] sequence(byte[]... parts) {
    return value(SEQUENCE, joined(parts));
  }

  /// Bytes with a tag of their own instead of their kind's.
  static byte[] implicit(int tag, byte[] bytes) {
    return value(IMPLICIT | tag, bytes);
  }

  /// A whole value within a tag of its own.
  static byte[] within(int tag, byte[] whole) {
    return value(WITHIN | tag, whole);
  }

  private static byte[] value(int tag, byte[] content) {
    return joined(new byte[] {(byte) tag}, length(content.length), content);
  }

  /// In as few bytes as will do: another form of it would be no DER.
  private static byte[] length(int length) {
    if (length <= SHORT_LENGTH_MAX) {
      return new byte[] {(byte) length};
    }
    int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / Byte.SIZE;
    byte[] written = new byte[1 + bytes];
    written[0] = (byte) (0x80 | bytes);
    for (int i = 1; i <= bytes; i++) {
      written[i] = (byte) (length >> (Byte.SIZE * (bytes - i)));
    }
    return written;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
