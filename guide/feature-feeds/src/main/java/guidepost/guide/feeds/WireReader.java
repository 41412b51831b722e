package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.nio.charset.StandardCharsets;

/// Reads the fields of a Protocol Buffers message, one after the other, without knowing it. By hand
/// beside protobuf-java: 140 lines against a jar of 1.8 MB in a library that has no other use for
/// it (decision 41).
///
/// Threads: one.
final class WireReader {

  private static final int NUMBER = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final byte[] message;
  private final int end;
  private int at;
  private int field;
  private long number;
  private int start;
  private int length;

  WireReader(byte[] message) {
    this(message, 0, message.length);
  }

  private WireReader(byte[] message, int start, int length) {
    this.message = message;
    this.at = start;
    this.end = start + length;
  }

  /// Goes on to the next field.
  ///
  /// @return its number; 0 if there is none
  int next() throws InvalidFeedException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    switch ((int) tag & 7) {
      case NUMBER -> number = varint();
      case BYTES -> take((int) Math.min(Integer.MAX_VALUE, varint()));
      case EIGHT_BYTES -> take(Long.BYTES);
      case FOUR_BYTES -> take(Integer.BYTES);
      default -> throw broken();
    }
    if (field <= 0) {
      throw broken();
    }
    return field;
  }

  private void take(int count) throws InvalidFeedException {
    if (count < 0 || count > end - at) {
      throw broken();
    }
    start = at;
    length = count;
    at += count;
  }

  private static InvalidFeedException broken() {
    return new InvalidFeedException("is broken: a field does not end where it must");
  }

  private long varint() throws InvalidFeedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw broken();
      }
      byte digit = message[at++];
      value |= (digit & 0x7FL) << shift;
      if (digit >= 0) {
        return value;
      }
    }
    throw broken();
  }

  /// The field's number.
  long number() {
    return number;
  }

  /// The field's number, which is written with its sign in the lowest bit.
  long signed() {
    return (number >>> 1) ^ -(number & 1);
  }

  /// The field's message.
  WireReader message() {
    return new WireReader(message, start, length);
  }

  String text() {
    return new String(message, start, length, StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    byte[] copy = new byte[length];
    System.arraycopy(message, start, copy, 0, length);
    return copy;
  }

  /// The field's numbers, written one behind the other.
  Numbers numbers() {
    return new Numbers(new WireReader(message, start, length));
  }

  /// Numbers one behind the other.
  static final class Numbers {
    private final WireReader in;

    private Numbers(WireReader in) {
      this.in = in;
    }

    /// None.
    static Numbers none() {
      return new Numbers(new WireReader(new byte[0]));
    }

    boolean hasMore() {
      return in.at < in.end;
    }

    long next() throws InvalidFeedException {
      return in.varint();
    }

    long nextSigned() throws InvalidFeedException {
      in.number = in.varint();
      return in.signed();
    }
  }
}
