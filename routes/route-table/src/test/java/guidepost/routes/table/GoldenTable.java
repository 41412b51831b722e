package guidepost.routes.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The slow oracle: a list of routes, and every question answered by looking at all of them.
final class GoldenTable {

  private final List<Route> routes = new ArrayList<>();

  void put(Route route) {
    remove(route);
    routes.add(route);
  }

  boolean remove(Route route) {
    return routes.removeIf(route::sameKey);
  }

  List<Route> all() {
    return routes.stream().sorted(Route.LIST_ORDER).toList();
  }

  List<Route> exact(Prefix prefix) {
    return all().stream().filter(route -> route.prefix().equals(prefix)).toList();
  }

  List<Route> longer(Prefix prefix) {
    return all().stream().filter(route -> covers(prefix, route.prefix())).toList();
  }

  List<Route> shorter(Prefix prefix) {
    return all().stream().filter(route -> covers(route.prefix(), prefix)).toList();
  }

  Optional<Route> longest(Prefix prefix) {
    List<Route> covering = shorter(prefix);
    return covering.stream()
        .filter(route -> route.prefix().length() == covering.getLast().prefix().length())
        .findFirst();
  }

  /// Bit by bit, so that it shares nothing with what it checks.
  private static boolean covers(Prefix shorter, Prefix longer) {
    if (shorter.family() != longer.family() || shorter.length() > longer.length()) {
      return false;
    }
    byte[] a = shorter.address().toBytes();
    byte[] b = longer.address().toBytes();
    for (int bit = 0; bit < shorter.length(); bit++) {
      int mask = 0x80 >> bit % 8;
      if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
