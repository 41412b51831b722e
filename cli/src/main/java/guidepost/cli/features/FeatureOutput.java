package guidepost.cli.features;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PointText;
import guidepost.guide.feeds.FeatureFormat;
import guidepost.guide.feeds.FeatureWriter;
import guidepost.guide.index.Feature;
import java.util.TreeMap;

/// Shows features: a table, or with `--json` an object a line.
final class FeatureOutput {

  private final Terminal terminal;
  private final FeatureWriter json;
  private final Table table;
  private final boolean asJson;
  private final boolean withTimes;
  private long shown;

  FeatureOutput(Terminal terminal, boolean asJson) {
    this(terminal, asJson, false);
  }

  /// @param withTimes true to show when each was written too
  FeatureOutput(Terminal terminal, boolean asJson, boolean withTimes) {
    this.terminal = terminal;
    this.asJson = asJson;
    this.withTimes = withTimes;
    this.json = FeatureWriter.of(FeatureFormat.JSON_LINES, terminal.out());
    this.table =
        withTimes
            ? new Table(terminal, "ID", "POINT", "NAME", "CATEGORY", "WRITTEN", "ATTRIBUTES")
            : new Table(terminal, "ID", "POINT", "NAME", "CATEGORY", "ATTRIBUTES");
  }

  void show(Feature feature) {
    shown++;
    if (asJson) {
      json.write(feature);
    } else {
      table.row(
          feature.id(),
          PointText.text(feature.point()),
          feature.name(),
          feature.category(),
          attributes(feature));
    }
  }

  /// One that the server has told of, perhaps with the time at which it was written.
  void show(guidepost.guide.v1.Feature message) {
    Feature feature = FeatureShapes.feature(message);
    if (!withTimes) {
      show(feature);
    } else if (asJson) {
      shown++;
      terminal.line(
          Printable.inJson(
              FeatureTimes.put(PlaceOutput.put(Json.object(), feature), message).toString()));
    } else {
      shown++;
      table.row(
          feature.id(),
          PointText.text(feature.point()),
          feature.name(),
          feature.category(),
          FeatureTimes.of(message),
          attributes(feature));
    }
  }

  static String attributes(Feature feature) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(feature.attributes())
        .forEach((name, value) -> text.append(name).append('=').append(value).append(' '));
    return text.toString().strip();
  }

  /// Prints what has been kept back, and returns how many were shown.
  ///
  /// @param nothing what to say if nothing was
  /// @throws CommandException if nothing was shown
  long finish(String nothing) {
    if (asJson) {
      json.flush();
    } else if (shown > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(shown, nothing);
    return shown;
  }
}
