package guidepost.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 64 bits that stand for bytes: equal bytes have equal ones, and of n others all differ but for a
/// chance of n²/2^65; that is one in two million for four million of them.
///
/// Each 8 bytes are mixed in by the finalizer of SplitMix64, which is a bijection [1].
///
/// [1] Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
final class Fingerprint {

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long GOLDEN_RATIO = 0x9e37_79b9_7f4a_7c15L;

  private Fingerprint() {}

  static long of(byte[] bytes) {
    return of(0, bytes);
  }

  /// @param salt tells equal bytes apart
  static long of(long salt, byte[] bytes) {
    long hash = mix(salt + GOLDEN_RATIO) ^ bytes.length;
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      hash = mix(hash ^ (long) WORD.get(bytes, at)) + GOLDEN_RATIO;
    }
    long rest = 0;
    for (; at < bytes.length; at++) {
      rest = rest << Byte.SIZE | Byte.toUnsignedLong(bytes[at]);
    }
    return mix(hash ^ rest);
  }

  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ mixed >>> 31;
  }
}
