package guidepost.guide.feeds;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads a track from columns lat, lon and perhaps time, separated by commas or tabs.
final class TrackTable {

  private final List<Track.Fix> fixes = new ArrayList<>();
  private final List<FeatureRow.Rejected> rejected = new ArrayList<>();
  private int latitude;
  private int longitude = 1;
  private int time = 2;

  private TrackTable() {}

  static Track read(InputStream in) throws IOException {
    TextInput text = TextInput.open(in);
    char separator = text.head().lines().findFirst().orElse("").indexOf('\t') >= 0 ? '\t' : ',';
    TrackTable table = new TrackTable();
    try {
      table.readRecords(TableReader.records(text.reader(), separator, '"'));
    } catch (CsvParseException e) {
      throw new InvalidFeedException("broken table: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof CharacterCodingException bad
          ? TextInput.notText(bad)
          : e.getCause();
    }
    return new Track(table.fixes, table.rejected);
  }

  private void readRecords(Iterator<CsvRecord> records) throws InvalidFeedException {
    if (!records.hasNext()) {
      return;
    }
    CsvRecord first = records.next();
    if (isHeader(first)) {
      readHeader(first);
    } else {
      readRow(first);
    }
    while (records.hasNext()) {
      readRow(records.next());
      requireBounded();
    }
  }

  private void requireBounded() throws InvalidFeedException {
    if (fixes.size() + rejected.size() > Track.ROWS_MAX) {
      throw new InvalidFeedException("track: must have at most %d rows".formatted(Track.ROWS_MAX));
    }
  }

  private static boolean isHeader(CsvRecord first) {
    return first.getField(0).chars().anyMatch(Character::isLetter);
  }

  private void readHeader(CsvRecord header) throws InvalidFeedException {
    List<String> names =
        header.getFields().stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    latitude = indexOf(names, "lat", "latitude");
    longitude = indexOf(names, "lon", "lng", "longitude");
    time = indexOf(names, "time", "timestamp");
    if (latitude < 0 || longitude < 0) {
      throw new InvalidFeedException(
          "header: there must be columns lat and lon; the columns are " + String.join(", ", names));
    }
  }

  private static int indexOf(List<String> names, String... wanted) {
    for (String name : wanted) {
      if (names.contains(name)) {
        return names.indexOf(name);
      }
    }
    return -1;
  }

  private void readRow(CsvRecord record) {
    try {
      fixes.add(
          new Track.Fix(
              Degrees.point(cell(record, latitude), cell(record, longitude)),
              instant(cell(record, time))));
    } catch (InvalidRowException e) {
      rejected.add(new FeatureRow.Rejected(record.getStartingLineNumber(), e.reason()));
    }
  }

  private static String cell(CsvRecord record, int column) {
    boolean given = column >= 0 && column < record.getFieldCount();
    return given ? record.getField(column).strip() : "";
  }

  private static Optional<Instant> instant(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new InvalidRowException(
          "time", text, "must be a time with zone like 2026-05-11T08:30:00Z");
    }
  }
}
