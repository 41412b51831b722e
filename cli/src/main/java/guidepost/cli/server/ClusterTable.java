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
  }

  static void addTo(ObjectNode json, GetClusterResponse cluster) {
    ArrayNode servers = json.putArray("servers");
    for (ClusterServer each : cluster.getServersList()) {
      servers.add(
          Json.object()
              .put("address", each.getAddress())
              .put("role", role(each))
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
    return server.getLeads() ? "leader" : "follower";
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
