package guidepost.routes.feeds;

import guidepost.routes.table.Route;
import java.io.Closeable;
import java.io.UncheckedIOException;
import java.io.Writer;

/// Writes routes so that a [RouteFeed] reads them back.
///
/// Threads: one.
public sealed interface RouteTextWriter extends Closeable permits CsvRouteWriter, JsonRouteWriter {

  /// A writer of the format. Closing it closes `out`.
  ///
  /// @param out buffered
  /// @throws IllegalArgumentException if the format is not [RouteFormat#isWritable]
  static RouteTextWriter of(RouteFormat format, Writer out) {
    return switch (format) {
      case CSV -> new CsvRouteWriter(out);
      case JSON_LINES -> new JsonRouteWriter(out);
      case PREFIX_LIST, TSV, IP_JSON, IP6_JSON ->
          throw new IllegalArgumentException(
              "format \"%s\": is read only; csv and jsonl are written".formatted(format));
    };
  }

  /// Writes one route.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  void write(Route route);

  /// Passes on what is buffered.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  void flush();

  /// Finishes the text; without routes it is still a well-formed one.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  @Override
  void close();
}
