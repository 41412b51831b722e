package guidepost.routes.table;

import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address. No zone, no port, no name.
///
/// ```
///   IPv4  192.0.2.1        high = 0                    low = 0x00000000_c0000201
///   IPv6  2001:db8::1      high = 0x20010db8_00000000  low = 0x00000000_00000001
/// ```
///
/// Order: IPv4 before IPv6, then by value, unsigned.
///
/// Threads: any; immutable.
///
/// @param family which family
/// @param high the first 64 bits of an IPv6 address; 0 for IPv4
/// @param low the last 64 bits of an IPv6 address; for IPv4 its 32 bits, the rest zero
public record Address(Family family, long high, long low) implements Comparable<Address> {

  private static final long MAPPED_LOW = 0xffffL << 32;

  /// The IPv4 address 0.0.0.0.
  public static final Address IPV4_ANY = new Address(Family.IPV4, 0, 0);

  /// The IPv6 address ::.
  public static final Address IPV6_ANY = new Address(Family.IPV6, 0, 0);

  /// @throws IllegalArgumentException if an IPv4 address has more than 32 bits
  public Address {
    if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException(
          "an IPv4 address has 32 bits: high %#x, low %#x".formatted(high, low));
    }
  }

  /// The IPv4 address with these 32 bits.
  public static Address ipv4(int bits) {
    return new Address(Family.IPV4, 0, Integer.toUnsignedLong(bits));
  }

  /// The IPv6 address with these 128 bits.
  public static Address ipv6(long high, long low) {
    return new Address(Family.IPV6, high, low);
  }

  /// The address in network byte order.
  ///
  /// @param bytes 4 or 16 of them
  /// @throws IllegalArgumentException for another number of bytes
  public static Address ofBytes(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> new Address(Family.IPV4, 0, bigEndian(bytes, 0, 4));
      case 16 -> new Address(Family.IPV6, bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
      default ->
          throw new IllegalArgumentException(
              "an address has 4 or 16 bytes: %d".formatted(bytes.length));
    };
  }

  private static long bigEndian(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /// Reads a dotted quad without leading zeros, or RFC 4291 text.
  ///
  /// @throws InvalidRouteException if it is neither; the rules are `address.*`
  public static Address parse(String text) {
    return AddressText.parse("address", text);
  }

  /// The address in network byte order: 4 or 16 bytes.
  public byte[] toBytes() {
    byte[] bytes = new byte[family.bytes()];
    long rest = low;
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = (byte) rest;
      rest = i == 8 ? high : rest >>> 8;
    }
    return bytes;
  }

  /// True for 0.0.0.0 and ::.
  public boolean isUnspecified() {
    return high == 0 && low == 0;
  }

  /// True for 224.0.0.0/4 and ff00::/8 (RFC 1112, RFC 4291).
  public boolean isMulticast() {
    return family == Family.IPV4 ? low >>> 28 == 0xe : high >>> 56 == 0xff;
  }

  /// True for 127.0.0.0/8 and ::1.
  public boolean isLoopback() {
    return family == Family.IPV4 ? low >>> 24 == 127 : high == 0 && low == 1;
  }

  /// True for 255.255.255.255.
  public boolean isBroadcast() {
    return family == Family.IPV4 && low == 0xffff_ffffL;
  }

  /// True for fe80::/10 (RFC 4291, 2.5.6).
  public boolean isIpv6LinkLocal() {
    return family == Family.IPV6 && high >>> 54 == 0xfe80 >>> 6;
  }

  /// True for an IPv6 address in ::ffff:0:0/96 (RFC 4291, 2.5.5.2).
  public boolean isIpv4Mapped() {
    return family == Family.IPV6 && high == 0 && low >>> 32 == MAPPED_LOW >>> 32;
  }

  /// The IPv4 address inside an IPv4-mapped one; any other address itself.
  public Address unmapped() {
    return isIpv4Mapped() ? ipv4((int) low) : this;
  }

  /// The address with these bits, counted from the left: of IPv4 only the first 32 count.
  static Address ofLeft(Family family, long leftHigh, long leftLow) {
    return family == Family.IPV4
        ? new Address(family, 0, leftHigh >>> 32)
        : new Address(family, leftHigh, leftLow);
  }

  /// The first 64 bits; an IPv4 address is followed by zeros.
  long leftHigh() {
    return family == Family.IPV4 ? low << 32 : high;
  }

  /// The last 64 bits; none for IPv4.
  long leftLow() {
    return family == Family.IPV4 ? 0 : low;
  }

  /// The address with every bit from `length` on cleared.
  Address masked(int length) {
    if (family == Family.IPV4) {
      return new Address(family, 0, low & highBits(length + 32) & 0xffff_ffffL);
    }
    return new Address(family, high & highBits(length), low & highBits(length - 64));
  }

  /// 64 bits of which the first `count` are set; none for less than 1, all for more than 63.
  static long highBits(int count) {
    if (count <= 0) {
      return 0;
    }
    return count >= 64 ? -1L : -1L << (64 - count);
  }

  /// The number of leading bits that both addresses share, at most their length.
  ///
  /// @param other an address of the same family
  int commonPrefixLength(Address other) {
    if (family == Family.IPV4) {
      return Long.numberOfLeadingZeros(low ^ other.low) - 32;
    }
    long difference = high ^ other.high;
    return difference != 0
        ? Long.numberOfLeadingZeros(difference)
        : 64 + Long.numberOfLeadingZeros(low ^ other.low);
  }

  /// Written out, as hash tables of addresses are used for every change of a route.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Address address
        && high == address.high
        && low == address.low
        && family == address.family;
  }

  @Override
  public int hashCode() {
    long mixed = (high * 31 + low) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32) + (family == Family.IPV6 ? 1 : 0);
  }

  @Override
  public int compareTo(Address other) {
    int byFamily = family.compareTo(other.family);
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /// Canonical text: a dotted quad, or IPv6 as RFC 5952 says.
  @Override
  public String toString() {
    return AddressText.text(family, leftHigh(), leftLow());
  }
}
