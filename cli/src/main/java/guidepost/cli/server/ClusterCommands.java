package guidepost.cli.server;

import guidepost.cli.data.DataOptions;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.Noun;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.client.AdminClient;
import guidepost.client.GuidepostClient;
import guidepost.server.v1.GetClusterResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/// Commands about a cluster of servers.
@Command(name = "cluster", description = "Several servers that share their state.")
final class ClusterCommands extends Noun {

  /// `cluster status`.
  @Command(
      name = "status",
      description = "Show all servers, who leads, and how far behind each is.")
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
        ObjectNode json =
            Json.object()
                .put("server", client.server().toString())
                .put("role", ClusterTable.role(cluster.getLeads(), cluster.getTrouble()))
                .put("trouble", cluster.getTrouble())
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
                .put("snapshots", cluster.getSnapshots())
                .put("snapshot_failures", cluster.getSnapshotFailures());
        ClusterTable.addTo(json, cluster);
        terminal.line(json.toString());
        return ExitCodes.OK;
      }
      ClusterTable.show(terminal, cluster);
      terminal.line(
          "epoch %d; %s"
              .formatted(
                  cluster.getEpoch(),
                  cluster.getLeader().isEmpty()
                      ? "nobody leads"
                      : Printable.of(cluster.getLeader())
                          + (cluster.getTrouble().isEmpty()
                              ? " leads"
                              : " led when this server stopped")));
      return ExitCodes.OK;
    }

    private static String asOf(GetClusterResponse cluster) {
      return cluster.hasAsOf() ? ClusterTable.instant(cluster.getAsOf()).toString() : "";
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
