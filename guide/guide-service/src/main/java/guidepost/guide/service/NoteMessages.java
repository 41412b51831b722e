package guidepost.guide.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import guidepost.guide.index.Haversine;
import guidepost.guide.index.Point;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteSeverity;
import guidepost.guide.v1.PostNoteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The messages of `guidepost.guide.v1.Notes`, checked and translated.
final class NoteMessages {

  private static final int AUTHOR_BYTES_MAX = 128;
  private static final int KEY_BYTES_MAX = 128;
  private static final int VIA_MAX = 32;
  private static final int HEADING_MAX = 359;

  /// From one point of a line to the next: what is further apart is no line, but two places.
  private static final double HOP_METRES_MAX = 200_000;

  private static final int MILLIS = 1_000;
  private static final int NANOS_PER_MILLI = 1_000_000;

  private NoteMessages() {}

  static guidepost.guide.v1.Note message(Note note) {
    NoteDetails details = note.details();
    guidepost.guide.v1.Note.Builder message =
        guidepost.guide.v1.Note.newBuilder()
            .setId(note.sequence())
            .setAuthor(details.author())
            .setKind(note.kind())
            .setSeverity(details.severity())
            .setText(note.message().getMessage())
            .setPoint(message(note.point()))
            .setCreated(timestamp(note.createdMillis()))
            .setConfirmations(details.confirmedBy().size())
            .setDenials(details.deniedBy().size())
            .setRevision(note.revision());
    addOnward(message, details.onward());
    details.heading().ifPresent(message::setHeadingDegrees);
    if (note.expiresMillis() != Note.NEVER) {
      message.setExpires(timestamp(note.expiresMillis()));
    }
    return message.build();
  }

  private static void addOnward(guidepost.guide.v1.Note.Builder message, List<Point> onward) {
    if (!onward.isEmpty()) {
      onward.subList(0, onward.size() - 1).forEach(point -> message.addVia(message(point)));
      message.setTo(message(onward.getLast()));
    }
  }

  static guidepost.guide.v1.Point message(Point point) {
    return guidepost.guide.v1.Point.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  static Timestamp timestamp(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(millis, MILLIS))
        .setNanos(Math.floorMod(millis, MILLIS) * NANOS_PER_MILLI)
        .build();
  }

  static NoteEvent event(long sequence, NoteChange change) {
    return NoteEvent.newBuilder()
        .setSequence(sequence)
        .setType(change.type())
        .setNote(message(change.note()))
        .build();
  }

  /// A post, checked.
  static NoteRequest.Post post(PostNoteRequest request, GuideLimits limits)
      throws InvalidFieldException {
    guidepost.guide.v1.Note note = request.getNote();
    if (!request.hasNote() || !note.hasPoint()) {
      throw required("note.point", "where the note is");
    }
    String author = author("note.author", note.getAuthor());
    Point point = point(note.getPoint(), "note.point");
    String kind = kind(note.getKind(), "note.kind", limits.noteRules());
    requireAtMost("note.text", note.getTextBytes(), limits.noteBytes());
    if (kind.equals(NoteRules.TEXT) && note.getText().isEmpty()) {
      throw required("note.text", "what a note of kind text says");
    }
    NoteDetails details =
        new NoteDetails(
            kind,
            author,
            severity(note.getSeverity()),
            onward(note, point),
            heading(note),
            List.of(),
            List.of());
    return new NoteRequest.Post(
        point.canonical(),
        SeedMessages.note(point, note.getText()),
        details,
        key(request.getIdempotencyKeyBytes()),
        life(request, kind, limits.noteRules()));
  }

  private static Optional<String> key(ByteString key) throws InvalidFieldException {
    requireAtMost("idempotency_key", key, KEY_BYTES_MAX);
    return key.isEmpty() ? Optional.empty() : Optional.of(key.toStringUtf8());
  }

  private static Duration life(PostNoteRequest request, String kind, NoteRules rules)
      throws InvalidFieldException {
    long seconds = Integer.toUnsignedLong(request.getLifeSeconds());
    long max = NoteRules.ASKED_LIFE_MAX.toSeconds();
    if (seconds > max) {
      throw new InvalidFieldException(
          "life_seconds.range", "life_seconds must be 0..%d: %d".formatted(max, seconds));
    }
    return seconds == 0 ? rules.life(kind).orElseThrow() : Duration.ofSeconds(seconds);
  }

