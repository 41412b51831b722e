package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What a traveller said about a place, in one of its states. Shared by everything that sends it.
///
/// @param id also its place in the one order of all notes: the revision that made it durable
/// @param revision that made this state durable
/// @param createdMillis when it was posted, by the server's clock, which may jump
/// @param expiresMillis when its TTL is over; [#NEVER] if only when it is closed
/// @param place canonical
/// @param message what it says, with the point's own digits; see [#heard]
/// @param details the rest
record Note(
    long id,
    long revision,
    long createdMillis,
    long expiresMillis,
    Point place,
    RouteNote message,
    NoteDetails details) {

  static final long NEVER = Long.MAX_VALUE;

  /// What a note takes in memory beside its message: itself, and its places in the ledger's tables
  /// and in the map.
  private static final long OVERHEAD_BYTES = 400;

  /// A note of a chat.
  ///
  /// @param ttl of kind text
  static Note ofChat(long id, long createdMillis, Duration ttl, Point place, RouteNote message) {
    return ofChat(id, createdMillis, ttl, place, message, "");
  }

  /// @param author empty if nobody knows
  static Note ofChat(
      long id, long createdMillis, Duration ttl, Point place, RouteNote message, String author) {
    long end = end(createdMillis, ttl);
    return new Note(id, id, createdMillis, end, place, message, NoteDetails.ofChat(author));
  }

  /// When a TTL is over.
  ///
  /// @param ttl [Duration#ZERO]: until it is closed
  static long end(long fromMillis, Duration ttl) {
    return ttl.isZero() ? NEVER : fromMillis + ttl.toMillis();
  }

  long bytes() {
    return OVERHEAD_BYTES + message.getSerializedSize() + details.bytes();
  }

  /// The name of its kind.
  String kind() {
    return details.kind().isEmpty() ? NoteRules.TEXT : details.kind();
  }

  /// As a chat hears it: what it says, or if it is a report without words, its kind.
  RouteNote heard() {
    return isText() || !message.getMessage().isEmpty()
        ? message
        : message.toBuilder().setMessage(kind()).build();
  }

  boolean isText() {
    return kind().equals(NoteRules.TEXT);
  }

  boolean isOver(long millis) {
    return expiresMillis <= millis;
  }

  /// Where it is, or begins, with the digits that were given.
  Point point() {
    return new Point(message.getLocation().getLatitude(), message.getLocation().getLongitude());
  }

  /// Where it is: one point, or the corners of a line.
  List<Point> line() {
    return details.onward().isEmpty()
        ? List.of(place)
        : Stream.concat(Stream.of(place), details.onward().stream()).toList();
  }

  /// This note with other votes and another end of its TTL.
  Note changed(long newRevision, long newExpiresMillis, NoteDetails newDetails) {
    return new Note(id, newRevision, createdMillis, newExpiresMillis, place, message, newDetails);
  }
}
