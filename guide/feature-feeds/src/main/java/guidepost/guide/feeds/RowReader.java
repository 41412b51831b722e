package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/// Reads the rows of one format to the end.
interface RowReader {

  /// Hands over every row, in order.
  ///
  /// @param in buffered, at the first character after a byte order mark
  /// @throws InvalidFeedException if the text as a whole is broken
  void read(Reader in, Consumer<? super FeatureRow> rows) throws IOException;
}
