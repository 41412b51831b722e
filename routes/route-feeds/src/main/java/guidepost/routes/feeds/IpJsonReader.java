package guidepost.routes.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `ip -json route` and `ip -json -6 route` print: an array with an object for each route;
/// several such arrays may follow each other.
///
/// The destination `default` does not say its family. It is that of the gateway, else IPv6 if there
/// is a router preference (`pref`), which only IPv6 routes have, else the one expected.
///
/// @param expected family of a `default` that does not show its own
/// @param metric of entries without one
record IpJsonReader(Family expected, long metric) implements RowReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> DROPPING = Set.of("blackhole", "unreachable", "prohibit");
  private static final Set<String> MAIN_TABLE = Set.of("", "main", "254");

  @Override
  public void read(Reader in, Consumer<? super RouteRow> rows) throws IOException {
    long number = 0;
    try (JsonParser parser = JSON.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        requireArray(token);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          JsonNode entry = parser.readValueAsTree();
          readEntry(++number, entry, rows);
        }
      }
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new InvalidFeedException(JsonFault.inText(e), e);
    }
  }

  private static void requireArray(JsonToken token) throws InvalidFeedException {
    if (token != JsonToken.START_ARRAY) {
      throw new InvalidFeedException("must be a JSON array, as ip -json route prints it");
    }
  }

  private void readEntry(long number, JsonNode entry, Consumer<? super RouteRow> rows) {
    List<JsonNode> hops =
        entry.path("nexthops").isArray() && !entry.path("nexthops").isEmpty()
            ? entry.path("nexthops").valueStream().toList()
            : List.of(entry);
    for (JsonNode hop : hops) {
      rows.accept(row(number, entry, hop));
    }
  }

  private RouteRow row(long number, JsonNode entry, JsonNode hop) {
    try {
      return new RouteRow.Parsed(number, route(entry, hop));
    } catch (InvalidRouteException e) {
      return new RouteRow.Rejected(number, e);
    }
  }

  private Route route(JsonNode entry, JsonNode hop) {
    requireMainTable(text(entry, "table"));
    return Route.to(prefix(entry, hop), nextHop(text(entry, "type"), hop))
        .withMetric(RouteFields.metric(text(entry, "metric"), metric));
  }

  private static void requireMainTable(String table) {
    if (!MAIN_TABLE.contains(table)) {
      throw new InvalidRouteException("table.other", "table", table, "must be main");
    }
  }

  private Prefix prefix(JsonNode entry, JsonNode hop) {
    String dst = text(entry, "dst");
    if (!dst.equals("default")) {
      return new RouteText("dst", "mask").add(dst, "");
    }
    return Prefix.parse(family(entry, hop) == Family.IPV4 ? "0.0.0.0/0" : "::/0");
  }

  private Family family(JsonNode entry, JsonNode hop) {
    String gateway = text(hop, "gateway");
    if (!gateway.isEmpty()) {
      return gateway.indexOf(':') >= 0 ? Family.IPV6 : Family.IPV4;
    }
    return entry.has("pref") ? Family.IPV6 : expected;
  }

  private static NextHop nextHop(String type, JsonNode hop) {
    if (DROPPING.contains(type)) {
      return new NextHop.Blackhole();
    }
    if (!type.isEmpty() && !type.equals("unicast")) {
      throw new InvalidRouteException(
          "type.other", "type", type, "must be unicast, blackhole, unreachable or prohibit");
    }
    String gateway = text(hop, "gateway");
    return RouteText.nextHop(
        gateway.isEmpty() ? text(hop.path("via"), "host") : gateway, text(hop, "dev"));
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asString("");
  }
}
