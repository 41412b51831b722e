package guidepost.cli;

import guidepost.guide.feeds.FeatureFormat;
import guidepost.guide.feeds.FeatureWriter;
import guidepost.guide.index.GeoBox;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature export`.
@Command(name = "export", description = "Write all features so that \"feature import\" reads them.")
final class FeatureExport implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "geojson, jsonl or csv (default: by the ending of FILE, else geojson).",
        "csv leaves out the attributes."
      })
  private String format = "";

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to; none or \"-\": standard output.")
  private String file = "";

  FeatureExport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExportFile target = new ExportFile(terminal, file);
    FeatureFormat chosen = format(target);
    long[] written = {0};
    target.write(out -> export(chosen, out, written));
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          client.json()
              ? Json.object().put("file", file).put("features", written[0]).toString()
              : "wrote %d features to %s".formatted(written[0], file));
    }
    return ExitCodes.OK;
  }

  private FeatureFormat format(ExportFile target) {
    if (!format.isEmpty()) {
      return Formats.requireWritable(
          format, List.of(FeatureFormat.GEOJSON, FeatureFormat.JSON_LINES, FeatureFormat.CSV));
    }
    if (target.hasEnding("jsonl")) {
      return FeatureFormat.JSON_LINES;
    }
    return target.hasEnding("csv") ? FeatureFormat.CSV : FeatureFormat.GEOJSON;
  }

  private long export(FeatureFormat chosen, Writer out, long[] written) {
    try (FeatureWriter writer = FeatureWriter.of(chosen, out)) {
      return client.ask(
          server ->
              server
                  .features()
                  .listInBox(
                      FeatureMessages.message(GeoBox.WORLD),
                      "",
                      feature -> {
                        writer.write(FeatureMessages.feature(feature));
                        written[0]++;
                      }));
    }
  }
}
