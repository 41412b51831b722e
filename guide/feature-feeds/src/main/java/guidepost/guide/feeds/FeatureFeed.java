package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/// A text, or a file of another kind, with features, read once from its beginning to its end in
/// bounded memory.
///
/// Threads: one.
public final class FeatureFeed {

  private final Input in;
  private final FeatureFormat format;
  private final FeatureColumns columns;
  private final OsmTags osmTags;
  private final LeftOut leftOut = new LeftOut();

  /// What is read.
  private sealed interface Input {}

  private record Text(TextInput in) implements Input {}

  private record Bytes(BufferedInputStream in) implements Input {}

  private FeatureFeed(Input in, FeatureFormat format, FeatureColumns columns, OsmTags osmTags) {
    this.in = in;
    this.format = format;
    this.columns = columns;
    this.osmTags = osmTags;
  }

  /// A feed whose format is known by its first 8,192 characters. The caller closes `in`.
  ///
  /// @param in UTF-8, UTF-16 or UTF-32; XML in the encoding that it declares; or OpenStreetMap PBF
  /// @param columns for tables
  /// @throws InvalidFeedException if they could be of several formats or none
  public static FeatureFeed open(InputStream in, FeatureColumns columns) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(in);
    if (PbfBlocks.isPbf(bytes)) {
      return new FeatureFeed(new Bytes(bytes), FeatureFormat.OSM_PBF, columns, OsmTags.ANY);
    }
    if (XmlText.isXml(bytes)) {
      return new FeatureFeed(new Bytes(bytes), FeatureFormat.GPX, columns, OsmTags.ANY);
    }
    TextInput text = TextInput.open(bytes);
    FeatureFormat format =
        FeatureFormat.guess(text.head())
            .orElseThrow(
                () ->
                    new InvalidFeedException(
                        "the format cannot be told from the beginning; name one of "
                            + FeatureFormat.NAMES));
    requireLines(text, format);
    return new FeatureFeed(new Text(text), format, columns, OsmTags.ANY);
  }

  /// An array of such objects would be refused line by line, without a word of why.
  private static void requireLines(TextInput text, FeatureFormat format)
      throws InvalidFeedException {
    if (format == FeatureFormat.JSON_LINES && text.head().stripLeading().startsWith("[")) {
      throw new InvalidFeedException(
          "is an array of objects with a latitude, which are read one a line (jsonl), as jq -c"
              + " '.[]' FILE makes them; other formats are named with --format: "
              + FeatureFormat.NAMES);
    }
  }

  /// A feed of a known format. The caller closes `in`.
  ///
  /// @param in UTF-8, UTF-16 or UTF-32; XML in the encoding that it declares; or OpenStreetMap PBF
  /// @param columns for tables
  public static FeatureFeed open(InputStream in, FeatureFormat format, FeatureColumns columns)
      throws IOException {
    boolean isText = format != FeatureFormat.GPX && format != FeatureFormat.OSM_PBF;
    Input input = isText ? new Text(TextInput.open(in)) : new Bytes(new BufferedInputStream(in));
    return new FeatureFeed(input, format, columns, OsmTags.ANY);
  }

  /// The same feed, of whose OpenStreetMap nodes only these are rows.
  public FeatureFeed withOsmTags(OsmTags tags) {
    return new FeatureFeed(in, format, columns, tags);
  }

  /// What it is read as.
  public FeatureFormat format() {
    return format;
  }

  /// What the text says and no row does, so far.
  public LeftOut leftOut() {
    return leftOut;
  }

  /// Hands over every row, in order; rows handed over = rows read.
  ///
  /// @throws InvalidFeedException if the whole is broken
  /// @throws IOException if the stream under it fails
  public void read(Consumer<? super FeatureRow> rows) throws IOException {
    switch (in) {
      case Text text -> rowReader().read(text.in(), rows);
      case Bytes bytes when format == FeatureFormat.GPX ->
          GpxFeatures.read(bytes.in(), rows, leftOut);
      case Bytes bytes -> OsmPbfReader.read(bytes.in(), osmTags, rows, leftOut);
    }
  }

  private RowReader rowReader() {
    return switch (format) {
      case CSV -> TableReader.csv(columns);
      case TSV -> TableReader.tsv(columns);
      case GEOJSON -> new GeoJsonReader(leftOut);
      case JSON_LINES -> new JsonLinesReader();
      case ROUTE_GUIDE_DB -> new GuideDbReader();
      case GPX, OSM_PBF -> throw new IllegalStateException(format + " is no text");
    };
  }
}
