package guidepost.routes.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/// Reads the rows of one format to the end.
interface RouteRowReader {

  /// Hands over every row, in order.
  ///
  /// @param in buffered, at the first character after a byte order mark
  /// @throws InvalidFeedException if the text as a whole is broken
  void read(Reader in, Consumer<? super RouteRow> rows) throws IOException;
}
