package guidepost.cli.data;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.server.v1.DomainReport;
import guidepost.server.v1.VerifyReport;
import guidepost.server.v1.VerifyResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `verify`.
@Command(
    name = "verify",
    description = "Read everything that is stored, check it, and compare the indexes with it.")
final class Verify implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private DataOptions data = new DataOptions();
  private VerifyReport report = VerifyReport.getDefaultInstance();
  private boolean reported;

  Verify(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    data.read(
        server -> {
          server.verify(this::take);
          return true;
        },
        local -> {
          local.verify(this::take);
          return true;
        });
    if (!reported) {
      throw CommandException.broken("the check ended without a report");
    }
    show();
    return report.getWrong() == 0 ? ExitCodes.OK : ExitCodes.REJECTED;
  }

  private void take(VerifyResponse part) {
    if (part.hasReport()) {
      report = part.getReport();
      reported = true;
    } else if (!data.json() && terminal.errIsTerminal()) {
      terminal.complain("checking " + part.getStep());
    }
  }

  private void show() {
    if (data.json()) {
      showJson();
      return;
    }
    report.getDomainsList().forEach(each -> terminal.line(text(each)));
    report.getFindingsList().forEach(each -> terminal.line("WRONG " + Printable.of(each)));
    long more = report.getWrong() - report.getFindingsList().size();
    if (more > 0) {
      terminal.line("... and %,d more".formatted(more));
    }
    terminal.line(
        report.getWrong() == 0
            ? "ok"
            : Plural.grouped(report.getWrong(), "thing")
                + Plural.choose(report.getWrong(), " is wrong", " are wrong"));
  }

  private String text(DomainReport each) {
    return "%s: revision %d, %s: %s found in the index as stored%s; %s in %s of log"
        .formatted(
            each.getDomain(),
            each.getRevision(),
            Plural.grouped(each.getEntries(), "entry"),
            Plural.grouped(each.getIndexed(), noun(each.getDomain())),
            others(each),
            Plural.grouped(each.getLogChanges(), "change"),
            Plural.grouped(each.getLogRevisions(), "revision"));
  }

  /// What the index of a domain holds.
  private static String noun(String domain) {
    return switch (domain) {
      case "routes" -> "route";
      case "features" -> "feature";
      default -> "entry";
    };
  }

  /// The entries that were not found there, most of which are not to be: a server in use may have
  /// written more since they were counted.
  private String others(DomainReport each) {
    long others = each.getEntries() - each.getIndexed();
    if (others <= 0) {
      return "";
    }
    if (!each.getDomain().equals("routes")) {
      return ", %,d not".formatted(others);
    }
    return ", %,d for tables and sources%s"
        .formatted(others, report.getWrong() == 0 ? ", checked too" : ", or wrong");
  }

  private void showJson() {
    ObjectNode json = Json.object().put("ok", report.getWrong() == 0);
    ObjectNode domains = json.putObject("domains");
    for (DomainReport each : report.getDomainsList()) {
      domains
          .putObject(each.getDomain())
          .put("revision", each.getRevision())
          .put("entries", each.getEntries())
          .put("indexed", each.getIndexed())
          .put("log_revisions", each.getLogRevisions())
          .put("log_changes", each.getLogChanges());
    }
    json.put("wrong", report.getWrong());
    ArrayNode findings = json.putArray("findings");
    report.getFindingsList().forEach(findings::add);
    terminal.line(json.toString());
  }
}
