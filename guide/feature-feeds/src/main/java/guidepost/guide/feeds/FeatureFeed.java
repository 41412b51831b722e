package guidepost.guide.feeds;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.function.Consumer;

/// A text with features, read once from its beginning to its end in bounded memory.
public final class FeatureFeed {

  private final TextInput in;
  private final FeatureFormat format;
  private final FeatureColumns columns;

  private FeatureFeed(TextInput in, FeatureFormat format, FeatureColumns columns) {
    this.in = in;
    this.format = format;
    this.columns = columns;
  }

  /// A feed whose format is known by its first 8,192 characters. The caller closes `in`.
  ///
  /// @param in UTF-8, with or without a byte order mark
  /// @param columns for tables
  /// @throws InvalidFeedException if they could be of several formats or none
  public static FeatureFeed open(InputStream in, FeatureColumns columns) throws IOException {
    TextInput text = TextInput.open(in);
    FeatureFormat format =
        FeatureFormat.guess(text.head())
            .orElseThrow(
                () ->
                    new InvalidFeedException(
                        "the format cannot be told from the beginning; name one of "
                            + FeatureFormat.NAMES));
    return new FeatureFeed(text, format, columns);
  }

  /// A feed of a known format. The caller closes `in`.
  ///
  /// @param in UTF-8, with or without a byte order mark
  /// @param columns for tables
  public static FeatureFeed open(InputStream in, FeatureFormat format, FeatureColumns columns)
      throws IOException {
    return new FeatureFeed(TextInput.open(in), format, columns);
  }

  /// What the text is read as.
  public FeatureFormat format() {
    return format;
  }

  /// Hands over every row, in order; rows handed over = rows read.
  ///
  /// @throws InvalidFeedException if the text as a whole is broken
  /// @throws IOException if the stream under it fails
  public void read(Consumer<? super FeatureRow> rows) throws IOException {
    RowReader reader =
        switch (format) {
          case CSV -> TableReader.csv(columns);
          case TSV -> TableReader.tsv(columns);
          case GEOJSON -> new GeoJsonReader();
          case JSON_LINES -> new JsonLinesReader();
          case ROUTE_GUIDE_DB -> new GuideDbReader();
        };
    try {
      reader.read(in.reader(), rows);
    } catch (CharacterCodingException e) {
      throw TextInput.notText(e);
    }
  }
}
