package guidepost.cli.server;

import com.google.protobuf.Timestamp;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.server.v1.ClusterServer;
import guidepost.server.v1.GetClusterResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The servers of a cluster, as one of them knows them.
final class ClusterTable {

  private ClusterTable() {}

  static void show(Terminal terminal, GetClusterResponse cluster) {
    Table table =
        new Table(terminal, "SERVER", "ROLE", "EPOCH", "LAG", "AGE", "VERSION", "REVISIONS");
    for (ClusterServer each : cluster.getServersList()) {
      table.row(
          (each.getAddress().isEmpty() ? "-" : Printable.of(each.getAddress()))
              + (each.getSelf() ? " *" : ""),
          role(each),
          Long.toString(each.getEpoch()),
          Long.toString(each.getLag()),
          age(each),
          Printable.of(each.getVersion()),
          Printable.of(each.getRevisions()));
    }
    table.finish();
    for (ClusterServer each : cluster.getServersList()) {
      if (isBroken(each)) {
        terminal.line(
            "%s IS BROKEN, AND MUST BE STARTED AGAIN: %s"
                .formatted(
                    each.getAddress().isEmpty()
                        ? "A SERVER WITHOUT AN ADDRESS"
                        : Printable.of(each.getAddress()),
                    Printable.of(each.getTrouble())));
      }
    }
    showTwins(terminal, cluster);
  }

  private static void showTwins(Terminal terminal, GetClusterResponse cluster) {
    cluster.getServersList().stream()
        .filter(each -> each.getThere() && !each.getAddress().isEmpty())
        .collect(
            Collectors.groupingBy(ClusterServer::getAddress, TreeMap::new, Collectors.counting()))
        .forEach(
            (address, count) -> {
              if (count > 1) {
                terminal.line(
                    "%d SERVERS SAY THAT THEY ARE REACHED AT %s: give each an --advertise of its own"
                        .formatted(count, Printable.of(address)));
              }
            });
  }

  static void addTo(ObjectNode json, GetClusterResponse cluster) {
    ArrayNode servers = json.putArray("servers");
    for (ClusterServer each : cluster.getServersList()) {
      servers.add(
          Json.object()
              .put("address", each.getAddress())
              .put("role", role(each))
              .put("trouble", each.getTrouble())
              .put("there", each.getThere())
              .put("self", each.getSelf())
              .put("epoch", each.getEpoch())
              .put("offset", each.getOffset())
              .put("lag", each.getLag())
              .put("as_of", each.hasAsOf() ? instant(each.getAsOf()).toString() : "")
              .put("silent_seconds", each.getSilent().getSeconds())
              .put("version", each.getVersion())
              .put("format", each.getFormat())
              .put("revisions", each.getRevisions()));
    }
  }

  private static String role(ClusterServer server) {
    if (!server.getThere()) {
      return "silent for %d s".formatted(server.getSilent().getSeconds());
    }
    return role(server.getLeads(), server.getTrouble());
  }

  private static boolean isBroken(ClusterServer server) {
    return server.getThere() && !server.getTrouble().isEmpty();
  }

  /// What a server that is there does; one that reads and writes nothing is neither of the others.
  static String role(boolean leads, String trouble) {
    if (!trouble.isEmpty()) {
      return "broken";
    }
    return leads ? "leader" : "follower";
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /// By the clock of the server and of this machine.
  private static String age(ClusterServer server) {
    if (!server.hasAsOf()) {
      return "-";
    }
    double seconds = Duration.between(instant(server.getAsOf()), Instant.now()).toMillis() / 1e3;
    return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
  }
}
