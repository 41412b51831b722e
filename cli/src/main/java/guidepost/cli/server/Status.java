package guidepost.cli.server;

import com.google.protobuf.Duration;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.server.v1.ClientLimits;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.GetJournalsResponse;
import guidepost.server.v1.JournalStats;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/// `status`.
@Command(name = "status", description = "Show what server this is and how much it holds.")
final class Status implements Callable<Integer> {

  private static final double MEBIBYTE = 1 << 20;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  Status(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The answers that a status is made of.
  private record Figures(
      GetInfoResponse info,
      guidepost.routes.v1.GetStatsResponse routes,
      List<guidepost.routes.v1.Table> tables,
      GetStatsResponse features,
      GetJournalsResponse journals,
      GetClusterResponse cluster) {

    long routesInAllTables() {
      return tables.stream().mapToLong(guidepost.routes.v1.Table::getRoutes).sum();
    }

    Instant started() {
      return Instant.ofEpochSecond(info.getStarted().getSeconds(), info.getStarted().getNanos());
    }
  }

  @Override
  public Integer call() {
    Figures figures =
        client.ask(
            server ->
                new Figures(
                    server.info(),
                    server.routes().stats(),
                    server.routes().tables(),
                    server.features().stats(),
                    server.journals(),
                    server.cluster()));
    if (client.json()) {
      showJson(figures);
    } else {
      showTable(figures);
    }
    return ExitCodes.OK;
  }

  private void showJson(Figures figures) {
    ObjectNode json =
        Json.object()
            .put("server", client.server().toString())
            .put("version", figures.info.getVersion())
            .put("started", figures.started().toString())
            .put("java_version", figures.info.getJavaVersion())
            .put("message_bytes_max", figures.info.getMessageBytesMax())
            .put("queued_changes_max", figures.info.getQueuedChangesMax())
            .put("encrypted", figures.info.getEncrypted())
            .put("authenticated", figures.info.getAuthenticated())
            .put("insecure", figures.info.getInsecure())
            .put("calls_per_connection_max", figures.info.getLimits().getCallsPerConnectionMax())
            .put("connection_bytes_max", figures.info.getLimits().getConnectionBytesMax())
            .put("settings_trouble", figures.info.getSettingsTrouble())
            .put("access_trouble", figures.info.getAccessTrouble())
            .put("ipv4_routes", figures.routes.getIpv4Routes())
            .put("ipv6_routes", figures.routes.getIpv6Routes())
            .put("ipv4_prefixes", figures.routes.getIpv4Prefixes())
            .put("ipv6_prefixes", figures.routes.getIpv6Prefixes())
            .put("tables", figures.tables.size())
            .put("routes_in_all_tables", figures.routesInAllTables())
            .put("routes_revision", figures.routes.getRevision())
            .put("features", figures.features.getFeatures())
            .put("named_features", figures.features.getNamedFeatures())
            .put("features_revision", figures.features.getFeaturesRevision())
            .put("notes", figures.features.getNotes())
            .put("notes_revision", figures.features.getNotesRevision())
            .put("chats", figures.features.getChats());
    if (figures.info.hasCertificateExpireTime()) {
      json.put("certificate_expires", expires(figures.info).toString());
    }
    ClientLimits limits = figures.info.getLimits();
    if (figures.info.getAuthenticated()) {
      json.put("connections_per_identity_max", limits.getConnectionsPerIdentityMax())
          .put("streams_per_identity_max", limits.getStreamsPerIdentityMax())
          .put("calls_per_second_per_identity_max", limits.getCallsPerSecondPerIdentityMax())
          .put("burst_per_identity_max", limits.getBurstPerIdentityMax());
    }
    if (figures.cluster.getShared()) {
      ClusterTable.addTo(json, figures.cluster);
    }
    json.put("trouble", figures.journals.getTrouble());
    figures
        .journals
        .getJournalsList()
        .forEach(journal -> addJson(json.putObject(journal.getDomain() + "_journal"), journal));
    terminal.line(json.toString());
  }

  private static void addJson(ObjectNode json, JournalStats journal) {
    json.put("oldest_revision", journal.getOldestRevision())
        .put("log_bytes", journal.getLogBytes())
        .put("queued_changes", journal.getQueuedChanges())
        .put("groups", journal.getGroups())
        .put("revisions", journal.getRevisions())
        .put("changes", journal.getChanges())
        .put("bytes", journal.getBytes())
        .put("failed_groups", journal.getFailedGroups())
        .put("writing_seconds", seconds(journal.getWriting()))
        .put("writing_max_seconds", seconds(journal.getWritingMax()));
  }

  private static Instant expires(GetInfoResponse info) {
    return Instant.ofEpochSecond(info.getCertificateExpireTime().getSeconds());
  }

  /// Who may call, and whether others can listen in.
  private static String access(GetInfoResponse info) {
    String calls = info.getAuthenticated() ? "callers are authenticated" : "anybody may call";
    String lines =
        info.hasCertificateExpireTime()
            ? "TLS, certificate until " + expires(info)
            : info.getEncrypted() ? "TLS" : "plaintext";
    return "%s; %s%s"
        .formatted(lines, calls, info.getInsecure() ? "; INSECURE: other machines can" : "");
  }

  /// What one client may ask for.
  private static String limits(GetInfoResponse info) {
    ClientLimits limits = info.getLimits();
    String connection =
        String.format(
            Locale.ROOT,
            "a connection may have %d calls and %.1f MiB waiting",
            limits.getCallsPerConnectionMax(),
            limits.getConnectionBytesMax() / MEBIBYTE);
    return info.getAuthenticated()
        ? connection
            + "; an identity %d connections, %d streams, %d calls a second"
                .formatted(
                    limits.getConnectionsPerIdentityMax(),
                    limits.getStreamsPerIdentityMax(),
                    limits.getCallsPerSecondPerIdentityMax())
        : connection;
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNanos() / 1e9;
  }

  private void showJournals(List<JournalStats> journals) {
    Table table =
        new Table(
            terminal, "JOURNAL", "FROM", "LOG MIB", "QUEUED", "CHANGES", "SYNCS", "MEAN MS",
            "MAX MS", "FAILED");
    for (JournalStats journal : journals) {
      table.row(
          journal.getDomain(),
          Long.toString(journal.getOldestRevision() - 1),
          String.format(Locale.ROOT, "%.1f", journal.getLogBytes() / MEBIBYTE),
          Integer.toString(journal.getQueuedChanges()),
          Long.toString(journal.getChanges()),
          Long.toString(journal.getGroups()),
          millis(seconds(journal.getWriting()) / Math.max(1, journal.getGroups())),
          millis(seconds(journal.getWritingMax())),
          Long.toString(journal.getFailedGroups()));
    }
    table.finish();
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds * 1e3);
  }

