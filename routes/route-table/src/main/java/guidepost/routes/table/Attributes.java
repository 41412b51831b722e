package guidepost.routes.table;

import java.util.Comparator;
import java.util.List;

/// What many routes have in common. Equal ones in a table are one object, so that what is made of
/// them may be kept by identity.
///
/// Threads: any.
///
/// @param source the route's source
/// @param nextHop what to do with a packet
/// @param distance preference of the source, 0 to 255
/// @param tags words to find the route by
/// @param pathId tells routes apart that are otherwise one, mostly 0
public record Attributes(
    String source, NextHop nextHop, int distance, List<String> tags, long pathId) {

  static final Comparator<Attributes> BY_IDENTITY =
      Comparator.comparing(Attributes::source)
          .thenComparing(Attributes::nextHop)
          .thenComparingLong(Attributes::pathId);

  static Attributes of(Route route) {
    return new Attributes(
        route.source(), route.nextHop(), route.distance(), route.tags(), route.pathId());
  }

  /// True if two routes of one prefix with these are the same route.
  boolean sameKey(Attributes other) {
    return nextHop.equals(other.nextHop) && source.equals(other.source) && pathId == other.pathId;
  }
}
