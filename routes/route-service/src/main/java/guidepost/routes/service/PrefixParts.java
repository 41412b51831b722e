package guidepost.routes.service;

import guidepost.calls.Streaming;
import guidepost.routes.table.Address;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.GetPrefixTreeResponse;
import guidepost.routes.v1.PrefixPart;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Counts the routes of a prefix, of its halves, of their halves, and so on.
///
/// ```
///   depth 0   [            10.0.0.0/8            ]   part 1
///   depth 1   [   10.0.0.0/9   ][  10.128.0.0/9  ]   parts 2 and 3
///   depth 2   [ /10  ][  /10   ][  /10  ][  /10  ]   parts 4 to 7: the halves of part n are 2n, 2n+1
/// ```
///
/// Cost: a look at each route of the prefix; some kilobytes.
///
/// Threads: one at a time.
final class PrefixParts implements Streaming.Search<GetPrefixTreeResponse> {

  /// A screen's width of parts.
  static final int DEPTH_MAX = 8;

  /// Routes looked at before others get their turn.
  private static final int LOOKED_AT_MAX = 4_096;

  private final Prefix prefix;
  private final int depth;
  private final Iterator<Route> routes;
  private final RouteSelection selection;
  private final long revision;
  private final long[] routesOf;
  private final long[] prefixesOf;
  private final long[] ownOf;
  private @Nullable Prefix seen;
  private @Nullable Prefix counted;
  private boolean over;

  /// @param depth at most as many bits as the prefix leaves
  PrefixParts(Prefix prefix, int depth, PublishedRoutes.State state, RouteSelection selection) {
    this.prefix = prefix;
    this.depth = Math.min(depth, prefix.family().bits() - prefix.length());
    this.routes = state.routes().longer(prefix);
    this.selection = selection;
    this.revision = state.revision();
    int parts = 2 << this.depth;
    this.routesOf = new long[parts];
    this.prefixesOf = new long[parts];
    this.ownOf = new long[parts];
  }

  @Override
  public @Nullable GetPrefixTreeResponse look() {
    for (int i = 0; i < LOOKED_AT_MAX; i++) {
      if (!routes.hasNext()) {
        over = true;
        return response();
      }
      take(routes.next());
    }
    return null;
  }

  private void take(Route route) {
    boolean first = !route.prefix().equals(seen);
    seen = route.prefix();
    if ((selection.isBestOnly() && !first) || !selection.fits(route)) {
      return;
    }
    boolean isNew = !route.prefix().equals(counted);
    counted = route.prefix();
    int deepest = Math.min(route.prefix().length() - prefix.length(), depth);
    int part = 1;
    for (int level = 0; level <= deepest; level++) {
      part = level == 0 ? 1 : 2 * part + bit(route.prefix().address(), prefix.length() + level - 1);
      routesOf[part]++;
      prefixesOf[part] += isNew ? 1 : 0;
    }
    if (route.prefix().length() - prefix.length() == deepest) {
      ownOf[part]++;
    }
  }

  private static int bit(Address address, int index) {
    int left = address.family().bits() - 1 - index;
    return (int) ((left < Long.SIZE ? address.low() >>> left : address.high() >>> left) & 1);
  }

  private GetPrefixTreeResponse response() {
    GetPrefixTreeResponse.Builder response =
        GetPrefixTreeResponse.newBuilder().setRevision(revision);
    add(1, prefix, response);
    return response.build();
  }

  /// A part before its halves.
  private void add(int part, Prefix of, GetPrefixTreeResponse.Builder response) {
    if (routesOf[part] == 0) {
      return;
    }
    response.addParts(
        PrefixPart.newBuilder()
            .setPrefix(of.toString())
            .setRoutes(routesOf[part])
            .setPrefixes(prefixesOf[part])
            .setOwnRoutes(ownOf[part]));
    if (2 * part < routesOf.length) {
      add(2 * part, half(of, 0), response);
      add(2 * part + 1, half(of, 1), response);
    }
  }

  private static Prefix half(Prefix of, int which) {
    Address address = of.address();
    int left = address.family().bits() - 1 - of.length();
    long bit = (long) which << left;
    return new Prefix(
        new Address(
            address.family(),
            left < Long.SIZE ? address.high() : address.high() | bit,
            left < Long.SIZE ? address.low() | bit : address.low()),
        of.length() + 1);
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
