package guidepost.routes.feeds;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The text of one row by column; what is absent is empty.
final class RouteFields {

  private final Map<RouteColumn, String> values = new EnumMap<>(RouteColumn.class);

  RouteFields put(RouteColumn column, String value) {
    values.put(column, value.strip());
    return this;
  }

  private String get(RouteColumn column) {
    return values.getOrDefault(column, "");
  }

  /// The route that they say.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  Route toRoute(RouteDefaults defaults) {
    Prefix prefix = RouteText.DEST.add(get(RouteColumn.DEST), get(RouteColumn.MASK));
    String source = get(RouteColumn.SOURCE);
    return new Route(
        prefix,
        source.isEmpty() ? Route.STATIC : source,
        nextHop(prefix, defaults),
        Route.STATIC_DISTANCE,
        metric(get(RouteColumn.METRIC), defaults.metric()),
        0,
        0,
        tags(get(RouteColumn.TAGS)),
        pathId(get(RouteColumn.PATH_ID)));
  }

  private static List<String> tags(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" +"));
  }

  private NextHop nextHop(Prefix prefix, RouteDefaults defaults) {
    String kind = get(RouteColumn.KIND);
    return switch (kind) {
      case "", "unicast" -> unicast(prefix, defaults);
      case "blackhole" -> blackhole();
      default ->
          throw new InvalidRouteException(
              "kind.unknown", "kind", kind, "must be unicast or blackhole");
    };
  }

  private NextHop unicast(Prefix prefix, RouteDefaults defaults) {
    String nextHop = get(RouteColumn.NEXT_HOP);
    String interfaceName = get(RouteColumn.INTERFACE);
    return RouteText.nextHop(
        nextHop.isEmpty() ? defaults.nextHopText(prefix.family()) : nextHop,
        interfaceName.isEmpty() ? defaults.interfaceName() : interfaceName);
  }

  private NextHop blackhole() {
    String nextHop = get(RouteColumn.NEXT_HOP);
    if (!nextHop.isEmpty()) {
      throw new InvalidRouteException(
          "nh.blackhole", "nh", nextHop, "must be empty for a blackhole");
    }
    return new NextHop.Blackhole();
  }

  /// A metric in decimal digits, or the default for an empty text.
  static long metric(String text, long ifEmpty) {
    return number("metric", text, ifEmpty, Route.METRIC_MAX);
  }

  private static long pathId(String text) {
    return number("path_id", text, 0, Route.PATH_ID_MAX);
  }

  private static long number(String field, String text, long ifEmpty, long max) {
    if (text.isEmpty()) {
      return ifEmpty;
    }
    boolean digits = text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long number = digits ? Long.parseLong(text) : -1;
    if (number < 0 || number > max) {
      throw new InvalidRouteException(
          field + ".range", field, text, "must be 0..%d".formatted(max));
    }
    return number;
  }
}
