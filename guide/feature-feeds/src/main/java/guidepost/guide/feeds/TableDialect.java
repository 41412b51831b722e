package guidepost.guide.feeds;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/// How the columns of a table are separated: by tabs, by semicolons where a decimal comma is usual,
/// or by commas. A first line `sep=;` says so, as spreadsheets write it.
///
/// @param separator between columns
/// @param quote around columns; NUL for none
/// @param linesBefore lines before the first record
record TableDialect(char separator, char quote, int linesBefore) {

  private static final String SAID = "sep=";

  /// What is done with a record.
  @FunctionalInterface
  interface Taker {
    /// Takes the next.
    ///
    /// @param line where the record begins, from 1
    void take(CsvRecord record, long line) throws InvalidFeedException;
  }

  /// That of a table of tabs without quotes.
  static TableDialect tabs() {
    return new TableDialect('\t', '\0', 0);
  }

  /// That of a text with quotes, by its first line; a line that says it is stepped over.
  static TableDialect of(TextInput text) throws IOException {
    String first = text.head().lines().findFirst().orElse("");
    if (isSaid(first)) {
      text.reader().readLine();
      return new TableDialect(first.charAt(SAID.length()), '"', 1);
    }
    return new TableDialect(separator(first), '"', 0);
  }

  /// True of a line like `sep=;`.
  static boolean isSaid(String line) {
    return line.length() == SAID.length() + 1
        && line.regionMatches(true, 0, SAID, 0, SAID.length());
  }

  private static char separator(String first) {
    long tabs = count(first, '\t');
    long semicolons = count(first, ';');
    long commas = count(first, ',');
    if (tabs > 0) {
      return '\t';
    }
    // A line without letters is no header: its commas may be those of numbers.
    boolean header = first.chars().anyMatch(Character::isLetter);
    return semicolons > (header ? commas : 0) ? ';' : ',';
  }

  /// Outside of quotes.
  private static long count(String line, char separator) {
    return line.replaceAll("\"[^\"]*\"", "").chars().filter(c -> c == separator).count();
  }

  /// Hands over every record, those of another width than the first too.
  void read(TextInput text, Taker taker) throws IOException {
    long line = 0;
    try {
      Iterator<CsvRecord> records =
          CsvReader.builder()
              .fieldSeparator(separator)
              .quoteCharacter(quote)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .ofCsvRecord(text.reader())
              .iterator();
      while (records.hasNext()) {
        CsvRecord record = records.next();
        line = linesBefore + record.getStartingLineNumber();
        taker.take(record, line);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new InvalidFeedException(
          "line %d or after: %s"
              .formatted(line + 1, fault(e.getCause() == null ? e : e.getCause())),
          e);
    } catch (IllegalArgumentException e) {
      throw new InvalidFeedException(
          "separator \"%s\": must be one that is no quote and no end of a line"
              .formatted(Shortened.of(String.valueOf(separator))),
          e);
    }
  }

  private static String fault(Throwable why) {
    String words = String.valueOf(why.getMessage());
    return words.contains("after closing quote")
        ? "a quote must be closed at the end of its column, and doubled within"
        : "must be rows of at most 16 Mi characters and 16,384 columns";
  }

  /// What to say of a record of another width than the header.
  static String otherWidth(CsvRecord record, int width) {
    boolean overLines = record.getFields().stream().anyMatch(cell -> cell.indexOf('\n') >= 0);
    return "has %d columns, must have %d like the header%s"
        .formatted(
            record.getFieldCount(),
            width,
            overLines ? "; is there a quote that is not closed?" : hint(record, width));
  }

  private static String hint(CsvRecord record, int width) {
    return record.getFieldCount() < width ? "; empty cells keep their separators" : "";
  }
}
