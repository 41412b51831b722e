package guidepost.guide.service;

import guidepost.journal.DomainWriter;
import java.time.Duration;

/// What the guide lets grow, and how far.
///
/// @param notesPerPoint notes kept at one place; the oldest gives way. Also the longest replay
/// @param noteBytes longest message of a note, in bytes of UTF-8
/// @param notesTotal notes kept altogether; the oldest gives way
/// @param noteBytesTotal bytes of all notes kept; the oldest gives way
/// @param liveQueue live notes that wait for one chat's reader; the oldest drops and is counted.
///   Also the revisions that wait for one subscriber's; one more, or 4 MiB, ends the subscription
/// @param owedReplays replays that wait for one chat's reader; one more ends the chat
/// @param owedBytes bytes of notes that a chat's waiting replays keep from being freed; more ends
///   the chat
/// @param placesPerChat places that one chat hears; one more ends the chat
/// @param queuedChanges changes that wait for a domain's writer; more is refused as overload. Also
///   the changes of notes that wait to be told; more, and all subscribers are told to resume
/// @param noteRules kinds of notes, and what ends them
/// @param tripMetresPerSecond the greatest speed of a trip; fixes that would need more are set
///   aside
public record GuideLimits(
    int notesPerPoint,
    int noteBytes,
    int notesTotal,
    long noteBytesTotal,
    int liveQueue,
    int owedReplays,
    long owedBytes,
    int placesPerChat,
    int queuedChanges,
    NoteRules noteRules,
    double tripMetresPerSecond) {

  /// As fast as an airliner in a strong wind from behind.
  static final double TRIP_METRES_PER_SECOND = 300;

  /// A hundred notes a place for a day, 16 KiB each; a million notes and 256 MiB altogether.
  public static final GuideLimits DEFAULTS =
      new GuideLimits(
          100,
          16 * 1024,
          1_000_000,
          256L << 20,
          1_024,
          16_384,
          32L << 20,
          16_384,
          DomainWriter.QUEUED_CHANGES_MAX,
          NoteRules.DEFAULTS,
          TRIP_METRES_PER_SECOND);

  /// @throws IllegalArgumentException if a limit is not positive
  public GuideLimits {
    requirePositive("notesPerPoint", notesPerPoint);
    requirePositive("noteBytes", noteBytes);
    requirePositive("notesTotal", notesTotal);
    requirePositive("noteBytesTotal", noteBytesTotal);
    requirePositive("liveQueue", liveQueue);
    requirePositive("owedReplays", owedReplays);
    requirePositive("owedBytes", owedBytes);
    requirePositive("placesPerChat", placesPerChat);
    requirePositive("queuedChanges", queuedChanges);
    if (!(tripMetresPerSecond >= 1 && tripMetresPerSecond <= 1e5)) {
      throw new IllegalArgumentException(
          "tripMetresPerSecond must be 1..100000: " + tripMetresPerSecond);
    }
  }

  /// How long a note of kind text is kept.
  public Duration noteLife() {
    return noteRules.textLife();
  }

  private static void requirePositive(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1: %d".formatted(field, value));
    }
  }

  /// These limits with another number of notes at a place and another life of kind text.
  ///
  /// @throws IllegalArgumentException if the number is not positive, or the life not 1 ms to 3,650
  ///   days
  public GuideLimits withNotes(int newNotesPerPoint, Duration newNoteLife) {
    requirePositive("noteLife", newNoteLife.toMillis());
    return new GuideLimits(
        newNotesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        queuedChanges,
        noteRules.withKind(NoteRules.TEXT, newNoteLife),
        tripMetresPerSecond);
  }

  /// These limits with other rules of notes.
  public GuideLimits withNoteRules(NoteRules newRules) {
    return new GuideLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        queuedChanges,
        newRules,
        tripMetresPerSecond);
  }

  /// These limits with another number of notes altogether.
  public GuideLimits withNotesTotal(int newNotesTotal) {
    return new GuideLimits(
        notesPerPoint,
        noteBytes,
        newNotesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        queuedChanges,
        noteRules,
        tripMetresPerSecond);
  }

  /// These limits with other bounds on what waits for one chat's reader.
  public GuideLimits withChat(int newLiveQueue, int newOwedReplays, int newPlacesPerChat) {
    return new GuideLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        newLiveQueue,
        newOwedReplays,
        owedBytes,
        newPlacesPerChat,
        queuedChanges,
        noteRules,
        tripMetresPerSecond);
  }

  /// These limits with another bound on what waits for a writer.
  public GuideLimits withQueuedChanges(int newQueuedChanges) {
    return new GuideLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        newQueuedChanges,
        noteRules,
        tripMetresPerSecond);
  }

  /// These limits with another greatest speed of a trip.
  ///
  /// @throws IllegalArgumentException if it is not 1 to 100,000
  public GuideLimits withTripSpeed(double metresPerSecond) {
    return new GuideLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        queuedChanges,
        noteRules,
        metresPerSecond);
  }
}
