package guidepost.cli.server;

import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.server.v1.GetStatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows what a server did between two looks.
final class TopOutput {

  private static final double MEBIBYTE = 1 << 20;

  /// What fits above the fold of a usual window.
  private static final int METHODS_SHOWN = 20;

  private final Terminal terminal;
  private final String server;

  TopOutput(Terminal terminal, String server) {
    this.terminal = terminal;
    this.server = server;
  }

  void tables(TopRates rates) {
    GetStatusResponse now = rates.now();
    terminal.line(
        "%s  up %s  %s"
            .formatted(server, upTime(now), Instant.ofEpochSecond(now.getTime().getSeconds())));
    terminal.line(
        String.format(
            Locale.ROOT,
            "connections %.0f gRPC, %.0f web  clients hold %.1f of %.0f MiB  heap %.0f of %.0f MiB "
                + " cpu %.0f%% of %.0f processors  disk free %.0f MiB",
            figure(now, "connections"),
            figure(now, "web_connections"),
            figure(now, "client_memory_bytes") / MEBIBYTE,
            figure(now, "client_memory_bytes_max") / MEBIBYTE,
            figure(now, "heap_bytes") / MEBIBYTE,
            figure(now, "heap_bytes_max") / MEBIBYTE,
            rates.cpu() * 100,
            figure(now, "processors"),
            figure(now, "disk_free_bytes") / MEBIBYTE));
    if (figure(now, "writable") == 0) {
      terminal.line("NOTHING CAN BE WRITTEN: see guidepost status");
    }
    terminal.line("");
    domains(rates);
    terminal.line("");
    methods(rates);
  }

  private static double figure(GetStatusResponse now, String name) {
    return now.getFiguresOrDefault(name, 0);
  }

  private static String upTime(GetStatusResponse now) {
    Duration up = Duration.ofSeconds(now.getTime().getSeconds() - now.getStarted().getSeconds());
    return up.toDays() > 0
        ? "%dd %dh".formatted(up.toDays(), up.toHoursPart())
        : up.toHours() > 0
            ? "%dh %dm".formatted(up.toHours(), up.toMinutesPart())
            : "%dm %ds".formatted(up.toMinutes(), up.toSecondsPart());
  }

  private void domains(TopRates rates) {
    Table table =
        new Table(
            terminal,
            "DOMAIN",
            "REVISION",
            "ENTRIES",
            "CHANGES/S",
            "SYNCS/S",
            "QUEUED",
            "P50 MS",
            "P99 MS",
            "WATCHES",
            "LAGGING");
    for (TopRates.Domain domain : rates.domains()) {
      table.row(
          domain.now().getJournal().getDomain(),
          Long.toString(domain.now().getJournal().getRevision()),
          whole(domain.now().getFiguresOrDefault("entries", 0)),
          rate(domain.changes()),
          rate(domain.groups()),
          Integer.toString(domain.now().getJournal().getQueuedChanges()),
          millis(domain.p50()),
          millis(domain.p99()),
          whole(domain.now().getFiguresOrDefault("watches", 0)),
          whole(domain.now().getFiguresOrDefault("watches_lagging", 0)));
    }
    table.finish();
  }

  private void methods(TopRates rates) {
    Table table =
        new Table(
            terminal,
            "METHOD",
            "CALLS/S",
            "P50 MS",
            "P99 MS",
            "OPEN",
            "REJECTED/S",
            "FAILED/S",
            "LEFT/S");
    rates.methods().stream()
        .limit(METHODS_SHOWN)
        .forEach(
            method ->
                table.row(
                    method.name(),
                    rate(method.ended()),
                    millis(method.p50()),
                    millis(method.p99()),
                    Long.toString(method.open()),
                    rate(method.rejected()),
                    rate(method.failed()),
                    rate(method.cancelled())));
    table.finish();
    if (rates.methods().size() > METHODS_SHOWN) {
      terminal.line("and %d more methods".formatted(rates.methods().size() - METHODS_SHOWN));
    }
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String rate(double perSecond) {
    return perSecond == 0 ? "-" : String.format(Locale.ROOT, "%.1f", perSecond);
  }

  private static String millis(double seconds) {
    return Double.isNaN(seconds) ? "-" : String.format(Locale.ROOT, "%.2f", seconds * 1e3);
  }

  void json(TopRates rates) {
    ObjectNode json =
        Json.object()
            .put("server", server)
            .put("time", Instant.ofEpochSecond(rates.now().getTime().getSeconds()).toString())
            .put("seconds", rates.seconds())
            .put("cpu", rates.cpu());
    ObjectNode figures = json.putObject("figures");
    rates.now().getFiguresMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(figure -> figures.put(figure.getKey(), figure.getValue()));
    ArrayNode domains = json.putArray("domains");
    for (TopRates.Domain domain : rates.domains()) {
      ObjectNode row =
          domains
              .addObject()
              .put("domain", domain.now().getJournal().getDomain())
              .put("revision", domain.now().getJournal().getRevision())
              .put("queued_changes", domain.now().getJournal().getQueuedChanges())
              .put("changes_per_second", domain.changes())
              .put("syncs_per_second", domain.groups());
      putTimes(row, domain.p50(), domain.p99());
      domain.now().getFiguresMap().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(figure -> row.put(figure.getKey(), figure.getValue()));
    }
    ArrayNode methods = json.putArray("methods");
    for (TopRates.Method method : rates.methods()) {
      ObjectNode row =
          methods
              .addObject()
              .put("method", method.name())
              .put("calls_per_second", method.ended())
              .put("rejected_per_second", method.rejected())
              .put("failed_per_second", method.failed())
              .put("cancelled_per_second", method.cancelled())
              .put("open", method.open());
      putTimes(row, method.p50(), method.p99());
    }
    terminal.line(json.toString());
  }

  private static void putTimes(ObjectNode row, double p50, double p99) {
    if (!Double.isNaN(p50)) {
      row.put("p50_seconds", p50).put("p99_seconds", p99);
    }
  }
}
