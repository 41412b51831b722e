package guidepost.cli;

import guidepost.guide.v1.GetStatsResponse;
import guidepost.server.v1.GetInfoResponse;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `status`.
@Command(name = "status", description = "Show what server this is and how much it holds.")
final class Status implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  Status(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The answers that a status is made of.
  private record Figures(
      GetInfoResponse info,
      guidepost.routes.v1.GetStatsResponse routes,
      GetStatsResponse features) {

    Instant started() {
      return Instant.ofEpochSecond(info.getStarted().getSeconds(), info.getStarted().getNanos());
    }
  }

  @Override
  public Integer call() {
    Figures figures =
        client.ask(
            server ->
                new Figures(server.info(), server.routes().stats(), server.features().stats()));
    if (client.json()) {
      showJson(figures);
    } else {
      showTable(figures);
    }
    return ExitCodes.OK;
  }

  private void showJson(Figures figures) {
    terminal.line(
        Json.object()
            .put("server", client.server().toString())
            .put("version", figures.info.getVersion())
            .put("started", figures.started().toString())
            .put("java_version", figures.info.getJavaVersion())
            .put("message_bytes_max", figures.info.getMessageBytesMax())
            .put("queued_changes_max", figures.info.getQueuedChangesMax())
            .put("ipv4_routes", figures.routes.getIpv4Routes())
            .put("ipv6_routes", figures.routes.getIpv6Routes())
            .put("ipv4_prefixes", figures.routes.getIpv4Prefixes())
            .put("ipv6_prefixes", figures.routes.getIpv6Prefixes())
            .put("routes_revision", figures.routes.getRevision())
            .put("features", figures.features.getFeatures())
            .put("named_features", figures.features.getNamedFeatures())
            .put("features_revision", figures.features.getFeaturesRevision())
            .put("notes", figures.features.getNotes())
            .put("notes_revision", figures.features.getNotesRevision())
            .put("chats", figures.features.getChats())
            .toString());
  }

  private void showTable(Figures figures) {
    terminal.line(
        "Guidepost %s on Java %s at %s, up since %s"
            .formatted(
                Printable.of(figures.info.getVersion()),
                Printable.of(figures.info.getJavaVersion()),
                client.server(),
                figures.started()));
    Table table = new Table(terminal, "WHAT", "COUNT", "REVISION");
    String routesRevision = Long.toString(figures.routes.getRevision());
    table.row("IPv4 routes", Long.toString(figures.routes.getIpv4Routes()), routesRevision);
    table.row("IPv6 routes", Long.toString(figures.routes.getIpv6Routes()), routesRevision);
    table.row(
        "features",
        Long.toString(figures.features.getFeatures()),
        Long.toString(figures.features.getFeaturesRevision()));
    table.row(
        "notes",
        Long.toString(figures.features.getNotes()),
        Long.toString(figures.features.getNotesRevision()));
    table.row("open chats", Long.toString(figures.features.getChats()), "");
    table.finish();
  }
}
