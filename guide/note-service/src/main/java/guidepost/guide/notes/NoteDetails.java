package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import guidepost.guide.v1.NoteSeverity;
import java.util.List;
import java.util.OptionalInt;

/// What a note says beyond its place and text.
///
/// @param kind empty for a note of a chat, which is of kind text
/// @param author that posted it; empty if none was named
/// @param onward where it leads on from its point, in order; the last is where it ends
/// @param heading degrees clockwise from north, if it is only for travellers in this direction
/// @param confirmedBy authors, in that order
/// @param deniedBy authors, in that order; nobody is in both
record NoteDetails(
    String kind,
    String author,
    NoteSeverity severity,
    List<Point> onward,
    OptionalInt heading,
    List<String> confirmedBy,
    List<String> deniedBy) {

  /// Those of a note that a chat of nobody posts.
  static final NoteDetails OF_CHAT =
      new NoteDetails(
          "",
          "",
          NoteSeverity.NOTE_SEVERITY_UNSPECIFIED,
          List.of(),
          OptionalInt.empty(),
          List.of(),
          List.of());

  private static final long POINT_BYTES = 24;

  /// Those of a note that a chat posts.
  ///
  /// @param author empty if nobody knows
  static NoteDetails ofChat(String author) {
    return author.isEmpty()
        ? OF_CHAT
        : new NoteDetails(
            OF_CHAT.kind,
            author,
            OF_CHAT.severity,
            OF_CHAT.onward,
            OF_CHAT.heading,
            OF_CHAT.confirmedBy,
            OF_CHAT.deniedBy);
  }

  NoteDetails {
    onward = List.copyOf(onward);
    confirmedBy = List.copyOf(confirmedBy);
    deniedBy = List.copyOf(deniedBy);
  }

  NoteDetails withVotes(List<String> newConfirmedBy, List<String> newDeniedBy) {
    return new NoteDetails(kind, author, severity, onward, heading, newConfirmedBy, newDeniedBy);
  }

  /// What they take in memory, about.
  long bytes() {
    return kind.length()
        + author.length()
        + onward.size() * POINT_BYTES
        + bytes(confirmedBy)
        + bytes(deniedBy);
  }

  private static long bytes(List<String> names) {
    return names.stream().mapToLong(name -> name.length() + POINT_BYTES).sum();
  }
}
