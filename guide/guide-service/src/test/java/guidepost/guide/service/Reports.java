package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.notes.ServedNotes;
import guidepost.guide.v1.CloseNoteRequest;
import guidepost.guide.v1.ConfirmNoteRequest;
import guidepost.guide.v1.DenyNoteRequest;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.journal.Findings;
import java.util.List;

/// Messages of the notes' calls, in few words.
final class Reports {

  private Reports() {}

  static GeoPoint point(int latitudeE7, int longitudeE7) {
    return GeoPoint.newBuilder().setLatitudeE7(latitudeE7).setLongitudeE7(longitudeE7).build();
  }

  static Note.Builder note(String author, String kind, int latitudeE7, int longitudeE7) {
    return Note.newBuilder()
        .setAuthor(author)
        .setKind(kind)
        .setPoint(point(latitudeE7, longitudeE7))
        .setText("by " + author);
  }

  static PostNoteRequest posting(Note.Builder note) {
    return PostNoteRequest.newBuilder().setNote(note).build();
  }

  static Note post(Guide guide, Note.Builder note) {
    return guide.notes().postNote(posting(note)).getNote();
  }

  static ConfirmNoteRequest confirming(long id, String author) {
    return ConfirmNoteRequest.newBuilder().setId(id).setAuthor(author).build();
  }

  static DenyNoteRequest denying(long id, String author) {
    return DenyNoteRequest.newBuilder().setId(id).setAuthor(author).build();
  }

  static CloseNoteRequest closing(long id, String author) {
    return CloseNoteRequest.newBuilder().setId(id).setAuthor(author).build();
  }

  static GeoCircle circle(int latitudeE7, int longitudeE7, double metres) {
    return GeoCircle.newBuilder()
        .setCentre(point(latitudeE7, longitudeE7))
        .setRadiusMetres(metres)
        .build();
  }

  static GeoBox box(int south, int west, int north, int east) {
    return GeoBox.newBuilder()
        .setSouthE7(south)
        .setWestE7(west)
        .setNorthE7(north)
        .setEastE7(east)
        .build();
  }

  static SubscribeStart.Builder inBox(int south, int west, int north, int east) {
    return SubscribeStart.newBuilder().setBox(box(south, west, north, east));
  }

  static SubscribeStart.Builder following(int latitudeE7, int longitudeE7, double metres) {
    return SubscribeStart.newBuilder().setMoving(circle(latitudeE7, longitudeE7, metres));
  }

  static SubscribeRequest starting(SubscribeStart.Builder start) {
    return SubscribeRequest.newBuilder().setStart(start).build();
  }

  static SubscribeRequest position(int latitudeE7, int longitudeE7) {
    return SubscribeRequest.newBuilder().setPosition(point(latitudeE7, longitudeE7)).build();
  }

  /// What was told, one text each: `snapshot 1`, `end 1 @3`, `ADDED 2 @2`.
  static List<String> told(List<SubscribeResponse> responses) {
    return responses.stream().flatMap(each -> told(each).stream()).toList();
  }

  /// The same without those that tell only how far the subscriber is.
  static List<String> news(List<SubscribeResponse> responses) {
    return told(responses).stream().filter(each -> !each.startsWith("quiet ")).toList();
  }

  private static List<String> told(SubscribeResponse response) {
    return switch (response.getContentCase()) {
      case OPENING -> List.of(response.getOpening().getBeginning().name().substring(10));
      case SNAPSHOT ->
          response.getSnapshot().getNotesList().stream()
              .map(note -> "snapshot " + note.getId())
              .toList();
      case END_OF_SNAPSHOT ->
          List.of(
              "end %d @%d"
                  .formatted(
                      response.getEndOfSnapshot().getEntries(),
                      response.getProgress().getRevision()));
      case CHANGES -> response.getChanges().getEventsList().stream().map(Reports::told).toList();
      case SLOW_CONSUMER ->
          List.of(
              "lagged "
                  + (response.getSlowConsumer().hasResumeAfter()
                      ? response.getSlowConsumer().getResumeAfter().getRevision()
                      : "from the beginning"));
      case CONTENT_NOT_SET -> List.of("quiet @" + response.getProgress().getRevision());
    };
  }

  static String told(NoteEvent event) {
    return "%s %d @%d"
        .formatted(
            event.getType().name().substring(5), event.getNote().getId(), event.getRevision());
  }

  /// The notes that are kept and stored are right, and at least so many.
  static void assertVerified(Guide guide, long notes) {
    Findings findings = new Findings();
    var journal = guide.store().journal(ServedNotes.STORED.name());
    try {
      assertThat(guide.service().notes().verify(findings)).isGreaterThanOrEqualTo(notes);
      assertThat(ServedNotes.STORED.verify(journal, findings)).isGreaterThanOrEqualTo(notes);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    assertThat(findings.first()).isEmpty();
  }

  static ListNotesResponse list(Guide guide, ListNotesRequest.Builder request) {
    return guide.notes().listNotes(request.build());
  }
}
