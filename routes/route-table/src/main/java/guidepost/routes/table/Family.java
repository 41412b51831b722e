package guidepost.routes.table;

/// The two address families, in list order.
public enum Family {
  /// 32-bit addresses.
  IPV4(32),
  /// 128-bit addresses.
  IPV6(128);

  private final int bits;

  Family(int bits) {
    this.bits = bits;
  }

  /// Bits in an address: the longest prefix length.
  public int bits() {
    return bits;
  }

  /// Bytes in an address.
  public int bytes() {
    return bits / 8;
  }

  @Override
  public String toString() {
    return this == IPV4 ? "IPv4" : "IPv6";
  }
}
