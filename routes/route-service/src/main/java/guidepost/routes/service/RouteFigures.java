package guidepost.routes.service;

import guidepost.calls.Figure;
import guidepost.routes.table.Family;
import guidepost.routes.table.RouteSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/// What the routes tell of themselves: how many each table and each source has.
///
/// Writers name tables and sources, so only the largest are told one by one: a stranger's words
/// must not fill whoever collects them.
final class RouteFigures {

  /// Tables, and sources, that are told one by one: more than most networks have, and 256 series in
  /// all.
  private static final int NAMED_MAX = 64;

  /// The sum of all others. No name has these characters.
  private static final String OTHERS = "(others)";

  private record Size(String name, long ipv4, long ipv6) {
    long both() {
      return ipv4 + ipv6;
    }
  }

  private RouteFigures() {}

  static List<Figure> of(RouteState state) {
    List<Figure> figures = new ArrayList<>();
    Catalog catalog = state.published().catalog();
    figures.add(Figure.gauge("route_tables", "Tables that there are.", catalog.tableCount()));
    figures.add(Figure.gauge("route_sources", "Sources that there are.", catalog.sourceCount()));
    List<Size> tables =
        StreamSupport.stream(catalog.tables().spliterator(), false)
            .map(RouteFigures::size)
            .toList();
    figures.add(
        Figure.gauge(
            "entries",
            "What the domain keeps: routes, features, notes or trips.",
            tables.stream().mapToLong(Size::both).sum()));
    for (Size table : largest(tables)) {
      figures.add(routes(table.name(), Family.IPV4, table.ipv4()));
      figures.add(routes(table.name(), Family.IPV6, table.ipv6()));
    }
    List<Size> sources =
        StreamSupport.stream(catalog.sources().spliterator(), false)
            .map(source -> new Size(source.name(), state.counts().of(source.name()), 0))
            .toList();
    for (Size source : largest(sources)) {
      figures.add(
          Figure.gauge(
                  "source_routes",
                  "Routes of a source in all tables; those of the smallest sources together as"
                      + " (others).",
                  source.both())
              .with("source", source.name()));
      if (!source.name().equals(OTHERS)) {
        figures.add(
            Figure.gauge(
                    "source_calls",
                    "Open calls that write for a source; 0: it is gone.",
                    state.sources().count(source.name()))
                .with("source", source.name()));
      }
    }
    return figures;
  }

  private static Figure routes(String table, Family family, long count) {
    return Figure.gauge(
            "routes",
            "Routes of a table; those of the smallest tables together as (others).",
            count)
        .with("table", table)
        .with("family", family == Family.IPV4 ? "ipv4" : "ipv6");
  }

  private static Size size(Catalog.Table table) {
    RouteSnapshot routes = table.routes().snapshot();
    return new Size(table.name(), routes.routeCount(Family.IPV4), routes.routeCount(Family.IPV6));
  }

  private static List<Size> largest(List<Size> all) {
    if (all.size() <= NAMED_MAX) {
      return all;
    }
    List<Size> sorted =
        all.stream()
            .sorted(Comparator.comparingLong(Size::both).reversed().thenComparing(Size::name))
            .toList();
    List<Size> told = new ArrayList<>(sorted.subList(0, NAMED_MAX));
    List<Size> rest = sorted.subList(NAMED_MAX, sorted.size());
    told.add(
        new Size(
            OTHERS,
            rest.stream().mapToLong(Size::ipv4).sum(),
            rest.stream().mapToLong(Size::ipv6).sum()));
    return told;
  }
}
