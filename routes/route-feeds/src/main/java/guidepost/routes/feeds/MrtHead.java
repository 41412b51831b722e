package guidepost.routes.feeds;

import java.util.Set;

/// The beginning of an MRT file: the header of its first record (RFC 6396, 2).
///
/// ```
///   timestamp u32   type u16   subtype u16   length u32
/// ```
///
/// The first byte of the type is 0, which is in no text.
final class MrtHead {

  /// Bytes that tell.
  static final int BYTES = 12;

  /// OSPFv2, TABLE_DUMP, TABLE_DUMP_V2, BGP4MP, BGP4MP_ET, ISIS, ISIS_ET, OSPFv3, OSPFv3_ET.
  private static final Set<Integer> TYPES = Set.of(11, 12, 13, 16, 17, 32, 33, 48, 49);

  private static final int SUBTYPE_MAX = 12;

  private MrtHead() {}

  /// True if a file that begins like this is one.
  static boolean isOne(byte[] head) {
    return head.length == BYTES
        && TYPES.contains(u16(head, 4))
        && u16(head, 6) <= SUBTYPE_MAX
        && u16(head, 8) < 0x100; // no record has 16 MiB
  }

  private static int u16(byte[] bytes, int at) {
    return Byte.toUnsignedInt(bytes[at]) << 8 | Byte.toUnsignedInt(bytes[at + 1]);
  }
}
