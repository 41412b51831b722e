package guidepost.routes.feeds;

import static guidepost.routes.feeds.KernelRoute.text;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
/// Entries that differ in the metric alone are several routes in a kernel, which falls back from
/// one to the next: each after the first gets a path of its own. [KernelRoute] says which entries
/// are refused.
///
/// Memory: that of the routes, for as long as it reads.
final class IpJsonReader implements RouteRowReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> DROPPING = Set.of("blackhole", "unreachable", "prohibit");

  /// A way to a prefix, whatever its metric.
  private record Way(Prefix prefix, NextHop nextHop) {}

  private final Family expected;
  private final long metric;
  private final boolean guessed;

  // The metrics of the routes that go one way, in their order: the place is the path id.
  private final Map<Way, List<Long>> metrics = new HashMap<>();

  /// @param expected family of a `default` that does not show its own
  /// @param metric of entries without one
  /// @param guessed nobody said that it is this: a first entry that is not ends it
  IpJsonReader(Family expected, long metric, boolean guessed) {
    this.expected = expected;
    this.metric = metric;
    this.guessed = guessed;
  }

  @Override
  public void read(Reader in, Consumer<? super RouteRow> rows) throws IOException {
    long number = 0;
    try (JsonParser parser = JSON.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        requireArray(token);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          JsonNode entry = parser.readValueAsTree();
          if (guessed && number == 0) {
            requireOfIp(entry);
          }
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

  /// Each entry of `ip -json route` says where to.
  private static void requireOfIp(JsonNode first) throws InvalidFeedException {
    if (!first.has("dst")) {
      throw new InvalidFeedException(
          "entry 1 has no dst: the text is an array, so it was read as ip-json, what \"ip -json"
              + " route\" prints. Objects with prefix, nh and so on are read one a line, as jq -c"
              + " '.[]' FILE makes them; other formats are named with --format: "
              + RouteFormat.NAMES);
    }
  }

  private void readEntry(long number, JsonNode entry, Consumer<? super RouteRow> rows) {
    for (JsonNode hop : hops(entry)) {
      rows.accept(row(number, entry, hop));
    }
  }

  /// The next hops of an entry; the entry itself if it has but one.
  private static List<JsonNode> hops(JsonNode entry) {
    JsonNode several = entry.path("nexthops");
    return several.isArray() && !several.isEmpty()
        ? several.valueStream().toList()
        : List.of(entry);
  }

  private RouteRow row(long number, JsonNode entry, JsonNode hop) {
    try {
      return new RouteRow.Parsed(number, route(entry, hop));
    } catch (InvalidRouteException e) {
      return new RouteRow.Rejected(number, e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // an entry with one next hop is that itself
  private Route route(JsonNode entry, JsonNode hop) {
    KernelRoute.requireWhole(entry);
    if (hop != entry) {
      KernelRoute.requireWholeHop(hop);
      KernelRoute.requireSameWeights(hops(entry));
    }
    Route route =
        Route.to(prefix(entry, hop), nextHop(entry, hop))
            .withMetric(RouteFields.metric(text(entry, "metric"), metric));
    return route.withPathId(pathId(route));
  }

  private long pathId(Route route) {
    List<Long> known =
        metrics.computeIfAbsent(new Way(route.prefix(), route.nextHop()), _ -> new ArrayList<>(1));
    int place = known.indexOf(route.metric());
    if (place < 0) {
      place = known.size();
      known.add(route.metric());
    }
    return place;
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

  private static NextHop nextHop(JsonNode entry, JsonNode hop) {
    String type = text(entry, "type");
    if (DROPPING.contains(type)) {
      return new NextHop.Blackhole();
    }
    if (!type.isEmpty() && !type.equals("unicast")) {
      throw new InvalidRouteException(
          "type.other", "type", type, "must be unicast, blackhole, unreachable or prohibit");
    }
    String gateway = text(hop, "gateway");
    String router = gateway.isEmpty() ? text(hop.path("via"), "host") : gateway;
    String device = text(hop, "dev");
    if (router.isEmpty() && device.isEmpty() && entry.has("nhid")) {
      throw new InvalidRouteException(
          "nhid.alone",
          "nhid",
          text(entry, "nhid"),
          "must come with the gateway, the device or the nexthops that it stands for");
    }
    return RouteText.nextHop(router, device);
  }
}
