package guidepost.cli.data;

import guidepost.cli.options.Noun;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.journal.JournalException;
import guidepost.journal.LogReport;
import guidepost.server.BackupException;
import guidepost.server.Load;
import guidepost.server.SharedLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Commands about the log that several servers share.
@Command(name = "journal", description = "The log that several servers share.")
final class JournalCommands extends Noun {

  /// `journal check`.
  @Command(
      name = "check",
      description = {
        "Judge every record of the log and read its snapshots, and say what it holds.",
        "Changes nothing, and servers go on. The exit code says whether it is whole."
      })
  static final class Check implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private SharedLogOptions log = new SharedLogOptions();

    @Option(names = "--json", description = "Print one JSON object")
    private boolean json;

    Check(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      SharedLog shared = log.log();
      LogReport report;
      try {
        report = shared.check();
      } catch (JournalException e) {
        throw CommandException.rejected(String.valueOf(e.getMessage()));
      }
      if (json) {
        terminal.line(json(shared, report).toString());
      } else {
        show(shared, report);
      }
      boolean whole =
          report.damage().isEmpty()
              && report.snapshots().stream().allMatch(each -> each.damage().isEmpty());
      return whole ? ExitCodes.OK : ExitCodes.REJECTED;
    }

    private void show(SharedLog shared, LogReport report) {
      terminal.line(
          "%s: offsets %d to %d, judged from %d, timeline %s, format %d, chain %016x"
              .formatted(
                  shared,
                  report.begin(),
                  report.end() - 1,
                  report.from(),
                  Long.toUnsignedString(report.timeline()),
                  report.format(),
                  report.chain()));
      terminal.line("revisions " + text(report.revisions()));
      report.epochs().forEach(each -> terminal.line(text(each)));
      terminal.line("records " + text(report.records()));
      terminal.line("void " + (report.voids().isEmpty() ? "none" : text(report.voids())));
      report.snapshots().forEach(each -> terminal.line(text(each)));
      if (report.snapshots().isEmpty()) {
        terminal.line("no snapshots");
      }
      terminal.line(report.damage().map(what -> "DAMAGED: " + Printable.of(what)).orElse("ok"));
    }

    private static String text(Map<String, Long> numbers) {
      return numbers.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(each -> Printable.of(each.getKey()) + "=" + each.getValue())
          .collect(Collectors.joining(","));
    }

    private static String text(LogReport.Epoch epoch) {
      return "epoch %d from offset %d: %s, version %s, %d frames"
          .formatted(
              epoch.number(),
              epoch.offset(),
              epoch.leader().isEmpty() ? "a load" : Printable.of(epoch.leader()),
              Printable.of(epoch.program()),
              epoch.frames());
    }

    private static String text(LogReport.Snapshot snapshot) {
      return "snapshot of offset %d, made %s, %,d bytes, %s, %s"
          .formatted(
              snapshot.offset(),
              snapshot.made(),
              snapshot.bytes(),
              text(snapshot.revisions()),
              snapshot
                  .damage()
                  .map(what -> "DAMAGED: " + Printable.of(what))
                  .orElse(snapshot.verified() ? "verified" : "whole"));
    }

    private static ObjectNode json(SharedLog shared, LogReport report) {
      ObjectNode json =
          Json.object()
              .put("journal", shared.toString())
              .put("begin", report.begin())
              .put("judged_from", report.from())
              .put("end", report.end())
              .put("timeline", Long.toUnsignedString(report.timeline()))
              .put("format", report.format())
              .put("chain", "%016x".formatted(report.chain()))
              .put("damage", report.damage().orElse(""));
      report.revisions().forEach(json.putObject("revisions")::put);
      report.records().forEach(json.putObject("records")::put);
      report.voids().forEach(json.putObject("void")::put);
      ArrayNode epochs = json.putArray("epochs");
      report
          .epochs()
          .forEach(
              each ->
                  epochs
                      .addObject()
                      .put("epoch", each.number())
                      .put("offset", each.offset())
                      .put("leader", each.leader())
                      .put("version", each.program())
                      .put("frames", each.frames()));
      ArrayNode snapshots = json.putArray("snapshots");
      report
          .snapshots()
          .forEach(
              each ->
                  snapshots
                      .addObject()
                      .put("offset", each.offset())
                      .put("made", each.made().toString())
                      .put("bytes", each.bytes())
                      .put("verified", each.verified())
                      .put("damage", each.damage().orElse("")));
      return json;
    }
  }

  /// `journal reseed`.
  @Command(
      name = "reseed",
      description = {
        "Delete the log and begin another one with what a data directory holds.",
        "For a log that has lost records: what the directory does not hold is lost for good, and"
            + " all watches begin again with a snapshot. Every server must be stopped; all but"
            + " those that are to be thrown away have their directories deleted afterwards."
      })
  static final class Reseed implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private SharedLogOptions log = new SharedLogOptions();

    @Option(
        names = "--from",
        required = true,
        paramLabel = "DIR",
        description = "A data directory, or a server's copy; no server may have it open")
    private @Nullable Path from;

    @Option(
        names = "--confirm",
        paramLabel = "PREFIX",
        description = "The prefix of the log that is deleted, once more")
    private String confirmed = "";

    Reseed(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      SharedLog shared = log.log();
      if (!confirmed.equals(shared.prefix())) {
        throw CommandException.usage(
            "journal reseed deletes %s; confirm that with --confirm %s"
                .formatted(shared, shared.prefix()));
      }
      Path directory = Objects.requireNonNull(from);
      try (DirectoryDump dump = DirectoryDump.of(directory)) {
        requireStopped(shared);
        shared.delete();
        fill(shared, dump);
        return ExitCodes.OK;
      } catch (JournalException e) {
        throw CommandException.rejected(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw CommandException.broken("%s: %s".formatted(directory, e));
      }
    }

    private static void requireStopped(SharedLog shared) throws JournalException {
      List<String> servers = shared.servers();
      if (!servers.isEmpty()) {
        throw CommandException.rejected(
            "%s: stop its servers first: %s".formatted(shared, String.join(", ", servers)));
      }
    }

    /// From here on the dump is all that there is.
    private void fill(SharedLog shared, DirectoryDump dump) {
      dump.keep();
      try (BufferedReader lines = dump.lines()) {
        Map<String, Load.Loaded> loaded = Load.load(lines, log.engine());
        loaded.forEach(
            (domain, each) ->
                terminal.line(
                    "%s at revision %d with %,d entries"
                        .formatted(domain, each.revision(), each.entries())));
        java.nio.file.Files.deleteIfExists(dump.file());
        terminal.line(
            "%s begins again, on a new timeline; delete the directories of its servers before they start"
                .formatted(shared));
      } catch (BackupException | JournalException e) {
        throw CommandException.rejected(
            "%s: %s; the log is gone, and all that it is to hold is in %s: load that"
                .formatted(shared, e.getMessage(), dump.file()));
      } catch (IOException e) {
        throw CommandException.broken(
            "%s: %s; the log is gone, and all that it is to hold is in %s: load that"
                .formatted(shared, e, dump.file()));
      }
    }
  }
}
