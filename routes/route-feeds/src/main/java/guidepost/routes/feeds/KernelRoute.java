package guidepost.routes.feeds;

import guidepost.routes.table.InvalidRouteException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Which keys of an entry of `ip -json route` say something that a route here cannot say: an entry
/// with such a key means another route than what would be left of it, so it is refused by the name
/// of the key. So is a key that nobody knows.
///
/// | keys | |
/// |---|---|
/// | `dst`, `gateway`, `via`, `dev`, `metric`, `type`, `nexthops` | read |
/// | `table`, `from`, `tos`, `flags`, `weight` | only where they change nothing |
/// | `protocol`, `scope`, `prefsrc`, `pref`, `nhid`, `metrics` … | passed over: same way, whatever they say |
/// | `encap`, and any other | refused |
///
/// Threads: any.
final class KernelRoute {

  private static final Set<String> ENTRY_KEYS =
      Set.of(
          "dst",
          "gateway",
          "via",
          "dev",
          "metric",
          "type",
          "nexthops",
          "table",
          "from",
          "tos",
          "flags");

  private static final Set<String> HOP_KEYS = Set.of("gateway", "via", "dev", "weight", "flags");

  /// What these say is not which way packets go: what put the route there and for how long, the
  /// source address that the host itself would use, what to make of sizes and windows, whether a
  /// switch does it in hardware, and which class its traffic is counted in.
  private static final Set<String> PASSED_OVER =
      Set.of(
          "protocol",
          "scope",
          "prefsrc",
          "pref",
          "nhid",
          "metrics",
          "expires",
          "realm",
          "realms",
          "realm_from",
          "realm_to",
          "age",
          "used",
          "users",
          "ts",
          "tsage",
          "uid",
          "ttl-propagate",
          "error");

  private static final Set<String> HARMLESS_FLAGS =
      Set.of(
          "onlink", "pervasive", "offload", "trap", "rt_offload", "rt_trap", "rt_offload_failed");

  private static final Set<String> MAIN_TABLE = Set.of("", "main", "254");
  private static final Set<String> ANY_SOURCE = Set.of("", "all", "default", "0.0.0.0/0", "::/0");
  private static final Set<String> ANY_TOS = Set.of("", "0", "0x0", "0x00", "default");

  private KernelRoute() {}

  /// What a key says; empty if it is absent.
  static String text(JsonNode object, String key) {
    return object.path(key).asString("");
  }

  /// Refuses an entry that says what a route here cannot say.
  ///
  /// @throws InvalidRouteException with the key's name
  static void requireWhole(JsonNode entry) {
    requireObject(entry);
    if (!entry.has("dst")) {
      throw new InvalidRouteException(
          "dst.missing", "dst", "", "must be there, as \"ip -json route\" prints it");
    }
    requireKnown(entry, ENTRY_KEYS);
    requireOne(entry, "table", MAIN_TABLE, "must be main");
    requireOne(entry, "from", ANY_SOURCE, "must be absent: routes do not depend on the source");
    requireOne(entry, "tos", ANY_TOS, "must be absent: routes do not depend on it");
    requireFlags(entry);
  }

  /// Refuses a next hop of several that says what a next hop here cannot say.
  ///
  /// @throws InvalidRouteException with the key's name
  static void requireWholeHop(JsonNode hop) {
    requireObject(hop);
    requireKnown(hop, HOP_KEYS);
    requireFlags(hop);
  }

  /// Next hops of one entry share its packets alike.
  ///
  /// @throws InvalidRouteException if they do not
  static void requireSameWeights(List<JsonNode> hops) {
    Set<Integer> weights =
        hops.stream().map(hop -> hop.path("weight").asInt(1)).collect(Collectors.toSet());
    if (weights.size() > 1) {
      throw new InvalidRouteException(
          "weight.different",
          "weight",
          hops.stream()
              .map(hop -> Integer.toString(hop.path("weight").asInt(1)))
              .collect(Collectors.joining(", ")),
          "must be the same for all next hops: routes have no weights");
    }
  }

  private static void requireObject(JsonNode node) {
    if (!node.isObject()) {
      throw new InvalidRouteException(
          "entry.object", "entry", node.toString(), "must be an object");
    }
  }

  private static void requireKnown(JsonNode object, Set<String> read) {
    for (String key : new HashSet<>(object.propertyNames())) {
      if (!read.contains(key) && !PASSED_OVER.contains(key)) {
        throw new InvalidRouteException(
            key + ".unknown",
            key,
            object.path(key).isContainer()
                ? object.path(key).toString()
                : object.path(key).asString(""),
            "is not a part of routes here, and without it this is another route");
      }
    }
  }

  private static void requireOne(JsonNode entry, String key, Set<String> same, String reason) {
    String text = text(entry, key);
    if (!same.contains(text)) {
      throw new InvalidRouteException(key + ".other", key, text, reason);
    }
  }

  private static void requireFlags(JsonNode object) {
    for (JsonNode flag : object.path("flags")) {
      String name = flag.asString("");
      if (!HARMLESS_FLAGS.contains(name)) {
        throw new InvalidRouteException(
            "flags.flag", "flags", name, "must be absent: the kernel does not use such a route");
      }
    }
  }
}
