package guidepost.guide.trips;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.Fields;
import guidepost.calls.Grant;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.Role;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.GuideMessages;
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

  /// Longer than any id in use: a UUID has 36.
  static final int ID_BYTES_MAX = 128;

  /// As the name of a feature.
  private static final int NAME_BYTES_MAX = 1_024;

  /// Nearly three hours of a fix a second, as after a lost connection.
  private static final int FIXES_MAX = 10_000;

  /// Metres: what is less accurate says nothing.
  private static final double ACCURACY_MAX = 100_000;

  /// Metres per second: more than that of a satellite.
  private static final double SPEED_MAX = 12_000;

  /// Metres: below anything.
  private static final double ALTITUDE_MIN = -100_000;

  /// Metres: above anything that moves by the ground.
  private static final double ALTITUDE_MAX = 1_000_000;

  private static final long NUMBER_MAX = 0xFFFF_FFFFL;
  private static final int MILLIS = 1_000;

  private TripMessages() {}

  /// A trip is of its caller, if that is known; otherwise of whoever the request says.
  static TripRequest.Begin begin(TripStart start) {
    Caller caller = Caller.current();
    Denial.require(
        caller.mayUseTraveller(Role.WRITER, caller.nameOr("")), caller, "recording of a trip");
    Fields.text("start.trip_id", start.getTripId(), ID_BYTES_MAX);
    Fields.text("start.traveller", start.getTraveller(), ID_BYTES_MAX);
    Fields.text("start.name", start.getName(), NAME_BYTES_MAX);
    return new TripRequest.Begin(
        start.getTripId(), caller.nameOr(start.getTraveller()), start.getName(), caller.isKnown());
  }

  /// An id that must be there.
  static String id(String id) {
    return Fields.requiredText("id", id, ID_BYTES_MAX, "the id of a trip");
  }

  /// There is no such trip.
  ///
  /// @param field of the request that names it
  static Rejection noTrip(String field, String id) {
    return Rejection.notFound(Reason.TRIP_NOT_FOUND, field, id, "trip");
  }

  static TripRequest.Add add(String id, String traveller, TripBatch batch) {
    Fields.range("batch.number", Integer.toUnsignedLong(batch.getNumber()), 1, NUMBER_MAX);
    int count = Fields.count("batch.fixes", batch.getFixesCount(), 1, FIXES_MAX);
    List<TripFix> fixes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fixes.add(fix(batch.getFixes(i), "batch.fixes[%d]".formatted(i)));
    }
    return new TripRequest.Add(id, traveller, batch.getNumber(), fixes);
  }

  private static TripFix fix(guidepost.guide.v1.TripFix fix, String field) {
    Fields.required(field + ".point", fix.hasPoint(), "where it was");
    Fields.required(field + ".time", fix.hasTime(), "when it was");
    return new TripFix(
        GuideMessages.point(fix.getPoint(), field + ".point"),
        Fields.time(field + ".time", fix.getTime()).toEpochMilli(),
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

  private static OptionalDouble number(
      boolean given, double value, double min, double max, String field) {
    return given ? OptionalDouble.of(Fields.range(field, value, min, max)) : OptionalDouble.empty();
  }

  /// @param reader who is told: one that may not read features learns of none that it passed
  static Trip message(TripRecord trip, Caller reader) {
    StoredTrip stored = trip.stored();
    return Trip.newBuilder()
        .setId(trip.id())
        .setTraveller(stored.getTraveller())
        .setName(stored.getName())
        .setLastBatch(stored.getLastBatch())
        .setFinished(stored.getFinished())
        .setSummary(summary(stored, reader.mayUseLayer(Role.READER, Grant.DEFAULT_LAYER)))
        .setRevision(trip.revision())
        .build();
  }

  private static TripSummary summary(StoredTrip unsettled, boolean withFeatures) {
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
            .setDescentMetres(stored.getDescentMetres());
    if (withFeatures) {
      summary.addAllFeatureIds(stored.getFeatureIdsList());
    }
    stored.getStopsList().forEach(stop -> summary.addStops(message(stop)));
    if (stored.hasLast()) {
      summary
          .setStartTime(GuideMessages.timestamp(stored.getBeginUnixMs()))
          .setEndTime(GuideMessages.timestamp(stored.getLast().getUnixMs()));
    }
    return summary.build();
  }

  private static TripStop message(StoredStop stop) {
    return TripStop.newBuilder()
        .setPoint(GuideMessages.message(new Point(stop.getLatitudeE7(), stop.getLongitudeE7())))
        .setStartTime(GuideMessages.timestamp(stop.getBeginUnixMs()))
        .setEndTime(GuideMessages.timestamp(stop.getEndUnixMs()))
        .build();
  }

  static guidepost.guide.v1.TripFix message(TripFix fix) {
    guidepost.guide.v1.TripFix.Builder message =
        guidepost.guide.v1.TripFix.newBuilder()
            .setPoint(GuideMessages.message(fix.point()))
            .setTime(GuideMessages.timestamp(fix.unixMillis()))
            .setBeginsSegment(fix.beginsSegment())
            .setSetAside(fix.setAside());
    fix.accuracyMetres().ifPresent(metres -> message.setAccuracyMetres((float) metres));
    fix.speed().ifPresent(speed -> message.setSpeedMetresPerSecond((float) speed));
    fix.altitudeMetres().ifPresent(metres -> message.setAltitudeMetres((float) metres));
    return message.build();
  }
}
