package guidepost.guide.feeds;

import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Columns under a header, separated by commas (RFC 4180), by semicolons, or by tabs (without
/// quotes). Degrees may have a decimal comma.
final class TableReader implements RowReader {

  private final boolean tabs;
  private final FeatureColumns columns;
  private FeatureColumns.@Nullable Places places;

  private TableReader(boolean tabs, FeatureColumns columns) {
    this.tabs = tabs;
    this.columns = columns;
  }

  static TableReader csv(FeatureColumns columns) {
    return new TableReader(false, columns);
  }

  static TableReader tsv(FeatureColumns columns) {
    return new TableReader(true, columns);
  }

  @Override
  public void read(TextInput text, Consumer<? super FeatureRow> rows) throws IOException {
    TableDialect dialect = tabs ? TableDialect.tabs() : TableDialect.of(text);
    dialect.read(text, (record, line) -> take(record, line, rows));
  }

  private void take(CsvRecord record, long line, Consumer<? super FeatureRow> rows)
      throws InvalidFeedException {
    if (places == null) {
      List<String> header = record.getFields().stream().map(String::strip).toList();
      places = columns.in(header);
    } else {
      rows.accept(row(record, line, places));
    }
  }

  private static FeatureRow row(CsvRecord record, long number, FeatureColumns.Places places) {
    try {
      return new FeatureRow.Parsed(number, feature(record, places));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    }
  }

  private static FeatureDraft feature(CsvRecord record, FeatureColumns.Places places) {
    int width = places.header().size();
    if (record.getFieldCount() != width) {
      throw new InvalidRowException(TableDialect.otherWidth(record, width));
    }
    return new FeatureDraft(
        cell(record, places.id()),
        Degrees.point(
            Degrees.withPoint(cell(record, places.latitude())),
            Degrees.withPoint(cell(record, places.longitude()))),
        cell(record, places.name()),
        cell(record, places.category()),
        attributes(record, places));
  }

  private static String cell(CsvRecord record, int column) {
    return column < 0 ? "" : record.getField(column).strip();
  }

  private static Map<String, String> attributes(CsvRecord record, FeatureColumns.Places places) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < record.getFieldCount(); i++) {
      String value = cell(record, i);
      if (places.isAttribute(i) && !value.isEmpty()) {
        attributes.put(places.header().get(i), value);
      }
    }
    return attributes;
  }
}
