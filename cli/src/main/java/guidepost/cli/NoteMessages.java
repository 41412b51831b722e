package guidepost.cli;

import com.google.protobuf.Timestamp;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteSeverity;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// Notes as messages, as JSON and in words.
final class NoteMessages {

  private static final int SEVERITY_PREFIX = "NOTE_SEVERITY_".length();

  private NoteMessages() {}

  static guidepost.guide.v1.GeoPoint message(Point point) {
    return guidepost.guide.v1.GeoPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  static Point point(guidepost.guide.v1.GeoPoint point) {
    return new Point(point.getLatitudeE7(), point.getLongitudeE7());
  }

  static GeoCircle circle(Point center, double metres) {
    return GeoCircle.newBuilder().setCentre(message(center)).setRadiusMetres(metres).build();
  }

  static String severity(NoteSeverity severity) {
    return severity == NoteSeverity.NOTE_SEVERITY_UNSPECIFIED
        ? "medium"
        : severity.name().substring(SEVERITY_PREFIX).toLowerCase(Locale.ROOT);
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /// Fields that are not set are left out.
  static ObjectNode json(Note note) {
    ObjectNode object =
        Json.object()
            .put("id", note.getId())
            .put("kind", note.getKind())
            .put("severity", severity(note.getSeverity()));
    putPoint(object, point(note.getPoint()));
    if (note.hasTo()) {
      var line = object.putArray("onward");
      note.getViaList().forEach(via -> putPoint(line.addObject(), point(via)));
      putPoint(line.addObject(), point(note.getTo()));
    }
    if (note.hasHeadingDegrees()) {
      object.put("heading_degrees", note.getHeadingDegrees());
    }
    object.put("text", note.getText());
    if (!note.getAuthor().isEmpty()) {
      object.put("author", note.getAuthor());
    }
    object.put("created", instant(note.getCreateTime()).toString());
    if (note.hasExpireTime()) {
      object.put("expires", instant(note.getExpireTime()).toString());
    }
    return object
        .put("confirmations", note.getConfirmations())
        .put("denials", note.getDenials())
        .put("revision", note.getRevision());
  }

  private static void putPoint(ObjectNode object, Point point) {
    object.put("latitude", point.latitude()).put("longitude", point.longitude());
  }
}
