package guidepost.cli.features;

import guidepost.cli.files.ExportFile;
import guidepost.cli.files.Formats;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.guide.feeds.FeatureFormat;
import guidepost.guide.feeds.FeatureWriter;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.index.Feature;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature export`.
@Command(name = "export", description = "Write all features so that \"feature import\" reads them.")
final class FeatureExport implements Callable<Integer> {

  /// Most attributes that get a column in a table: as many as spreadsheets take, about.
  private static final int ATTRIBUTE_COLUMNS_MAX = 1000;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "geojson, jsonl, csv or gpx (default: by the ending of FILE, else geojson).",
        "CSV has one column per attribute, up to 1,000."
      })
  private String format = "";

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to write; none or \"-\": standard output")
  private String file = "";

  private long written;

  /// Features with an attribute that was left out.
  private long cut;

  FeatureExport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExportFile target = new ExportFile(terminal, file);
    FeatureFormat chosen = format(target);
    target.write(
        out -> {
          export(writer(chosen, out));
          return written;
        });
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          client.json()
              ? Json.object().put("file", file).put("features", written).toString()
              : "wrote %s to %s".formatted(Plural.of(written, "feature"), file));
    }
    terminal.flush();
    warnOfAttributes(chosen);
    return ExitCodes.OK;
  }

  private void warnOfAttributes(FeatureFormat chosen) {
    if (cut == 0) {
      return;
    }
    String text =
        "%d of %s %s attributes that %s cannot hold, left out here; jsonl holds them"
            .formatted(
                cut, Plural.of(written, "feature"), Plural.choose(cut, "has", "have"), chosen);
    if (client.json()) {
      terminal.complain(Json.object().put("warning", text).put("features", cut));
    } else {
      terminal.complain("guidepost: " + text);
    }
  }

  private FeatureFormat format(ExportFile target) {
    if (!format.isEmpty()) {
      return Formats.requireWritable(
          format,
          List.of(
              FeatureFormat.GEOJSON,
              FeatureFormat.JSON_LINES,
              FeatureFormat.CSV,
              FeatureFormat.GPX));
    }
    if (target.hasEnding("jsonl")) {
      return FeatureFormat.JSON_LINES;
    }
    if (target.hasEnding("gpx")) {
      return FeatureFormat.GPX;
    }
    return target.hasEnding("csv") ? FeatureFormat.CSV : FeatureFormat.GEOJSON;
  }

  /// A table must know its columns before its first row, so the features are asked for twice; what
  /// changes between is counted by [#cut].
  private FeatureWriter writer(FeatureFormat chosen, Writer out) {
    if (chosen != FeatureFormat.CSV) {
      return FeatureWriter.of(chosen, out);
    }
    Set<String> names = new TreeSet<>();
    readAll(
        feature ->
            feature.attributes().keySet().stream()
                .filter(name -> names.size() < ATTRIBUTE_COLUMNS_MAX)
                .forEach(names::add));
    return FeatureWriter.csv(out, names);
  }

  /// Ends the text only when all of it is there: a server that does not answer leaves no header
  /// behind, and what breaks off does not look complete.
  private void export(FeatureWriter writer) {
    try {
      readAll(feature -> write(writer, feature));
    } catch (CommandException e) {
      if (written > 0) {
        writer.flush();
      }
      throw e;
    }
    writer.close();
  }

  private void write(FeatureWriter writer, Feature feature) {
    writer.write(feature);
    written++;
    cut += feature.attributes().keySet().stream().allMatch(writer::keeps) ? 0 : 1;
  }

  private void readAll(Consumer<Feature> features) {
    client.ask(
        server ->
            server
                .features()
                .listInBox(
                    PlaceMessages.message(GeoBox.WORLD),
                    "",
                    message -> features.accept(FeatureShapes.feature(message))));
  }
}