  private static NoteSeverity severity(NoteSeverity given) throws InvalidFieldException {
    return switch (given) {
      case NOTE_SEVERITY_UNSPECIFIED, NOTE_SEVERITY_MEDIUM -> NoteSeverity.NOTE_SEVERITY_MEDIUM;
      case NOTE_SEVERITY_LOW, NOTE_SEVERITY_HIGH -> given;
      case UNRECOGNIZED ->
          throw new InvalidFieldException(
              "note.severity.range", "note.severity must be a known one: " + given);
    };
  }

  private static OptionalInt heading(guidepost.guide.v1.Note note) throws InvalidFieldException {
    if (!note.hasHeadingDegrees()) {
      return OptionalInt.empty();
    }
    long heading = Integer.toUnsignedLong(note.getHeadingDegrees());
    if (heading > HEADING_MAX) {
      throw new InvalidFieldException(
          "note.heading_degrees.range",
          "note.heading_degrees must be 0..%d: %d".formatted(HEADING_MAX, heading));
    }
    return OptionalInt.of((int) heading);
  }

  private static List<Point> onward(guidepost.guide.v1.Note note, Point point)
      throws InvalidFieldException {
    if (!note.hasTo() && note.getViaCount() > 0) {
      throw required("note.to", "where a note with note.via ends");
    }
    requireCount("note.via", note.getViaCount(), 0, VIA_MAX);
    List<Point> line = new ArrayList<>(List.of(point));
    for (int i = 0; i < note.getViaCount(); i++) {
      line.add(point(note.getVia(i), "note.via[%d]".formatted(i)));
    }
    if (note.hasTo()) {
      line.add(point(note.getTo(), "note.to"));
    }
    requireShortHops("note.via", line);
    return line.subList(1, line.size());
  }

  static void requireShortHops(String field, List<Point> line) throws InvalidFieldException {
    for (int i = 1; i < line.size(); i++) {
      double metres = Haversine.metres(line.get(i - 1), line.get(i));
      if (metres > HOP_METRES_MAX) {
        throw new InvalidFieldException(
            field + ".hop",
            "%s: from one point to the next must be at most %.0f m: %.0f m before %s"
                .formatted(field, HOP_METRES_MAX, metres, line.get(i)));
      }
    }
  }

  static void requireCount(String field, int count, int min, int max) throws InvalidFieldException {
    if (count < min || count > max) {
      throw new InvalidFieldException(
          field + ".count", "%s must be %d..%d: %d".formatted(field, min, max, count));
    }
  }

  static InvalidFieldException required(String field, String what) {
    return new InvalidFieldException(
        field + ".required", "%s must be set: %s".formatted(field, what));
  }

  static void requireAtMost(String field, ByteString value, int bytesMax)
      throws InvalidFieldException {
    if (value.size() > bytesMax) {
      throw new InvalidFieldException(
          field + ".length",
          "%s must be at most %d bytes of UTF-8: %d".formatted(field, bytesMax, value.size()));
    }
  }

  /// Who says something; must be given.
  static String author(String field, String author) throws InvalidFieldException {
    if (author.isEmpty()) {
      throw required(field, "who says so");
    }
    requireAtMost(field, ByteString.copyFromUtf8(author), AUTHOR_BYTES_MAX);
    return author;
  }

  /// Which note; must be given.
  static long id(long id) throws InvalidFieldException {
    if (id <= 0) {
      throw new InvalidFieldException(
          "id.range", "id must be that of a note, from 1: " + Long.toUnsignedString(id));
    }
    return id;
  }

  static Point point(guidepost.guide.v1.Point point, String field) throws InvalidFieldException {
    return Coordinates.point(
        point.getLatitudeE7(),
        point.getLongitudeE7(),
        field + ".latitude_e7",
        field + ".longitude_e7");
  }

  private static String kind(String given, String field, NoteRules rules)
      throws InvalidFieldException {
    String kind = given.isEmpty() ? NoteRules.TEXT : given;
    if (rules.life(kind).isEmpty()) {
      throw new InvalidFieldException(
          field + ".unknown",
          "%s must be one of %s: %s"
              .formatted(field, String.join(", ", rules.lives().keySet()), kind));
    }
    return kind;
  }

  /// Kinds that somebody wants.
  static Set<String> kinds(List<String> given, String field, NoteRules rules)
      throws InvalidFieldException {
    requireCount(field, given.size(), 0, NoteRules.KINDS_MAX);
    for (String kind : given) {
      var _ = kind(kind.isEmpty() ? "\"\"" : kind, field, rules);
    }
    return Set.copyOf(given);
  }
}
