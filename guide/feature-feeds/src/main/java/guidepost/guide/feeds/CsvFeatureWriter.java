package guidepost.guide.feeds;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import guidepost.guide.index.Feature;
import guidepost.guide.index.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;

/// Writes the columns id, name, category, latitude and longitude (degrees) under a header.
///
/// Attributes have no fixed columns and are left out: GeoJSON and JSON lines have them.
final class CsvFeatureWriter implements FeatureWriter {

  private final CsvWriter out;

  CsvFeatureWriter(Writer out) {
    this.out = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    this.out.writeRecord("id", "name", "category", "latitude", "longitude");
  }

  @Override
  public void write(Feature feature) {
    Point point = feature.point();
    out.writeRecord(
        feature.id(),
        feature.name(),
        feature.category(),
        degrees(point.latitudeE7()).toPlainString(),
        degrees(point.longitudeE7()).toPlainString());
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
