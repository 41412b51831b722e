package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.util.function.Consumer;

/// Reads the rows of one format to the end.
interface RowReader {

  /// Hands over every row, in order.
  ///
  /// @throws InvalidFeedException if the text as a whole is broken
  void read(TextInput text, Consumer<? super FeatureRow> rows) throws IOException;
}
