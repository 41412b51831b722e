package guidepost.guide.feeds;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Columns under a header, separated by commas (RFC 4180) or tabs (without quotes).
///
/// @param separator between columns
/// @param quote around columns; NUL for none
/// @param columns which column holds what
record TableReader(char separator, char quote, FeatureColumns columns) implements RowReader {

  static TableReader csv(FeatureColumns columns) {
    return new TableReader(',', '"', columns);
  }

  static TableReader tsv(FeatureColumns columns) {
    return new TableReader('\t', '\0', columns);
  }

  @Override
  public void read(Reader in, Consumer<? super FeatureRow> rows) throws IOException {
    try {
      readRecords(records(in, separator, quote), rows);
    } catch (CsvParseException e) {
      throw new InvalidFeedException("broken table: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// The records of a table; those of another width than the first are given as well.
  static Iterator<CsvRecord> records(Reader in, char separator, char quote) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .quoteCharacter(quote)
        .allowExtraFields(true)
        .allowMissingFields(true)
        .ofCsvRecord(in)
        .iterator();
  }

  private void readRecords(Iterator<CsvRecord> records, Consumer<? super FeatureRow> rows)
      throws InvalidFeedException {
    if (!records.hasNext()) {
      return;
    }
    List<String> header = records.next().getFields().stream().map(String::strip).toList();
    FeatureColumns.Places places = columns.in(header);
    while (records.hasNext()) {
      rows.accept(row(records.next(), places));
    }
  }

  private static FeatureRow row(CsvRecord record, FeatureColumns.Places places) {
    long number = record.getStartingLineNumber();
    try {
      return new FeatureRow.Parsed(number, feature(record, places));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    }
  }

  private static FeatureDraft feature(CsvRecord record, FeatureColumns.Places places) {
    int width = places.header().size();
    if (record.getFieldCount() != width) {
      throw new InvalidRowException(
          "has %d columns, must have %d like the header".formatted(record.getFieldCount(), width));
    }
    return new FeatureDraft(
        cell(record, places.id()),
        Degrees.point(cell(record, places.latitude()), cell(record, places.longitude())),
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
