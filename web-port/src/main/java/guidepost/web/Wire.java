package guidepost.web;

/// A place in the bytes of an encoded message of this server, which are valid.
///
/// ```
///   tag value tag length bytes… tag value …     tag = field number << 3 | wire type
/// ```
///
/// Threads: one at a time.
final class Wire {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  final byte[] bytes;
  int at;
  int end;

  Wire(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  boolean isAtEnd() {
    return at >= end;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("no varint ends after 10 bytes");
  }

  int tag() {
    return (int) varint();
  }

  int fixed32() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value |= (bytes[at++] & 0xff) << (8 * i);
    }
    return value;
  }

  long fixed64() {
    return (fixed32() & 0xffff_ffffL) | ((long) fixed32() << 32);
  }

  /// Reads a length and narrows itself to what follows.
  ///
  /// @return the end to go back to with [#widen]
  int narrow() {
    int length = (int) varint();
    int before = end;
    end = at + length;
    return before;
  }

  /// Goes on behind what it was narrowed to.
  void widen(int before) {
    at = end;
    end = before;
  }

  void skip(int wireType) {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> at += 8;
      case FIXED32 -> at += 4;
      case BYTES -> widen(narrow());
      default -> throw new IllegalArgumentException("no wire type: " + wireType);
    }
  }
}
