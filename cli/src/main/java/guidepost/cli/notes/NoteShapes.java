package guidepost.cli.notes;

import guidepost.cli.output.Json;
import guidepost.cli.places.PlaceMessages;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteSeverity;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// Notes as messages, as JSON and in words.
final class NoteShapes {

  private static final int SEVERITY_PREFIX = "NOTE_SEVERITY_".length();

  private NoteShapes() {}

  static String severity(NoteSeverity severity) {
    return severity == NoteSeverity.NOTE_SEVERITY_UNSPECIFIED
        ? "medium"
        : severity.name().substring(SEVERITY_PREFIX).toLowerCase(Locale.ROOT);
  }

  /// Fields that are not set are left out.
  static ObjectNode json(Note note) {
    ObjectNode object =
        Json.object()
            .put("id", note.getId())
            .put("kind", note.getKind())
            .put("severity", severity(note.getSeverity()));
    putPoint(object, PlaceMessages.point(note.getPoint()));
    if (note.hasTo()) {
      var line = object.putArray("onward");
      note.getViaList().forEach(via -> putPoint(line.addObject(), PlaceMessages.point(via)));
      putPoint(line.addObject(), PlaceMessages.point(note.getTo()));
    }
    if (note.hasHeadingDegrees()) {
      object.put("heading_degrees", note.getHeadingDegrees());
    }
    object.put("text", note.getText());
    if (!note.getAuthor().isEmpty()) {
      object.put("author", note.getAuthor());
    }
    object.put("created", PlaceMessages.instant(note.getCreateTime()).toString());
    if (note.hasExpireTime()) {
      object.put("expires", PlaceMessages.instant(note.getExpireTime()).toString());
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
