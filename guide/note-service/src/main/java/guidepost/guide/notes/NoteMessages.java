package guidepost.guide.notes;

import guidepost.calls.Caller;
import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.messages.SeedMessages;
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

  /// As an id of a feature.
  private static final int AUTHOR_BYTES_MAX = 128;

  /// As an id of a feature.
  private static final int KEY_BYTES_MAX = 128;

  /// A line says where, and is no route.
  private static final int VIA_MAX = 32;

  /// Degrees: 360 is 0.
  private static final int HEADING_MAX = 359;

  /// From one point of a line to the next: what is further apart is no line, but two places.
  private static final double SEGMENT_METRES_MAX = 200_000;

  private NoteMessages() {}

  static guidepost.guide.v1.Note message(Note note) {
    NoteDetails details = note.details();
    guidepost.guide.v1.Note.Builder message =
        guidepost.guide.v1.Note.newBuilder()
            .setId(note.id())
            .setAuthor(details.author())
            .setKind(note.kind())
            .setSeverity(details.severity())
            .setText(note.message().getMessage())
            .setPoint(GuideMessages.message(note.point()))
            .setCreateTime(GuideMessages.timestamp(note.createdMillis()))
            .setConfirmations(details.confirmedBy().size())
            .setDenials(details.deniedBy().size())
            .setRevision(note.revision());
    addOnward(message, details.onward());
    details.heading().ifPresent(message::setHeadingDegrees);
    if (note.expiresMillis() != Note.NEVER) {
      message.setExpireTime(GuideMessages.timestamp(note.expiresMillis()));
    }
    return message.build();
  }

  private static void addOnward(guidepost.guide.v1.Note.Builder message, List<Point> onward) {
    if (!onward.isEmpty()) {
      onward
          .subList(0, onward.size() - 1)
          .forEach(point -> message.addVia(GuideMessages.message(point)));
      message.setTo(GuideMessages.message(onward.getLast()));
    }
  }

  static NoteEvent event(long revision, NoteChange change) {
    return NoteEvent.newBuilder()
        .setRevision(revision)
        .setType(change.type())
        .setNote(message(change.note()))
        .build();
  }

  /// A post, checked.
  static NoteRequest.Post post(PostNoteRequest request, NoteLimits limits) {
    guidepost.guide.v1.Note note = request.getNote();
    if (!request.hasNote() || !note.hasPoint()) {
      throw Rejection.missing("note.point", "where the note is").asException();
    }
    String author = author("note.author", note.getAuthor(), Caller.current());
    Point point = GuideMessages.point(note.getPoint(), "note.point");
    String kind = kind(note.getKind(), "note.kind", limits.noteRules());
    Fields.text("note.text", note.getText(), limits.noteBytes());
    if (kind.equals(NoteRules.TEXT) && note.getText().isEmpty()) {
      throw Rejection.missing("note.text", "what a note of kind text says").asException();
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
        key(request.getIdempotencyKey()),
        ttl(request, kind, limits.noteRules()));
  }

  private static Optional<String> key(String key) {
    Fields.text("idempotency_key", key, KEY_BYTES_MAX);
    return key.isEmpty() ? Optional.empty() : Optional.of(key);
  }

  private static Duration ttl(PostNoteRequest request, String kind, NoteRules rules) {
    long seconds =
        Fields.range(
            "ttl_seconds",
            Integer.toUnsignedLong(request.getTtlSeconds()),
            0,
            NoteRules.ASKED_TTL_MAX.toSeconds());
    return seconds == 0 ? rules.ttl(kind).orElseThrow() : Duration.ofSeconds(seconds);
  }

  private static NoteSeverity severity(NoteSeverity given) {
    return switch (given) {
      case NOTE_SEVERITY_UNSPECIFIED, NOTE_SEVERITY_MEDIUM -> NoteSeverity.NOTE_SEVERITY_MEDIUM;
      case NOTE_SEVERITY_LOW, NOTE_SEVERITY_HIGH -> given;
      case UNRECOGNIZED ->
          throw Rejection.of(
                  Reason.VALUE_UNKNOWN, "note.severity", given, "must be a known severity")
              .asException();
    };
  }

  private static OptionalInt heading(guidepost.guide.v1.Note note) {
    if (!note.hasHeadingDegrees()) {
      return OptionalInt.empty();
    }
    long heading =
        Fields.range(
            "note.heading_degrees",
            Integer.toUnsignedLong(note.getHeadingDegrees()),
            0,
            HEADING_MAX);
    return OptionalInt.of((int) heading);
  }

  private static List<Point> onward(guidepost.guide.v1.Note note, Point point) {
    if (!note.hasTo() && note.getViaCount() > 0) {
      throw Rejection.missing("note.to", "where a note with note.via ends").asException();
    }
    Fields.count("note.via", note.getViaCount(), 0, VIA_MAX);
    List<Point> line = new ArrayList<>(List.of(point));
    for (int i = 0; i < note.getViaCount(); i++) {
      line.add(GuideMessages.point(note.getVia(i), "note.via[%d]".formatted(i)));
    }
    if (note.hasTo()) {
      line.add(GuideMessages.point(note.getTo(), "note.to"));
    }
    requireShortSegments("note.via", line);
    return line.subList(1, line.size());
  }

  static void requireShortSegments(String field, List<Point> line) {
    for (int i = 1; i < line.size(); i++) {
      double metres = Haversine.metres(line.get(i - 1), line.get(i));
      if (metres > SEGMENT_METRES_MAX) {
        throw Rejection.of(
                Reason.SEGMENT_TOO_LONG,
                field,
                "%.0f m before %s".formatted(metres, line.get(i)),
                "must be at most %.0f m from one point to the next".formatted(SEGMENT_METRES_MAX))
            .asException();
      }
    }
  }

  /// The author of a request: its caller, if that is known; otherwise it must be given.
  static String author(String field, String author, Caller caller) {
    return caller.isKnown()
        ? caller.name()
        : Fields.requiredText(field, author, AUTHOR_BYTES_MAX, "the name of the author");
  }

  /// Which note; must be given.
  static long id(long id) {
    if (id <= 0) {
      throw Rejection.of(
              Reason.VALUE_OUT_OF_RANGE,
              "id",
              Long.toUnsignedString(id),
              "must be the id of a note, from 1")
          .asException();
    }
    return id;
  }

  private static String kind(String given, String field, NoteRules rules) {
    return requiredKind(given.isEmpty() ? NoteRules.TEXT : given, field, rules);
  }

  private static String requiredKind(String kind, String field, NoteRules rules) {
    if (rules.ttl(kind).isEmpty()) {
      throw Rejection.of(
              Reason.NOTE_KIND_NOT_FOUND,
              field,
              kind,
              "must be one of " + String.join(", ", rules.ttls().keySet()))
          .asException();
    }
    return kind;
  }

  /// Kinds that somebody wants.
  static Set<String> kinds(List<String> given, String field, NoteRules rules) {
    Fields.count(field, given.size(), 0, NoteRules.KINDS_MAX);
    for (String kind : given) {
      var _ = requiredKind(kind, field, rules);
    }
    return Set.copyOf(given);
  }
}
