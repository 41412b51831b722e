package guidepost.guide.feeds;

import de.siegmar.fastcsv.reader.CsvRecord;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads a track from columns lat, lon and perhaps time, ele and speed, separated by commas,
/// semicolons or tabs. Other columns are left out.
final class TrackTable {

  private static final int WITHOUT_HEADER = 3;

  private final LeftOut leftOut = new LeftOut();
  private final TrackBuilder track;
  private boolean begun;
  private Optional<Integer> width = Optional.empty();
  private List<String> others = List.of();
  private int latitude;
  private int longitude = 1;
  private int time = 2;
  private int altitude = -1;
  private int speed = -1;

  private TrackTable(Instant latest) {
    track = new TrackBuilder("line", leftOut, latest);
  }

  static Track read(TextInput text, Instant latest) throws IOException {
    TrackTable table = new TrackTable(latest);
    TableDialect.of(text).read(text, table::take);
    return table.track.build();
  }

  private void take(CsvRecord record, long line) throws InvalidFeedException {
    boolean header = !begun && isHeader(record);
    begun = true;
    if (header) {
      readHeader(record);
    } else {
      others.forEach(leftOut::count);
      track.add(line, row -> fix(requireWidth(record), row));
    }
  }

  /// Without a header they are lat, lon and time, and the time may be absent.
  private CsvRecord requireWidth(CsvRecord record) {
    int cells = record.getFieldCount();
    if (width.isPresent() && cells != width.get()) {
      throw new InvalidRowException(TableDialect.otherWidth(record, width.get()));
    }
    if (width.isEmpty() && cells > WITHOUT_HEADER) {
      throw new InvalidRowException(
          "has %d columns, must have at most %d without a header: lat, lon and time"
              .formatted(cells, WITHOUT_HEADER));
    }
    return record;
  }

  private static boolean isHeader(CsvRecord first) {
    return first.getField(0).chars().anyMatch(Character::isLetter);
  }

  private void readHeader(CsvRecord header) throws InvalidFeedException {
    List<String> names =
        header.getFields().stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    width = Optional.of(names.size());
    latitude = indexOf(names, FeatureColumns.LATITUDES);
    longitude = indexOf(names, FeatureColumns.LONGITUDES);
    time = indexOf(names, List.of("time", "timestamp"));
    altitude = indexOf(names, List.of("ele", "elevation", "alt", "altitude", "altitude_metres"));
    speed = indexOf(names, List.of("speed", "speed_metres_per_second"));
    if (latitude < 0 || longitude < 0) {
      throw new InvalidFeedException(
          "header: there must be columns lat and lon; the columns are "
              + Shortened.of(String.join(", ", names)));
    }
    List<Integer> read = List.of(latitude, longitude, time, altitude, speed);
    others = names.stream().filter(name -> !read.contains(names.indexOf(name))).toList();
  }

  private static int indexOf(List<String> names, List<String> wanted) {
    for (String name : wanted) {
      if (names.contains(name)) {
        return names.indexOf(name);
      }
    }
    return -1;
  }

  private Track.Fix fix(CsvRecord record, String row) {
    return new Track.Fix(
        Degrees.point(
            Degrees.withPoint(cell(record, latitude)), Degrees.withPoint(cell(record, longitude))),
        instant(cell(record, time)),
        number(row, "altitude", cell(record, altitude)),
        number(row, "speed", cell(record, speed)),
        false);
  }

  private static String cell(CsvRecord record, int column) {
    boolean given = column >= 0 && column < record.getFieldCount();
    return given ? record.getField(column).strip() : "";
  }

  private OptionalDouble number(String row, String name, String text) {
    try {
      return text.isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of(GpxPoint.number(name, Degrees.withPoint(text)));
    } catch (InvalidRowException e) {
      leftOut.fault(row, name, e);
      return OptionalDouble.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(GpxPoint.time(OffsetDateTime.parse(text).toInstant().toString()));
    } catch (DateTimeException e) {
      throw new InvalidRowException(
          "time", text, "must be a time with zone like 2026-05-11T08:30:00Z");
    }
  }
}
