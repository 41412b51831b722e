package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;
import java.time.Duration;
import java.util.Optional;

/// What is asked of the notes, checked.
sealed interface NoteRequest {

  /// Hangs a note and shows the poster, if it is a chat, what hung there before.
  ///
  /// @param author empty if nobody knows
  record ChatPost(ChatStream poster, Point place, RouteNote message, String author)
      implements NoteRequest {}

  /// Hangs a note.
  ///
  /// @param key chosen by the author for a post that may come twice
  /// @param ttl instead of its kind's; [Duration#ZERO]: until it is closed
  record Post(
      Point place, RouteNote message, NoteDetails details, Optional<String> key, Duration ttl)
      implements NoteRequest {}

  /// Says of a note that it still holds.
  record Confirm(long note, String author) implements NoteRequest {}

  /// Says of a note that it does not hold.
  record Deny(long note, String author) implements NoteRequest {}

  /// Ends a note that its author, or a moderator, says is over.
  record Close(long note, String author, boolean byModerator) implements NoteRequest {}

  /// Takes down what has hung for too long, or is more than is kept.
  record Sweep() implements NoteRequest {}
}
