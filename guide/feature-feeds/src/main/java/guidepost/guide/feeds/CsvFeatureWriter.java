package guidepost.guide.feeds;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Writes the columns id, name, category, latitude and longitude (degrees) under a header, and
/// those of attributes behind them.
final class CsvFeatureWriter implements FeatureWriter {

  private static final List<String> FIXED =
      List.of("id", "name", "category", "latitude", "longitude");

  private final CsvWriter out;
  private final SortedSet<String> attributes;

  /// @param attributes names; those that a header cannot hold get no column
  CsvFeatureWriter(Writer out, Set<String> attributes) {
    this.out = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    this.attributes = new TreeSet<>(attributes);
    this.attributes.removeIf(name -> FIXED.contains(name) || !isHeaderText(name));
    this.out.writeRecord(Stream.concat(FIXED.stream(), this.attributes.stream()).toList());
  }

  /// True if the reader finds the same name in the header.
  private static boolean isHeaderText(String name) {
    return !name.isEmpty() && name.equals(name.strip());
  }

  @Override
  public boolean keeps(String attribute) {
    return attributes.contains(attribute);
  }

  @Override
  public void write(Feature feature) {
    Point point = feature.point();
    List<String> cells = new ArrayList<>();
    cells.add(feature.id());
    cells.add(feature.name());
    cells.add(feature.category());
    cells.add(degrees(point.latitudeE7()).toPlainString());
    cells.add(degrees(point.longitudeE7()).toPlainString());
    attributes.forEach(name -> cells.add(feature.attributes().getOrDefault(name, "")));
    out.writeRecord(cells);
  }

  /// E7 as degrees, exactly: seven decimals.
  static BigDecimal degrees(int e7) {
    return BigDecimal.valueOf(e7, 7);
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
