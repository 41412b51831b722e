package guidepost.guide.notes;

import guidepost.common.v1.Progress;
import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened with one revision, as far as one subscriber, or many, want to know.
///
/// Threads: any; the message is made by the first that needs it, and may be made twice.
final class Delivery implements Waiting {

  private final long revision;
  private final List<NoteEvent> events;
  private final int bytes;
  private @Nullable SubscribeResponse message;

  Delivery(long revision, List<NoteEvent> events) {
    this.revision = revision;
    this.events = List.copyOf(events);
    this.bytes = this.events.stream().mapToInt(NoteEvent::getSerializedSize).sum();
  }

  long revision() {
    return revision;
  }

  List<NoteEvent> events() {
    return events;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  /// It alone, shared by all that are sent it.
  ///
  /// @param timeline of the notes; always the same
  @SuppressWarnings("Immutable") // a lost write makes an equal message
  SubscribeResponse message(long timeline) {
    SubscribeResponse made = message;
    if (made == null) {
      made =
          SubscribeResponse.newBuilder()
              .setProgress(Progress.newBuilder().setRevision(revision).setTimeline(timeline))
              .setChanges(NoteChanges.newBuilder().addAllEvents(events))
              .build();
      message = made;
    }
    return made;
  }
}
