package guidepost.routes.table;

import java.util.regex.Pattern;

/// Reads destinations as people and tutorial clients write them: an address with an optional
/// `/length`, and a mask beside it.
///
/// | rule | |
/// |---|---|
/// | address | IPv4 dotted quad or IPv6 text; neither zone nor name |
/// | mask | of the address's family: IPv4 `255.255.255.0`, `24` or `/24`; IPv6 `64`, `/64` or `ffff::` |
/// | contradiction | a mask beside `address/length` must say the same length |
/// | shape | non-contiguous and inverse masks are refused, never guessed |
/// | no mask | a host; but all zeros without a mask is refused when adding |
/// | host bits | refused when adding, cleared when asking |
/// | IPv4-mapped IPv6 | refused when adding, taken for IPv4 when asking |
///
/// Threads: any; immutable.
///
/// @param addressField name of the address's field in messages
/// @param maskField name of the mask's field in messages
public record RouteText(String addressField, String maskField) {

  /// Longest name of a table or a source, characters.
  public static final int NAME_LENGTH_MAX = 128;

  /// What routers, their tables and peers are called: `Vrf-red`, `r1.65000:1`, `xe-0/0/1`. A name
  /// with neither letter nor digit, or with a dash first, is mostly a mistyped option.
  private static final Pattern NAME = Pattern.compile("(?=.*[a-zA-Z0-9])(?!-)[a-zA-Z0-9._:/-]+");

  /// The names of the seed contract's `Route`.
  public static final RouteText DEST = new RouteText("dest", "mask");

  /// The names of the seed contract's `Destination`.
  public static final RouteText NETWORK = new RouteText("network", "mask");

  /// For text that is one field: `address/length`.
  public static final RouteText PREFIX = new RouteText("prefix", "mask");

  /// The prefix of a route to be added.
  ///
  /// @param mask empty if there is none
  /// @throws InvalidRouteException if either breaks a rule
  public Prefix add(String dest, String mask) {
    Parsed parsed = parse(dest, mask);
    Address address = parsed.address();
    if (!parsed.hasMask() && address.isUnspecified()) {
      throw new InvalidRouteException(
          "mask.missing",
          maskField,
          "",
          "must be given with %s \"%s\": a forgotten mask must not become a default route; write %s/0"
              .formatted(addressField, dest, address));
    }
    if (address.isIpv4Mapped() && parsed.length() >= 96) {
      throw new InvalidRouteException(
          "dest.mapped",
          addressField,
          dest,
          "must not be IPv4-mapped; write %s/%d"
              .formatted(address.unmapped(), parsed.length() - 96));
    }
    Prefix prefix = Prefix.covering(address, parsed.length());
    if (!prefix.address().equals(address)) {
      throw new InvalidRouteException(
          "dest.host_bits",
          addressField,
          dest,
          "has host bits set for length %d; did you mean %s?".formatted(parsed.length(), prefix));
    }
    return prefix;
  }

  /// The prefix that a query is about.
  ///
  /// @param mask empty if there is none
  /// @throws InvalidRouteException if either breaks a rule
  public Prefix query(String network, String mask) {
    Parsed parsed = parse(network, mask);
    if (parsed.address().isIpv4Mapped() && parsed.length() >= 96) {
      return Prefix.covering(parsed.address().unmapped(), parsed.length() - 96);
    }
    return Prefix.covering(parsed.address(), parsed.length());
  }

  /// The name of a table or a source.
  ///
  /// @param field for the message
  /// @throws InvalidRouteException if neither can have it
  public static String name(String field, String text) {
    if (text.length() > NAME_LENGTH_MAX || !NAME.matcher(text).matches()) {
      throw new InvalidRouteException(
          "name.invalid",
          field,
          text,
          "must be 1 to %d characters of a-z, A-Z, 0-9, \".\", \"_\", \"-\", \":\" and \"/\", with a letter or digit, and not \"-\" first"
              .formatted(NAME_LENGTH_MAX));
    }
    return text;
  }

  /// The next hop of a route: a gateway, or a connected one if `nh` is empty or all zeros.
  ///
  /// A gateway is one router's own address: not a group's, not everybody's and not this host. A
  /// link-local IPv6 address means a router only together with an interface.
  ///
  /// @throws InvalidRouteException if there is neither gateway nor interface, or either is no such
  public static NextHop nextHop(String nh, String interfaceName) {
    NextHop read = anyNextHop(nh, interfaceName);
    if (read instanceof NextHop.Gateway gateway) {
      requireRouter(gateway.address(), nh, interfaceName);
    }
    return read;
  }

