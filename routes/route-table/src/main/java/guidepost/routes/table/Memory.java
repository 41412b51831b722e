package guidepost.routes.table;

/// Bytes that arrays take on the heap, with headers of 16 bytes and references of 4: what HotSpot
/// does for heaps below 32 GB.
final class Memory {

  private static final int HEADER_BYTES = 16;

  private Memory() {}

  static long bytes(int length) {
    return aligned(length);
  }

  static long ints(int length) {
    return aligned(4L * length);
  }

  static long references(int length) {
    return aligned(4L * length);
  }

  static long longs(int length) {
    return aligned(8L * length);
  }

  private static long aligned(long bytes) {
    return HEADER_BYTES + (bytes + 7) / 8 * 8;
  }
}
