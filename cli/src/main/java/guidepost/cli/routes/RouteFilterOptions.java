package guidepost.cli.routes;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Printable;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.v1.AddressFamily;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RouteKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which routes are asked about: those that fit every option given.
final class RouteFilterOptions {

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Only routes of this source; may be repeated: of any of these")
  private List<String> sources = new ArrayList<>();

  @Option(names = "--nh", paramLabel = "ADDRESS", description = "Only routes with this next hop")
  private String nextHop = "";

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Only routes with this interface")
  private String interfaceName = "";

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Only routes with this tag; may be repeated: with all of these")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Only routes of this kind: unicast or blackhole")
  private String kind = "";

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "Only routes of this address family: ipv4 or ipv6")
  private String family = "";

  @Option(names = "--distance-min", paramLabel = "N", description = "Only from this distance on")
  private @Nullable Integer distanceMin;

  @Option(names = "--distance-max", paramLabel = "N", description = "Only up to this distance")
  private @Nullable Integer distanceMax;

  @Option(names = "--metric-min", paramLabel = "N", description = "Only from this metric on")
  private @Nullable Long metricMin;

  @Option(names = "--metric-max", paramLabel = "N", description = "Only up to this metric")
  private @Nullable Long metricMax;

  boolean areGiven() {
    return !toFilter().equals(RouteFilter.getDefaultInstance());
  }

  /// Every route that fits.
  RouteFilter toFilter() {
    RouteFilter.Builder filter =
        RouteFilter.newBuilder()
            .addAllSources(sources)
            .setNextHop(nextHop)
            .setInterfaceName(interfaceName)
            .addAllTags(tags)
            .setFamily(toFamily());
    if (!kind.isEmpty()) {
      filter.addKinds(toKind());
    }
    if (distanceMin != null) {
      filter.setDistanceMin(distance(distanceMin));
    }
    if (distanceMax != null) {
      filter.setDistanceMax(distance(distanceMax));
    }
    if (metricMin != null) {
      filter.setMetricMin(metric(metricMin));
    }
    if (metricMax != null) {
      filter.setMetricMax(metric(metricMax));
    }
    return filter.build();
  }

  private RouteKind toKind() {
    return switch (kind) {
      case "unicast" -> RouteKind.ROUTE_KIND_UNICAST;
      case "blackhole" -> RouteKind.ROUTE_KIND_BLACKHOLE;
      default ->
          throw CommandException.usage(
              "kind \"%s\": must be unicast or blackhole".formatted(Printable.of(kind)));
    };
  }

  private AddressFamily toFamily() {
    return switch (family) {
      case "" -> AddressFamily.ADDRESS_FAMILY_UNSPECIFIED;
      case "ipv4" -> AddressFamily.ADDRESS_FAMILY_IPV4;
      case "ipv6" -> AddressFamily.ADDRESS_FAMILY_IPV6;
      default ->
          throw CommandException.usage(
              "family \"%s\": must be ipv4 or ipv6".formatted(Printable.of(family)));
    };
  }

  private static int distance(int given) {
    if (given < 0 || given > guidepost.routes.table.Route.DISTANCE_MAX) {
      throw CommandException.usage("distance \"%d\": must be 0..255".formatted(given));
    }
    return given;
  }

  private static int metric(long given) {
    try {
      return (int) RouteAdd.requireMetric(given);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
