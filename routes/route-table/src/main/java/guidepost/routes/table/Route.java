package guidepost.routes.table;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/// An entry of a route table: a prefix and one way to reach it.
///
/// Its key is prefix, source, next hop and path ([#sameKey]); a prefix may have several routes.
/// Among those the lowest distance wins, then the lowest metric, then the one installed first
/// ([#RANK]); routes that are equal in the first two are the ECMP set.
///
/// Threads: any; immutable.
///
/// @param prefix where it leads
/// @param source its source: see [RouteText#name]
/// @param nextHop what to do with a matching packet
/// @param distance preference of the source, 0 to 255, lower first
/// @param metric preference within a distance, 0 to 4,294,967,295, lower first
/// @param installed place in the order in which routes were first installed
/// @param revision the revision that wrote it last; 0 if none yet
/// @param tags words to find it by: at most 16 of 1 to 64 bytes, without spaces and control
///   characters; kept sorted, none twice
/// @param pathId tells routes apart that are otherwise one: 0 to 4,294,967,295, mostly 0
public record Route(
    Prefix prefix,
    String source,
    NextHop nextHop,
    int distance,
    long metric,
    long installed,
    long revision,
    List<String> tags,
    long pathId) {

  /// The source of routes when no other is named.
  public static final String STATIC = "static";

  /// Distance of [#STATIC].
  public static final int STATIC_DISTANCE = 1;

  /// The largest distance.
  public static final int DISTANCE_MAX = 255;

  /// Most tags of a route.
  public static final int TAGS_MAX = 16;

  /// Longest tag, UTF-8.
  public static final int TAG_BYTES_MAX = 64;

  /// The largest metric: 32 bits, unsigned.
  public static final long METRIC_MAX = 0xffff_ffffL;

  /// The largest path id: 32 bits, unsigned.
  public static final long PATH_ID_MAX = 0xffff_ffffL;

  /// Best route of a prefix first.
  public static final Comparator<Route> RANK = Route::compareRanks;

  /// Order of lists: by prefix, then by rank.
  public static final Comparator<Route> LIST_ORDER = Route::compareInList;

  /// @throws InvalidRouteException if a number is out of range, an IPv6 prefix has an IPv4 gateway,
  ///   or an IPv4 prefix an IPv4-mapped one
  public Route {
    if (metric < 0 || metric > METRIC_MAX) {
      throw new InvalidRouteException(
          "metric.range", "metric", Long.toString(metric), "must be 0..%d".formatted(METRIC_MAX));
    }
    if (distance < 0 || distance > DISTANCE_MAX) {
      throw new InvalidRouteException(
          "distance.range",
          "distance",
          Integer.toString(distance),
          "must be 0..%d".formatted(DISTANCE_MAX));
    }
    if (pathId < 0 || pathId > PATH_ID_MAX) {
      throw new InvalidRouteException(
          "path_id.range",
          "path_id",
          Long.toString(pathId),
          "must be 0..%d".formatted(PATH_ID_MAX));
    }
    if (nextHop instanceof NextHop.Gateway gateway) {
      requireReachable(prefix, gateway.address());
    }
    if (prefix.length() >= 96 && prefix.address().isIpv4Mapped()) {
      throw new InvalidRouteException(
          "dest.mapped",
          "dest",
          prefix.toString(),
          "must not be IPv4-mapped; write %s/%d"
              .formatted(prefix.address().unmapped(), prefix.length() - 96));
    }
    tags = tags.isEmpty() ? List.of() : tagged(tags);
  }

  /// The only path of its key.
  ///
  /// @throws InvalidRouteException as the other
  public Route(
      Prefix prefix,
      String source,
      NextHop nextHop,
      int distance,
      long metric,
      long installed,
      long revision,
      List<String> tags) {
    this(prefix, source, nextHop, distance, metric, installed, revision, tags, 0);
  }

  /// A route without tags, the only path of its key.
  ///
  /// @throws InvalidRouteException as the other
  public Route(
      Prefix prefix,
      String source,
      NextHop nextHop,
      int distance,
      long metric,
      long installed,
      long revision) {
    this(prefix, source, nextHop, distance, metric, installed, revision, List.of());
  }

  /// An IPv6 prefix may be reached across an IPv4 network: its next hop is then written as
  /// IPv4-mapped (RFC 4798). An IPv4 prefix may have an IPv6 next hop (RFC 8950), but not a mapped
  /// one.
  private static void requireReachable(Prefix prefix, Address gateway) {
    if (prefix.family() == Family.IPV6 && gateway.family() == Family.IPV4) {
      throw new InvalidRouteException(
          "nh.family",
          "nh",
          gateway.toString(),
          "must be IPv6 for the IPv6 destination %s; across IPv4 (RFC 4798) write ::ffff:%s"
              .formatted(prefix, gateway));
    }
    if (prefix.family() == Family.IPV4 && gateway.isIpv4Mapped()) {
      throw new InvalidRouteException(
          "nh.mapped",
          "nh",
          gateway.toString(),
          "must not be IPv4-mapped for the IPv4 destination %s; write %s"
              .formatted(prefix, gateway.unmapped()));
    }
  }

  private static List<String> tagged(List<String> tags) {
    List<String> sorted = tags.stream().distinct().sorted().toList();
    if (sorted.size() > TAGS_MAX) {
      throw new InvalidRouteException(
          "tags.max", "tags", Integer.toString(sorted.size()), "must be at most " + TAGS_MAX);
    }
    sorted.forEach(Route::requireTag);
    return sorted;
  }

  private static void requireTag(String tag) {
    int bytes = tag.getBytes(StandardCharsets.UTF_8).length;
    boolean readable =
        tag.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
    if (bytes < 1 || bytes > TAG_BYTES_MAX || !readable) {
      throw new InvalidRouteException(
          "tags.tag",
          "tags",
          tag,
          "must be 1 to %d bytes without spaces or control characters".formatted(TAG_BYTES_MAX));
    }
  }

  /// A static route of metric 0 that is in no table yet.
  public static Route to(Prefix prefix, NextHop nextHop) {
    return new Route(prefix, STATIC, nextHop, STATIC_DISTANCE, 0, 0, 0, List.of());
  }

  /// The same route with another metric.
  public Route withMetric(long newMetric) {
    return new Route(
        prefix, source, nextHop, distance, newMetric, installed, revision, tags, pathId);
  }

  /// The same route at another distance.
  public Route withDistance(int newDistance) {
    return distance == newDistance
        ? this
        : new Route(
            prefix, source, nextHop, newDistance, metric, installed, revision, tags, pathId);
  }

  /// The same route with these tags.
  public Route withTags(List<String> newTags) {
    return new Route(
        prefix, source, nextHop, distance, metric, installed, revision, newTags, pathId);
  }

  /// Another path: the same way, but not the same route.
  ///
  /// @throws InvalidRouteException if the id is out of range
  public Route withPathId(long newPathId) {
    return pathId == newPathId
        ? this
        : new Route(
            prefix, source, nextHop, distance, metric, installed, revision, tags, newPathId);
  }

  /// The same route as it stands in a table.
  ///
  /// @param newInstalled its place in the order of installation
  /// @param newRevision the one that wrote it
  public Route written(int newDistance, long newInstalled, long newRevision) {
    return new Route(
        prefix, source, nextHop, newDistance, metric, newInstalled, newRevision, tags, pathId);
  }

  /// The same route, last written by another revision.
  public Route withRevision(long newRevision) {
    return new Route(
        prefix, source, nextHop, distance, metric, installed, newRevision, tags, pathId);
  }

  /// True if putting one would replace the other in a table.
  public boolean sameKey(Route other) {
    return prefix.equals(other.prefix)
        && nextHop.equals(other.nextHop)
        && source.equals(other.source)
        && pathId == other.pathId;
  }

  /// True if both say the same of a route with one key: writing one over the other changes nothing.
  public boolean sameContent(Route other) {
    return sameCost(other) && tags.equals(other.tags);
  }

  /// True if both have the same distance and metric: packets may take either.
  public boolean sameCost(Route other) {
    return distance == other.distance && metric == other.metric;
  }

  // By hand: comparators put together of others are classes that are made at run time, which every
  // command that shows a route would wait for.

  private static int compareRanks(Route a, Route b) {
    int order = Integer.compare(a.distance, b.distance);
    order = order != 0 ? order : Long.compare(a.metric, b.metric);
    order = order != 0 ? order : Long.compare(a.installed, b.installed);
    order = order != 0 ? order : a.source.compareTo(b.source);
    order = order != 0 ? order : a.nextHop.compareTo(b.nextHop);
    return order != 0 ? order : Long.compare(a.pathId, b.pathId);
  }

  private static int compareInList(Route a, Route b) {
    int order = a.prefix.compareTo(b.prefix);
    return order != 0 ? order : compareRanks(a, b);
  }

  @Override
  public String toString() {
    return "%s %s%s metric %d (%s)"
        .formatted(prefix, nextHop, pathId == 0 ? "" : " path " + pathId, metric, source);
  }
}
