package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Reads the parts of a record one after the other.
///
/// Threads: one.
final class RecordReader {

  private final byte[] bytes;
  private final int end;
  private int at;

  RecordReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  /// A number in base 128, low digits first, as Protocol Buffers write it.
  long varint() {
    long value = 0;
    int shift = 0;
    byte digit;
    do {
      digit = bytes[at++];
      value |= (digit & 0x7FL) << shift;
      shift += 7;
    } while (digit < 0);
    return value;
  }

  int position() {
    return at;
  }

  /// A text in UTF-8.
  byte[] bytes() {
    int length = (int) varint();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  String text() {
    int length = (int) varint();
    String text = new String(bytes, at, length, UTF_8);
    at += length;
    return text;
  }

  /// A longitude in four bytes.
  int fixed() {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = (value << 8) | (bytes[at++] & 0xFF);
    }
    return value;
  }

  /// True if the text that comes next is this.
  boolean isText(byte[] text) {
    int start = at;
    int length = (int) varint();
    boolean same =
        length == text.length && Arrays.equals(bytes, at, at + length, text, 0, text.length);
    at = start;
    return same;
  }

  /// True if the text that comes next begins so.
  boolean textBegins(byte[] beginning) {
    int start = at;
    int length = (int) varint();
    boolean same =
        length >= beginning.length
            && Arrays.equals(bytes, at, at + beginning.length, beginning, 0, beginning.length);
    at = start;
    return same;
  }

  /// Goes past what a tag announces: a text, or a number.
  void skipValue(long tag) {
    long number = varint();
    at += (tag & 7) == 2 ? (int) number : 0;
  }
}