  private void showTable(Figures figures) {
    terminal.line(
        "Guidepost %s on Java %s at %s, up since %s"
            .formatted(
                Printable.of(figures.info.getVersion()),
                Printable.of(figures.info.getJavaVersion()),
                client.server(),
                figures.started()));
    terminal.line(access(figures.info));
    terminal.line(limits(figures.info));
    Table table = new Table(terminal, "WHAT", "COUNT", "REVISION");
    String routesRevision = Long.toString(figures.routes.getRevision());
    table.row("IPv4 routes", Long.toString(figures.routes.getIpv4Routes()), routesRevision);
    table.row("IPv6 routes", Long.toString(figures.routes.getIpv6Routes()), routesRevision);
    if (figures.tables.size() > 1) {
      table.row(
          "routes in all %d tables".formatted(figures.tables.size()),
          Long.toString(figures.routesInAllTables()),
          routesRevision);
    }
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
    terminal.line("");
    showJournals(figures.journals.getJournalsList());
    if (figures.cluster.getShared()) {
      terminal.line("");
      ClusterTable.show(terminal, figures.cluster);
    }
    String trouble = figures.journals.getTrouble();
    if (!trouble.isEmpty()) {
      terminal.line("");
      terminal.line("NOTHING CAN BE WRITTEN: " + Printable.of(trouble));
    }
    showTrouble("THE SETTINGS IN FORCE ARE OLD: ", figures.info.getSettingsTrouble());
    showTrouble(
        "CERTIFICATE, GRANTS OR TOKENS IN FORCE ARE OLD: ", figures.info.getAccessTrouble());
  }

  private void showTrouble(String what, String trouble) {
    if (!trouble.isEmpty()) {
      terminal.line(what + Printable.of(trouble));
    }
  }
}
