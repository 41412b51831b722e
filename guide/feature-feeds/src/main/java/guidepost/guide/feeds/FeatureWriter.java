package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.Closeable;
import java.io.UncheckedIOException;
import java.io.Writer;

/// Writes features so that a [FeatureFeed] reads them back.
public sealed interface FeatureWriter extends Closeable
    permits CsvFeatureWriter, GeoJsonWriter, JsonFeatureWriter {

  /// A writer of the format. Closing it closes `out`.
  ///
  /// @param out buffered
  /// @throws IllegalArgumentException if the format is not [FeatureFormat#isWritable]
  static FeatureWriter of(FeatureFormat format, Writer out) {
    return switch (format) {
      case CSV -> new CsvFeatureWriter(out);
      case GEOJSON -> new GeoJsonWriter(out);
      case JSON_LINES -> new JsonFeatureWriter(out);
      case TSV, ROUTE_GUIDE_DB ->
          throw new IllegalArgumentException(
              "format \"%s\": is read only; %s are written"
                  .formatted(format, FeatureFormat.WRITABLE_NAMES));
    };
  }

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
