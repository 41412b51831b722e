package guidepost.routes.feeds;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import guidepost.routes.table.InvalidRouteException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Columns separated by commas (RFC 4180) or tabs (without quotes), with or without a header.
///
/// @param separator between columns
/// @param quote around columns; NUL for none
/// @param defaults what a row gets that does not say it
record RouteTableReader(char separator, char quote, RouteDefaults defaults)
    implements RouteRowReader {

  static RouteTableReader csv(RouteDefaults defaults) {
    return new RouteTableReader(',', '"', defaults);
  }

  static RouteTableReader tsv(RouteDefaults defaults) {
    return new RouteTableReader('\t', '\0', defaults);
  }

  @Override
  public void read(Reader in, Consumer<? super RouteRow> rows) throws IOException {
    try {
      readRecords(records(in).iterator(), rows);
    } catch (CsvParseException e) {
      throw new InvalidFeedException("broken table: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private CsvReader<CsvRecord> records(Reader in) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .quoteCharacter(quote)
        .commentStrategy(CommentStrategy.SKIP)
        .allowExtraFields(true)
        .allowMissingFields(true)
        .ofCsvRecord(in);
  }

  private void readRecords(Iterator<CsvRecord> records, Consumer<? super RouteRow> rows)
      throws InvalidFeedException {
    if (!records.hasNext()) {
      return;
    }
    CsvRecord first = records.next();
    boolean hasHeader = !RouteFormat.looksLikePrefix(first.getField(0).strip());
    List<RouteColumn> columns = hasHeader ? header(first) : RouteColumn.WITHOUT_HEADER;
    if (!hasHeader) {
      rows.accept(row(first, columns, false));
    }
    while (records.hasNext()) {
      rows.accept(row(records.next(), columns, hasHeader));
    }
  }

  private static List<RouteColumn> header(CsvRecord header) throws InvalidFeedException {
    List<RouteColumn> columns = new ArrayList<>();
    Set<RouteColumn> seen = EnumSet.noneOf(RouteColumn.class);
    for (String name : header.getFields()) {
      RouteColumn column = RouteColumn.named(name).orElse(null);
      if (column == null) {
        throw invalid(header, name, "is not known; known are " + RouteColumn.NAMES);
      }
      if (!seen.add(column) && column != RouteColumn.IGNORED) {
        throw invalid(header, name, "says the same as a column before it");
      }
      columns.add(column);
    }
    if (!seen.contains(RouteColumn.DEST)) {
      throw invalid(header, "dest", "must be there, as dest, prefix, network or dst");
    }
    return List.copyOf(columns);
  }

  private static InvalidFeedException invalid(CsvRecord header, String column, String rule) {
    return new InvalidFeedException(
        "line %d: column \"%s\" %s".formatted(header.getStartingLineNumber(), column, rule));
  }

  private RouteRow row(CsvRecord record, List<RouteColumn> columns, boolean hasHeader) {
    long number = record.getStartingLineNumber();
    int width = record.getFieldCount();
    if (hasHeader ? width != columns.size() : width > columns.size()) {
      return new RouteRow.Rejected(
          number, "row.columns", otherWidth(width, columns.size(), hasHeader));
    }
    try {
      return new RouteRow.Parsed(number, fields(record, columns).toRoute(defaults));
    } catch (InvalidRouteException e) {
      return new RouteRow.Rejected(number, e);
    }
  }

  private static String otherWidth(int width, int columns, boolean hasHeader) {
    if (!hasHeader) {
      return "has %d columns, must have at most %d".formatted(width, columns);
    }
    return "has %d columns, must have %d like the header%s"
        .formatted(width, columns, width < columns ? "; empty cells keep their separators" : "");
  }

  private static RouteFields fields(CsvRecord record, List<RouteColumn> columns) {
    RouteFields fields = new RouteFields();
    for (int i = 0; i < record.getFieldCount(); i++) {
      fields.put(columns.get(i), record.getField(i));
    }
    return fields;
  }
}
