package guidepost.guide.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import guidepost.guide.index.Point;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripStop;
import guidepost.guide.v1.TripSummary;
import guidepost.storage.v1.StoredStop;
import guidepost.storage.v1.StoredTrip;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The messages of `guidepost.guide.v1.Trips`, checked and translated.
final class TripMessages {

  static final int ID_BYTES_MAX = 128;
  private static final int NAME_BYTES_MAX = 1_024;
  private static final int FIXES_MAX = 10_000;
  private static final double ACCURACY_MAX = 100_000;
  private static final double SPEED_MAX = 12_000;
  private static final double ALTITUDE_MIN = -100_000;
  private static final double ALTITUDE_MAX = 1_000_000;

  /// From year 1 to 9999, as gRPC's timestamps are.
  private static final long SECONDS_MIN = -62_135_596_800L;

  private static final long SECONDS_MAX = 253_402_300_799L;
  private static final int NANOS_MAX = 999_999_999;
  private static final int MILLIS = 1_000;
  private static final int NANOS_PER_MILLI = 1_000_000;

  private TripMessages() {}

  static TripRequest.Begin begin(TripStart start) throws InvalidFieldException {
    NoteMessages.requireAtMost("start.trip_id", start.getTripIdBytes(), ID_BYTES_MAX);
    NoteMessages.requireAtMost("start.traveller", start.getTravellerBytes(), ID_BYTES_MAX);
    NoteMessages.requireAtMost("start.name", start.getNameBytes(), NAME_BYTES_MAX);
    return new TripRequest.Begin(start.getTripId(), start.getTraveller(), start.getName());
  }

  /// An id that must be there.
  static String id(String id) throws InvalidFieldException {
    if (id.isEmpty()) {
      throw NoteMessages.required("id", "the id of a trip");
    }
    NoteMessages.requireAtMost("id", ByteString.copyFromUtf8(id), ID_BYTES_MAX);
    return id;
  }

  static TripRequest.Add add(String id, TripBatch batch) throws InvalidFieldException {
    if (batch.getNumber() == 0) {
      throw new InvalidFieldException("batch.number.range", "batch.number must be at least 1: 0");
    }
    int count = batch.getFixesCount();
    if (count < 1 || count > FIXES_MAX) {
      throw new InvalidFieldException(
          "batch.fixes.count", "batch.fixes must be 1..%d: %d".formatted(FIXES_MAX, count));
    }
    List<TripFix> fixes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fixes.add(fix(batch.getFixes(i), "batch.fixes[%d]".formatted(i)));
    }
    return new TripRequest.Add(id, batch.getNumber(), fixes);
  }

  private static TripFix fix(guidepost.guide.v1.TripFix fix, String field)
      throws InvalidFieldException {
    if (!fix.hasPoint()) {
      throw NoteMessages.required(field + ".point", "where it was");
    }
    if (!fix.hasTime()) {
      throw NoteMessages.required(field + ".time", "when it was");
    }
    return new TripFix(
        NoteMessages.point(fix.getPoint(), field + ".point"),
        millis(fix.getTime(), field + ".time"),
        number(
            fix.hasAccuracyMetres(),
            fix.getAccuracyMetres(),
            0,
            ACCURACY_MAX,
            field + ".accuracy_metres"),
        number(
            fix.hasSpeedMetresPerSecond(),
            fix.getSpeedMetresPerSecond(),
            0,
            SPEED_MAX,
            field + ".speed_metres_per_second"),
        number(
            fix.hasAltitudeMetres(),
            fix.getAltitudeMetres(),
            ALTITUDE_MIN,
            ALTITUDE_MAX,
            field + ".altitude_metres"),
        fix.getBeginsSegment(),
        false);
  }

  private static long millis(Timestamp time, String field) throws InvalidFieldException {
    boolean valid =
        time.getSeconds() >= SECONDS_MIN
            && time.getSeconds() <= SECONDS_MAX
            && time.getNanos() >= 0
            && time.getNanos() <= NANOS_MAX;
    if (!valid) {
      throw new InvalidFieldException(
          field + ".range",
          "%s must be of year 1..9999 with 0..999999999 nanoseconds: %d s %d ns"
              .formatted(field, time.getSeconds(), time.getNanos()));
    }
    return time.getSeconds() * MILLIS + time.getNanos() / NANOS_PER_MILLI;
  }

  private static OptionalDouble number(
      boolean given, double value, double min, double max, String field)
      throws InvalidFieldException {
    if (!given) {
      return OptionalDouble.empty();
    }
    if (!(value >= min && value <= max)) {
      throw new InvalidFieldException(
          field + ".range", "%s must be %.0f..%.0f: %s".formatted(field, min, max, value));
    }
    return OptionalDouble.of(value);
  }

  static Trip message(TripRecord trip) {
    StoredTrip stored = trip.stored();
    return Trip.newBuilder()
        .setId(trip.id())
        .setTraveller(stored.getTraveller())
        .setName(stored.getName())
        .setLastBatch(stored.getLastBatch())
        .setFinished(stored.getFinished())
        .setSummary(summary(stored))
        .setRevision(trip.revision())
        .build();
  }

  private static TripSummary summary(StoredTrip unsettled) {
    StoredTrip stored = TripMotion.settled(unsettled);
    TripSummary.Builder summary =
        TripSummary.newBuilder()
            .setFixes(stored.getFixes())
            .setDistanceMetres(stored.getMetres())
            .setFilteredMetres(stored.getFilteredMetres())
            .setMovingSeconds(stored.getMovingMs() / (double) MILLIS)
            .setStopCount(stored.getStopCount())
            .setSkippedFixes(stored.getSkipped())
            .setSetAsideFixes(stored.getSetAside())
            .setSegmentCount(stored.hasLast() ? Math.max(1, stored.getSegments()) : 0)
            .setAscentMetres(stored.getAscentMetres())
            .setDescentMetres(stored.getDescentMetres())
            .addAllFeatureIds(stored.getFeatureIdsList());
    stored.getStopsList().forEach(stop -> summary.addStops(message(stop)));
    if (stored.hasLast()) {
      summary
          .setBegin(NoteMessages.timestamp(stored.getBeginUnixMs()))
          .setEnd(NoteMessages.timestamp(stored.getLast().getUnixMs()));
    }
    return summary.build();
  }

  private static TripStop message(StoredStop stop) {
    return TripStop.newBuilder()
        .setPoint(NoteMessages.message(new Point(stop.getLatitudeE7(), stop.getLongitudeE7())))
        .setBegin(NoteMessages.timestamp(stop.getBeginUnixMs()))
        .setEnd(NoteMessages.timestamp(stop.getEndUnixMs()))
        .build();
  }

  static guidepost.guide.v1.TripFix message(TripFix fix) {
    guidepost.guide.v1.TripFix.Builder message =
        guidepost.guide.v1.TripFix.newBuilder()
            .setPoint(NoteMessages.message(fix.point()))
            .setTime(NoteMessages.timestamp(fix.unixMillis()))
            .setBeginsSegment(fix.beginsSegment())
            .setSetAside(fix.setAside());
    fix.accuracyMetres().ifPresent(metres -> message.setAccuracyMetres((float) metres));
    fix.speed().ifPresent(speed -> message.setSpeedMetresPerSecond((float) speed));
    fix.altitudeMetres().ifPresent(metres -> message.setAltitudeMetres((float) metres));
    return message.build();
  }
}
