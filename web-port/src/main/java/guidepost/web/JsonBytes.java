package guidepost.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// JSON under construction, as the bytes of UTF-8 that travel.
///
/// Threads: one at a time.
final class JsonBytes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  /// Forgets what was added after it had that length.
  void truncate(int to) {
    length = to;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  JsonBytes raw(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  JsonBytes raw(byte[] some) {
    reserve(some.length);
    System.arraycopy(some, 0, bytes, length, some.length);
    length += some.length;
    return this;
  }

  /// ASCII that needs no escapes.
  @SuppressWarnings("deprecation") // the low bytes of ASCII are the ASCII
  JsonBytes ascii(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
    return this;
  }

  JsonBytes number(long value) {
    if (value >= 0 && value < 10) {
      return raw((char) ('0' + value));
    }
    return ascii(Long.toString(value));
  }

  JsonBytes string(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return string(utf8, 0, utf8.length);
  }

  /// A text with quotes and escapes.
  ///
  /// @param utf8 valid UTF-8
  JsonBytes string(byte[] utf8, int from, int to) {
    reserve(6 * (to - from) + 2);
    bytes[length++] = '"';
    for (int i = from; i < to; i++) {
      byte each = utf8[i];
      if (each == '"' || each == '\\') {
        bytes[length++] = '\\';
        bytes[length++] = each;
      } else if ((each >= 0 && each < ' ') || each == 0x7f) {
        escape(each);
      } else {
        bytes[length++] = each;
      }
    }
    bytes[length++] = '"';
    return this;
  }

  private void escape(byte control) {
    bytes[length++] = '\\';
    switch (control) {
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[control >> 4];
        bytes[length++] = HEX[control & 15];
      }
    }
  }
}
