package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Writes the parts of a record one after the other.
///
/// Threads: one.
final class RecordWriter {

  private byte[] bytes = new byte[64];
  private int length;

  void varint(long value) {
    reserve(10);
    length = varint(value, bytes, length);
  }

  /// Writes a number in base 128.
  ///
  /// @return where it ends
  static int varint(long value, byte[] target, int at) {
    int next = at;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      target[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[next++] = (byte) rest;
    return next;
  }

  /// How many bytes a number takes.
  static int varintBytes(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  void fixed(int value) {
    reserve(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  void text(int tag, byte[] text) {
    varint(tag);
    varint(text.length);
    reserve(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  void textUnlessEmpty(int tag, String text) {
    if (!text.isEmpty()) {
      text(tag, text.getBytes(UTF_8));
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /// Parts that are written already.
  void raw(byte[] source, int start, int count) {
    reserve(count);
    System.arraycopy(source, start, bytes, length, count);
    length += count;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  int length() {
    return length;
  }

  void copyTo(byte[] target, int start) {
    System.arraycopy(bytes, 0, target, start, length);
  }

  /// Forgets what was written, and starts again.
  void clear() {
    length = 0;
  }
}
