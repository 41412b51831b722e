package guidepost.cli.trips;

import com.google.protobuf.Timestamp;
import guidepost.cli.output.Json;
import guidepost.cli.places.PlaceMessages;
import guidepost.guide.feeds.Track;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStop;
import guidepost.guide.v1.TripSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/// Trips as messages, as JSON and in words.
final class TripShapes {

  private static final double MILLIS = 1e3;

  /// What a server takes.
  private static final double ALTITUDE_MIN = -100_000;

  /// Metres: above anything that moves by the ground.
  private static final double ALTITUDE_MAX = 1_000_000;

  /// Metres per second: more than that of a satellite.
  private static final double SPEED_MAX = 12_000;

  private TripShapes() {}

  static TripFix fix(Track.Fix fix, Instant time) {
    TripFix.Builder message =
        TripFix.newBuilder()
            .setPoint(PlaceMessages.message(fix.point()))
            .setTime(timestamp(time))
            .setBeginsSegment(fix.beginsSegment());
    // What a server does not take is as good as unknown, like the speed -1 of some devices.
    fix.altitude().stream()
        .filter(metres -> metres >= ALTITUDE_MIN && metres <= ALTITUDE_MAX)
        .forEach(metres -> message.setAltitudeMetres((float) metres));
    fix.speed().stream()
        .filter(speed -> speed >= 0 && speed <= SPEED_MAX)
        .forEach(speed -> message.setSpeedMetresPerSecond((float) speed));
    return message.build();
  }

  /// Where and when a fix was; empty if it was set aside.
  static Optional<Track.Fix> taken(TripFix fix) {
    return fix.getSetAside()
        ? Optional.empty()
        : Optional.of(
            new Track.Fix(
                PlaceMessages.point(fix.getPoint()),
                Optional.of(PlaceMessages.instant(fix.getTime())),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                fix.getBeginsSegment()));
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Duration elapsed(TripSummary summary) {
    return Duration.between(
        PlaceMessages.instant(summary.getStartTime()), PlaceMessages.instant(summary.getEndTime()));
  }

  static Duration moving(TripSummary summary) {
    return Duration.ofMillis(Math.round(summary.getMovingSeconds() * MILLIS));
  }

  static String clock(Duration duration) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        duration.toHours(),
        duration.toMinutesPart(),
        duration.toSecondsPart());
  }

  static String metres(double metres) {
    return String.format(Locale.ROOT, "%,.0f m", metres);
  }

  /// Fields that are not set are left out.
  static ObjectNode json(Trip trip) {
    TripSummary summary = trip.getSummary();
    ObjectNode object = Json.object().put("trip", trip.getId());
    putText(object, "traveller", trip.getTraveller());
    putText(object, "name", trip.getName());
    object
        .put("finished", trip.getFinished())
        .put("batches", trip.getLastBatch())
        .put("fixes", summary.getFixes());
    if (summary.hasStartTime()) {
      object
          .put("begin", PlaceMessages.instant(summary.getStartTime()).toString())
          .put("end", PlaceMessages.instant(summary.getEndTime()).toString());
    }
    object
        .put("wgs84_metres", summary.getDistanceMetres())
        .put("filtered_metres", summary.getFilteredMetres())
        .put("elapsed_seconds", elapsed(summary).toSeconds())
        .put("moving_seconds", moving(summary).toSeconds())
        .put("skipped", summary.getSkippedFixes())
        .put("set_aside", summary.getSetAsideFixes())
        .put("segments", summary.getSegmentCount())
        .put("ascent_metres", summary.getAscentMetres())
        .put("descent_metres", summary.getDescentMetres())
        .put("stop_count", summary.getStopCount());
    var stops = object.putArray("stops");
    summary.getStopsList().forEach(stop -> put(stops.addObject(), stop));
    var features = object.putArray("feature_ids");
    summary.getFeatureIdsList().forEach(features::add);
    return object.put("revision", trip.getRevision());
  }

  private static void putText(ObjectNode object, String field, String text) {
    if (!text.isEmpty()) {
      object.put(field, text);
    }
  }

  private static void put(ObjectNode object, TripStop stop) {
    var point = PlaceMessages.point(stop.getPoint());
    object
        .put("latitude", point.latitude())
        .put("longitude", point.longitude())
        .put("begin", PlaceMessages.instant(stop.getStartTime()).toString())
        .put("end", PlaceMessages.instant(stop.getEndTime()).toString());
  }
}
