package guidepost.routes.feeds;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a column of a table, or a field of a JSON line, holds; each under several names.
enum RouteColumn {
  DEST("dest", "prefix", "network", "dst"),
  MASK("mask", "length", "netmask"),
  NEXT_HOP("nh", "next_hop", "gateway", "via"),
  METRIC("metric"),
  INTERFACE("interface", "dev"),
  KIND("kind", "type"),
  SOURCE("source"),
  TAGS("tags"),
  PATH_ID("path_id"),
  /// Output of ours that is not read back.
  IGNORED("distance", "revision");

  /// The order of columns in a table without a header.
  static final List<RouteColumn> WITHOUT_HEADER = List.of(DEST, MASK, NEXT_HOP, METRIC, INTERFACE);

  /// All names, for messages.
  static final String NAMES =
      Arrays.stream(values()).flatMap(c -> c.names.stream()).collect(Collectors.joining(", "));

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> names;

  RouteColumn(String... names) {
    this.names = List.of(names);
  }

  static Optional<RouteColumn> named(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(column -> column.names.contains(lower)).findFirst();
  }
}