  /// The same for the seed's contract, which takes every address for a gateway: its tutorial's
  /// clients make some up.
  ///
  /// @throws InvalidRouteException if there is neither gateway nor interface, or either is no such
  public static NextHop anyNextHop(String nh, String interfaceName) {
    if (nh.isEmpty()) {
      return new NextHop.Connected(interfaceName);
    }
    Address address = AddressText.parse("nh", nh);
    if (!address.isUnspecified()) {
      return new NextHop.Gateway(address, interfaceName);
    }
    if (interfaceName.isEmpty()) {
      throw new InvalidRouteException(
          "nh.missing", "nh", nh, "must not be all zeros without an interface");
    }
    return new NextHop.Connected(interfaceName);
  }

  private static void requireRouter(Address address, String nh, String interfaceName) {
    Address router = address.unmapped();
    if (router.isUnspecified()) {
      throw new InvalidRouteException("nh.unspecified", "nh", nh, "must be a router's address");
    }
    if (router.isMulticast()) {
      throw new InvalidRouteException(
          "nh.multicast", "nh", nh, "must be a router's address, not a multicast group's");
    }
    if (router.isLoopback()) {
      throw new InvalidRouteException(
          "nh.loopback", "nh", nh, "must be a router's address, not a loopback address");
    }
    if (router.isBroadcast()) {
      throw new InvalidRouteException(
          "nh.broadcast", "nh", nh, "must be a router's address, not the broadcast address");
    }
    if (router.isIpv6LinkLocal() && interfaceName.isEmpty()) {
      throw new InvalidRouteException(
          "nh.link_local", "nh", nh, "must have an interface: it is only unique on its link");
    }
  }

  private record Parsed(Address address, int length, boolean hasMask) {}

  private Parsed parse(String network, String mask) {
    int slash = network.indexOf('/');
    Address address =
        AddressText.parse(addressField, slash < 0 ? network : network.substring(0, slash));
    if (slash < 0 && mask.isEmpty()) {
      return new Parsed(address, address.family().bits(), false);
    }
    if (slash < 0) {
      return new Parsed(address, maskLength(address.family(), mask), true);
    }
    int length = length(addressField, network, network.substring(slash + 1), address.family());
    if (!mask.isEmpty() && maskLength(address.family(), mask) != length) {
      throw new InvalidRouteException(
          "mask.conflict",
          maskField,
          mask,
          "contradicts %s \"%s\"".formatted(addressField, network));
    }
    return new Parsed(address, length, true);
  }

  private int maskLength(Family family, String mask) {
    if (mask.indexOf('.') >= 0 || mask.indexOf(':') >= 0) {
      return addressMaskLength(family, mask);
    }
    String digits = mask.startsWith("/") ? mask.substring(1) : mask;
    return length(maskField, mask, digits, family);
  }

  /// A length in decimal digits without leading zeros.
  private static int length(String field, String value, String digits, Family family) {
    boolean wellFormed =
        !digits.isEmpty()
            && digits.length() <= 3
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    int length = wellFormed ? Integer.parseInt(digits) : -1;
    if (length < 0 || length > family.bits()) {
      throw new InvalidRouteException(
          "mask.length",
          field,
          value,
          "prefix length must be 0..%d for %s".formatted(family.bits(), family));
    }
    return length;
  }

  private int addressMaskLength(Family family, String mask) {
    Address bits = AddressText.parse(maskField, mask);
    if (bits.family() != family) {
      throw new InvalidRouteException(
          "mask.family", maskField, mask, "must be %s like the destination".formatted(family));
    }
    int ones = family.bits() - trailingZeros(bits);
    if (Prefix.covering(allOnes(family), ones).address().equals(bits)) {
      return ones;
    }
    throw new InvalidRouteException("mask.noncontiguous", maskField, mask, hint(bits));
  }

  private static String hint(Address mask) {
    Address inverse = inverted(mask);
    int ones = mask.family().bits() - trailingZeros(inverse);
    boolean isInverse = Prefix.covering(allOnes(mask.family()), ones).address().equals(inverse);
    return isInverse
        ? "must begin with ones, this looks like an inverse mask; did you mean %s (/%d)?"
            .formatted(inverse, ones)
        : "must be contiguous: ones, then zeros";
  }

  private static Address allOnes(Family family) {
    return family == Family.IPV4 ? Address.ipv4(-1) : Address.ipv6(-1, -1);
  }

  private static Address inverted(Address address) {
    return address.family() == Family.IPV4
        ? Address.ipv4(~(int) address.low())
        : Address.ipv6(~address.high(), ~address.low());
  }

  private static int trailingZeros(Address address) {
    int zeros =
        address.low() != 0
            ? Long.numberOfTrailingZeros(address.low())
            : 64 + Long.numberOfTrailingZeros(address.high());
    return Math.min(zeros, address.family().bits());
  }
}
