package guidepost.guide.features;

import com.google.protobuf.UnsafeByteOperations;
import guidepost.guide.geo.Point;
import guidepost.guide.index.FeatureLoad;
import guidepost.storage.v1.StoredFeature;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a [StoredFeature] that is written as this program writes it without making an object of
/// each of its parts: its name, category and attributes lie in it like in the index.
///
/// ```
///   08 latitude  10 longitude      zigzag, left out if 0
///   1A name  22 category           left out if empty   ┐ the index takes
///   2A { 0A name  12 value }*      in order            ┘ these as they are
///   30 rank                        left out if 0
/// ```
///
/// What is written in any other way, readable or not, is left to Protocol Buffers.
///
/// Threads: one.
final class StoredFeatureReader {

  private static final int LATITUDE = 0x08;
  private static final int LONGITUDE = 0x10;
  private static final int NAME = 0x1A;
  private static final int CATEGORY = 0x22;
  private static final int ATTRIBUTE = 0x2A;
  private static final int RANK = 0x30;
  private static final int ATTRIBUTE_NAME = 0x0A;
  private static final int ATTRIBUTE_VALUE = 0x12;

  /// Longer numbers are not written here.
  private static final int VARINT_BITS_MAX = 63;

  private byte[] bytes = {};
  private int at;
  private boolean isUsual;

  /// Adds a stored feature to what becomes an index.
  ///
  /// @return false if it is not written as usual; then nothing is added
  /// @throws IllegalArgumentException if its point is out of range
  boolean add(FeatureLoad load, byte[] key, byte[] value, long revision) {
    bytes = value;
    at = 0;
    isUsual = true;
    int latitude = zigzag(LATITUDE);
    int longitude = zigzag(LONGITUDE);
    int start = at;
    boolean isNamed = text(NAME);
    text(CATEGORY);
    attributes();
    int end = at;
    long rank = next(RANK) ? varint() : 0;
    if (!isUsual || at != value.length || !isText(key, 0, key.length)) {
      return false;
    }
    var fields = new FeatureLoad.Fields(key, value, start, end, isNamed);
    load.add(fields, new Point(latitude, longitude), rank, revision);
    return true;
  }

  /// True if the next tag is this; then it is behind us.
  private boolean next(int tag) {
    boolean isNext = at < bytes.length && bytes[at] == tag;
    at += isNext ? 1 : 0;
    return isNext;
  }

  private int zigzag(int tag) {
    long number = next(tag) ? varint() : 0;
    isUsual &= number >>> Integer.SIZE == 0;
    return (int) (number >>> 1) ^ -(int) (number & 1);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; at < bytes.length && shift < VARINT_BITS_MAX; shift += 7) {
      byte digit = bytes[at++];
      value |= (digit & 0x7FL) << shift;
      if (digit >= 0) {
        return value;
      }
    }
    isUsual = false;
    return 0;
  }

  /// Passes a text that is not empty.
  ///
  /// @return false if there is none
  private boolean text(int tag) {
    if (!next(tag)) {
      return false;
    }
    int length = length();
    isUsual &= length > 0 && isText(bytes, at, length);
    at += length;
    return true;
  }

  /// The length of what comes next, which ends before the value does.
  private int length() {
    long length = varint();
    boolean fits = length <= bytes.length - at;
    isUsual &= fits;
    return fits ? (int) length : 0;
  }

  private static boolean isText(byte[] bytes, int start, int length) {
    return isAscii(bytes, start, length)
        || UnsafeByteOperations.unsafeWrap(bytes, start, length).isValidUtf8();
  }

  private static boolean isAscii(byte[] bytes, int start, int length) {
    int all = 0;
    for (int i = start; i < start + length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  private void attributes() {
    byte @Nullable [] lastName = null;
    while (isUsual && next(ATTRIBUTE)) {
      int length = length();
      int end = at + length;
      byte[] name = attributeText(ATTRIBUTE_NAME);
      isUsual &= isAscii(name, 0, name.length) && follows(name, lastName);
      byte[] value = attributeText(ATTRIBUTE_VALUE);
      isUsual &= at == end && isText(value, 0, value.length);
      lastName = name;
    }
  }

  /// The order of texts is that of their bytes where they are ASCII.
  private static boolean follows(byte[] name, byte @Nullable [] last) {
    return last == null || Arrays.compareUnsigned(last, name) < 0;
  }

  private byte[] attributeText(int tag) {
    isUsual &= next(tag);
    int length = length();
    byte[] text = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return text;
  }
}
