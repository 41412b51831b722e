package guidepost.guide.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The records of the features of a leaf, in one array that the leaf shares with its copies.
///
/// ```
///   used   27 record   90 record   61 record   ..free..     each behind its length, a varint
///          ╰── what one leaf looks at ──────╯
///                      ╰── what a copy looks at, after a removal and a put ──╯
/// ```
///
/// What comes is written behind everything, where no leaf looks yet, and what goes is left where it
/// is. So a change copies no records, until the array is full: then those that its leaf still wants
/// go into a new one. A record never changes and never moves.
///
/// Only one index writes into an array, as only one thread may: see [FeatureIndex#from].
///
/// Threads: those of [Leaf].
final class LeafRecords {

  private static final int HEAD_BYTES = Integer.BYTES;

  /// Room for some five features to come: more costs memory, less costs copies.
  private static final int SPARE_BYTES = 192;

  private static final VarHandle USED =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private LeafRecords() {}

  /// An array for so many bytes of records and their lengths.
  static byte[] of(int bytes) {
    byte[] records = new byte[HEAD_BYTES + bytes];
    USED.set(records, 0, HEAD_BYTES);
    return records;
  }

  /// An array with room for more beside so many bytes.
  static byte[] withSpare(int bytes) {
    return of(bytes + SPARE_BYTES);
  }

  /// Where the next record goes.
  static int used(byte[] records) {
    return (int) USED.get(records, 0);
  }

  static boolean hasRoom(byte[] records, int bytes) {
    return records.length - used(records) >= bytes;
  }

  /// Bytes that a record takes with its length.
  static int bytes(int length) {
    return length + RecordWriter.varintBytes(length);
  }

  /// Writes a record behind the others; there must be room.
  ///
  /// @return where it is
  static int append(byte[] records, byte[] source, int start, int length) {
    int at = used(records);
    int begin = RecordWriter.varint(length, records, at);
    System.arraycopy(source, start, records, begin, length);
    USED.set(records, 0, begin + length);
    return at;
  }

  /// Where the record begins whose length is at `at`.
  static int start(byte[] records, int at) {
    int start = at;
    while (records[start] < 0) {
      start++;
    }
    return start + 1;
  }

  /// Where it ends.
  static int end(byte[] records, int at) {
    int next = at;
    int length = 0;
    int shift = 0;
    byte digit;
    do {
      digit = records[next++];
      length |= (digit & 0x7F) << shift;
      shift += 7;
    } while (digit < 0);
    return next + length;
  }
}
