package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.Closeable;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Set;

/// Writes features so that a [FeatureFeed] reads them back; from GPX without their ids.
///
/// Threads: one.
public sealed interface FeatureWriter extends Closeable
    permits CsvFeatureWriter, GeoJsonWriter, GpxFeatureWriter, JsonFeatureWriter {

  /// A writer of the format; a table has no columns for attributes. Closing it closes `out`.
  ///
  /// @param out buffered
  /// @throws IllegalArgumentException if the format is not [FeatureFormat#isWritable]
  static FeatureWriter of(FeatureFormat format, Writer out) {
    return switch (format) {
      case CSV -> csv(out, Set.of());
      case GEOJSON -> new GeoJsonWriter(out);
      case JSON_LINES -> new JsonFeatureWriter(out);
      case GPX -> new GpxFeatureWriter(out);
      case TSV, ROUTE_GUIDE_DB, OSM_PBF ->
          throw new IllegalArgumentException(
              "format \"%s\": is read only; %s are written"
                  .formatted(format, FeatureFormat.WRITABLE_NAMES));
    };
  }

  /// A writer of [FeatureFormat#CSV] with columns for attributes, after the others and in order of
  /// their names.
  ///
  /// @param out buffered
  /// @param attributes names; those that a table's header cannot hold get no column
  static FeatureWriter csv(Writer out, Set<String> attributes) {
    return new CsvFeatureWriter(out, attributes);
  }

  /// True if an attribute of this name is written; the others are left out.
  boolean keeps(String attribute);

  /// Writes one feature.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  void write(Feature feature);

  /// Passes on what is buffered.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  void flush();

  /// Finishes the text; without features it is still a well-formed one.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  @Override
  void close();
}
