package guidepost.cli.trips;

import guidepost.cli.files.ExportFile;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `trip export`.
@Command(name = "export", description = "Write a trip as GPX 1.1 or GeoJSON, with its stops.")
final class TripExport implements Callable<Integer> {

  /// What a trip is written as.
  enum Format {
    GPX,
    GEOJSON
  }

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "ID", description = "The trip")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to write; none or \"-\": standard output")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "gpx or geojson (default: by the ending of FILE, else gpx)")
  private List<Format> format = List.of();

  TripExport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExportFile target = new ExportFile(terminal, file);
    Format chosen = format(target);
    Trip trip =
        client
            .ask(server -> server.trips().get(id))
            .orElseThrow(() -> CommandException.notFound("no trip matches \"%s\"".formatted(id)));
    List<TripFix> fixes = new ArrayList<>();
    client.ask(
        server -> {
          server.trips().fixes(id, fix -> add(fix, fixes));
          return ExitCodes.OK;
        });
    int written = target.write(out -> write(chosen, trip, fixes, out));
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          client.json()
              ? Json.object().put("file", file).put("fixes", written).toString()
              : "wrote %s to %s".formatted(Plural.of(written, "fix"), file));
    }
    terminal.flush();
    return ExitCodes.OK;
  }

  private static void add(TripFix fix, List<TripFix> fixes) {
    if (!fix.getSetAside()) {
      fixes.add(fix);
    }
  }

  private Format format(ExportFile target) {
    if (!format.isEmpty()) {
      return format.getLast();
    }
    if (target.hasEnding("geojson") || target.hasEnding("json")) {
      return Format.GEOJSON;
    }
    if (file.isEmpty() || file.equals("-") || target.hasEnding("gpx")) {
      return Format.GPX;
    }
    throw CommandException.usage(
        "FILE \"%s\": must end in .gpx or .geojson, or say which with --format".formatted(file));
  }

  private static int write(Format chosen, Trip trip, List<TripFix> fixes, Writer out) {
    switch (chosen) {
      case GPX -> new TripGpx(out).write(trip, fixes);
      case GEOJSON -> TripGeoJson.write(trip, fixes, out);
    }
    return fixes.size();
  }
}
