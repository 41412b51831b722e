package guidepost.routes.feeds;

import guidepost.routes.table.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads whole texts for the tests: each row as `number: route` or `number! reason`.
final class Feeds {

  private Feeds() {}

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> rows(String text) throws IOException {
    return rows(RouteFeed.open(stream(text), RouteDefaults.NONE));
  }

  static List<String> rows(RouteFormat format, String text) throws IOException {
    return rows(RouteFeed.open(stream(text), format, RouteDefaults.NONE));
  }

  static List<String> rows(String text, RouteDefaults defaults) throws IOException {
    return rows(RouteFeed.open(stream(text), defaults));
  }

  private static List<String> rows(RouteFeed feed) throws IOException {
    List<String> rows = new ArrayList<>();
    feed.read(row -> rows.add(text(row)));
    return rows;
  }

  private static String text(RouteRow row) {
    return switch (row) {
      case RouteRow.Parsed parsed -> parsed.number() + ": " + text(parsed.route());
      case RouteRow.Rejected rejected -> rejected.number() + "! " + rejected.reason();
    };
  }

  private static String text(Route route) {
    String path = route.pathId() == 0 ? "" : " path " + route.pathId();
    return "%s %s%s metric %d".formatted(route.prefix(), route.nextHop(), path, route.metric());
  }
}
