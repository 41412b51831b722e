package guidepost.routes.table;

/// What to do with a packet that a route matches.
///
/// Together with table, prefix and source it is the key of a route.
///
/// Threads: any; immutable.
public sealed interface NextHop extends Comparable<NextHop> {

  /// Longest interface name, characters.
  int INTERFACE_NAME_LENGTH_MAX = 64;

  /// Outgoing interface; empty if it is not given.
  String interfaceName();

  /// Gateways by address, then connected ones, then blackholes; then by interface.
  @Override
  default int compareTo(NextHop other) {
    int byOrder = Integer.compare(order(), other.order());
    if (byOrder != 0) {
      return byOrder;
    }
    if (this instanceof Gateway a && other instanceof Gateway b) {
      int byAddress = a.address().compareTo(b.address());
      if (byAddress != 0) {
        return byAddress;
      }
    }
    return interfaceName().compareTo(other.interfaceName());
  }

  private int order() {
    return switch (this) {
      case Gateway g -> 0;
      case Connected c -> 1;
      case Blackhole b -> 2;
    };
  }

  private static void requireInterfaceName(String name) {
    if (name.codePointCount(0, name.length()) > INTERFACE_NAME_LENGTH_MAX) {
      throw new InvalidRouteException(
          "interface.length",
          "interface",
          name,
          "must have at most %d characters".formatted(INTERFACE_NAME_LENGTH_MAX));
    }
    if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))) {
      throw new InvalidRouteException(
          "interface.characters", "interface", name, "must have no spaces or control characters");
    }
  }

  /// Hand it to the router at an address.
  ///
  /// @param address the router; not 0.0.0.0 or ::
  /// @param interfaceName outgoing interface, may be empty
  record Gateway(Address address, String interfaceName) implements NextHop {

    /// @throws InvalidRouteException if the address cannot be a router's or the name is no name
    public Gateway {
      if (address.isUnspecified()) {
        throw new InvalidRouteException(
            "nh.unspecified", "nh", address.toString(), "must not be all zeros for a gateway");
      }
      requireInterfaceName(interfaceName);
    }

    /// A gateway reached through whichever interface leads there.
    public Gateway(Address address) {
      this(address, "");
    }

    @Override
    public String toString() {
      return interfaceName.isEmpty()
          ? "via " + address
          : "via %s dev %s".formatted(address, interfaceName);
    }
  }

  /// Deliver it on an interface: the destination is on that link.
  ///
  /// @param interfaceName outgoing interface, not empty
  record Connected(String interfaceName) implements NextHop {

    /// @throws InvalidRouteException if the name is empty or no name
    public Connected {
      if (interfaceName.isEmpty()) {
        throw new InvalidRouteException(
            "nh.missing", "nh", "", "must not be empty without an interface");
      }
      requireInterfaceName(interfaceName);
    }

    @Override
    public String toString() {
      return "dev " + interfaceName;
    }
  }

  /// Drop it.
  record Blackhole() implements NextHop {

    @Override
    public String interfaceName() {
      return "";
    }

    @Override
    public String toString() {
      return "blackhole";
    }
  }
}
