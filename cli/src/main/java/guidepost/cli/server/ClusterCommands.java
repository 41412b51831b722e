package guidepost.cli.server;

import guidepost.cli.data.DataOptions;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.Noun;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.AdminClient;
import guidepost.client.GuidepostClient;
import guidepost.server.v1.GetClusterResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Commands about a cluster of servers.
@Command(name = "cluster", description = "Several servers that share their state.")
final class ClusterCommands extends Noun {

  /// `cluster status`.
  @Command(name = "status", description = "Show who leads, and how far the asked server is.")
  static final class Status implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    Status(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      GetClusterResponse cluster = client.ask(GuidepostClient::cluster);
      if (!cluster.getShared()) {
        throw CommandException.rejected(
            "server %s: has its journals for itself; it is in no cluster"
                .formatted(client.server()));
      }
      if (client.json()) {
        terminal.line(
            Json.object()
                .put("server", client.server().toString())
                .put("role", role(cluster))
                .put("epoch", cluster.getEpoch())
                .put("leader", cluster.getLeader())
                .put("as_of", asOf(cluster))
                .put("lag", cluster.getLag())
                .put("offset", cluster.getOffset())
                .put("revisions", cluster.getRevisions())
                .put("claims", cluster.getClaims())
                .put("epochs_led", cluster.getEpochsLed())
                .put("void_records", cluster.getVoidRecords())
                .put("gap_reads", cluster.getGapReads())
                .put("unknown_outcomes", cluster.getUnknownOutcomes())
                .put("settled", cluster.getSettled())
                .toString());
        return ExitCodes.OK;
      }
      Table table =
          new Table(terminal, "SERVER", "ROLE", "EPOCH", "LEADER", "LAG", "AGE", "REVISIONS");
      table.row(
          client.server().toString(),
          role(cluster),
          Long.toString(cluster.getEpoch()),
          cluster.getLeader().isEmpty() ? "-" : cluster.getLeader(),
          Long.toString(cluster.getLag()),
          age(cluster),
          cluster.getRevisions());
      table.finish();
      return ExitCodes.OK;
    }

    private static String role(GetClusterResponse cluster) {
      return cluster.getLeads() ? "leader" : "follower";
    }

    private static String asOf(GetClusterResponse cluster) {
      return cluster.hasAsOf() ? instant(cluster).toString() : "";
    }

    private static Instant instant(GetClusterResponse cluster) {
      return Instant.ofEpochSecond(cluster.getAsOf().getSeconds(), cluster.getAsOf().getNanos());
    }

    private static String age(GetClusterResponse cluster) {
      if (!cluster.hasAsOf()) {
        return "-";
      }
      double seconds = Duration.between(instant(cluster), Instant.now()).toMillis() / 1e3;
      return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
    }
  }

  /// `cluster handover`.
  @Command(
      name = "handover",
      description = {
        "Have the server of a data directory lead no longer, and another one at once.",
        "Before maintenance; a server that is stopped does so by itself."
      })
  static final class Handover implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private DataOptions data = new DataOptions();

    Handover(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      var _ = data.ask(AdminClient::handOver);
      terminal.line(
          data.json() ? Json.object().put("handed_over", true).toString() : "handed over");
      return ExitCodes.OK;
    }
  }
}
