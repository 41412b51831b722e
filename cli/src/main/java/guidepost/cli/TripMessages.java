package guidepost.cli;

import com.google.protobuf.Timestamp;
import guidepost.guide.feeds.Track;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStop;
import guidepost.guide.v1.TripSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// Trips as messages, as JSON and in words.
final class TripMessages {

  private static final double MILLIS = 1e3;

  private TripMessages() {}

  static TripFix fix(Track.Fix fix, Instant time) {
    return TripFix.newBuilder()
        .setPoint(NoteMessages.message(fix.point()))
        .setTime(timestamp(time))
        .build();
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Duration elapsed(TripSummary summary) {
    return Duration.between(
        NoteMessages.instant(summary.getBegin()), NoteMessages.instant(summary.getEnd()));
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
    if (summary.hasBegin()) {
      object
          .put("begin", NoteMessages.instant(summary.getBegin()).toString())
          .put("end", NoteMessages.instant(summary.getEnd()).toString());
    }
    object
        .put("wgs84_metres", summary.getDistanceMetres())
        .put("filtered_metres", summary.getFilteredMetres())
        .put("elapsed_seconds", elapsed(summary).toSeconds())
        .put("moving_seconds", moving(summary).toSeconds())
        .put("skipped", summary.getSkippedFixes())
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
    var point = NoteMessages.point(stop.getPoint());
    object
        .put("latitude", point.latitude())
        .put("longitude", point.longitude())
        .put("begin", NoteMessages.instant(stop.getBegin()).toString())
        .put("end", NoteMessages.instant(stop.getEnd()).toString());
  }
}
