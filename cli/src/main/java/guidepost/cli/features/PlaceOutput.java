package guidepost.cli.features;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PointText;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.PathFeature;
import guidepost.guide.v1.PathSide;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// Shows features with where they lie: a table, or with `--json` an object a line.
final class PlaceOutput {

  private final Terminal terminal;
  private final Table table;
  private final boolean asJson;
  private long shown;

  private PlaceOutput(Terminal terminal, boolean asJson, String... columns) {
    this.terminal = terminal;
    this.asJson = asJson;
    this.table = new Table(terminal, columns);
  }

  /// From a point.
  static PlaceOutput around(Terminal terminal, boolean asJson) {
    return new PlaceOutput(
        terminal, asJson, "DISTANCE", "ID", "POINT", "NAME", "CATEGORY", "ATTRIBUTES");
  }

  /// Along a path.
  static PlaceOutput along(Terminal terminal, boolean asJson) {
    return new PlaceOutput(
        terminal, asJson, "AHEAD", "OFF", "SIDE", "ID", "POINT", "NAME", "CATEGORY", "ATTRIBUTES");
  }

  void show(DistantFeature found) {
    Feature feature = FeatureShapes.feature(found.getFeature());
    shown++;
    if (asJson) {
      print(json(feature).put("metres", Metres.rounded(found.getMetres())));
    } else {
      table.row(
          Metres.text(found.getMetres()),
          feature.id(),
          PointText.text(feature.point()),
          feature.name(),
          feature.category(),
          FeatureOutput.attributes(feature));
    }
  }

  void show(PathFeature found) {
    Feature feature = FeatureShapes.feature(found.getFeature());
    shown++;
    if (asJson) {
      print(
          json(feature)
              .put("ahead_metres", Metres.rounded(found.getAheadMetres()))
              .put("off_path_metres", Metres.rounded(found.getOffPathMetres()))
              .put("side", side(found.getSide())));
    } else {
      table.row(
          Metres.text(found.getAheadMetres()),
          Metres.text(found.getOffPathMetres()),
          side(found.getSide()),
          feature.id(),
          PointText.text(feature.point()),
          feature.name(),
          feature.category(),
          FeatureOutput.attributes(feature));
    }
  }

  private static String side(PathSide side) {
    return switch (side) {
      case PATH_SIDE_LEFT -> "left";
      case PATH_SIDE_RIGHT -> "right";
      case PATH_SIDE_ON -> "on";
      case PATH_SIDE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  /// With the fields of `feature list`.
  private static ObjectNode json(Feature feature) {
    return put(Json.object(), feature);
  }

  /// Adds the fields of `feature list` to an object.
  static ObjectNode put(ObjectNode object, Feature feature) {
    object.put("id", feature.id()).put("name", feature.name());
    if (!feature.category().isEmpty()) {
      object.put("category", feature.category());
    }
    object.put("latitude", feature.point().latitude());
    object.put("longitude", feature.point().longitude());
    if (!feature.attributes().isEmpty()) {
      ObjectNode attributes = object.putObject("attributes");
      new TreeMap<>(feature.attributes()).forEach(attributes::put);
    }
    return object.put("revision", feature.revision());
  }

  private void print(ObjectNode object) {
    terminal.line(Printable.inJson(object.toString()));
  }

  /// Prints what has been kept back, and returns how many were shown.
  ///
  /// @param nothing what to say if nothing was
  /// @throws CommandException if nothing was shown
  long finish(String nothing) {
    if (!asJson && shown > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(shown, nothing);
    return shown;
  }
}
