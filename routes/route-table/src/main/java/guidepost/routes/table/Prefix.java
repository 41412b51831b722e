package guidepost.routes.table;

import org.jspecify.annotations.Nullable;

/// A network: every address that begins with the same `length` bits.
///
/// Host bits are always zero. Order, which is also list order: IPv4 before IPv6, then by address,
/// then the shorter first, so that a prefix stands before everything it covers.
///
/// Threads: any; immutable.
///
/// @param address the first address of the network
/// @param length number of leading bits that count, 0 to 32 or 128
public record Prefix(Address address, int length) implements Comparable<Prefix> {

  /// @throws InvalidRouteException if the length is out of range or a host bit is set
  public Prefix {
    if (length < 0 || length > address.family().bits()) {
      throw new InvalidRouteException(
          "prefix.length",
          "length",
          Integer.toString(length),
          "must be 0..%d for %s".formatted(address.family().bits(), address.family()));
    }
    if (!address.masked(length).equals(address)) {
      throw new InvalidRouteException(
          "prefix.host_bits",
          "prefix",
          address + "/" + length,
          "has host bits set; did you mean %s/%d?".formatted(address.masked(length), length));
    }
  }

  /// The network of that length which `address` is in: host bits are cleared.
  ///
  /// @throws InvalidRouteException if the length is out of range
  public static Prefix covering(Address address, int length) {
    boolean inRange = length >= 0 && length <= address.family().bits();
    return new Prefix(inRange ? address.masked(length) : address, length);
  }

  /// The network of one address.
  public static Prefix host(Address address) {
    return new Prefix(address, address.family().bits());
  }

  /// Reads `address/length`, host bits zero, as strictly as [RouteText#add].
  ///
  /// @throws InvalidRouteException if it is not that
  public static Prefix parse(String text) {
    return RouteText.PREFIX.add(text, "");
  }

  /// IPv4 or IPv6.
  public Family family() {
    return address.family();
  }

  /// True if `other` is in this network.
  public boolean contains(Address other) {
    return other.family() == family() && address.commonPrefixLength(other) >= length;
  }

  /// True if all of `other` is in this network; a prefix covers itself.
  public boolean covers(Prefix other) {
    return length <= other.length && contains(other.address);
  }

  /// The mask as a dotted quad for IPv4 (`255.255.255.0`) and as a length for IPv6 (`64`).
  public String maskText() {
    return family() == Family.IPV6
        ? Integer.toString(length)
        : Address.ipv4(-1).masked(length).toString();
  }

  /// Written out, as hash tables of prefixes are used for every change of a route.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prefix prefix
        && length == prefix.length
        && address.equals(prefix.address);
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + length;
  }

  @Override
  public int compareTo(Prefix other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
  }

  /// Canonical text: `10.0.0.0/8`, `2001:db8::/32`.
  @Override
  public String toString() {
    return address + "/" + length;
  }
}
