package guidepost.guide.notes;

import guidepost.journal.DomainWriter;
import java.time.Duration;

/// What the notes let grow, and how far.
///
/// @param notesPerPoint notes kept at one place; the oldest is evicted. Also the longest replay
/// @param noteBytes longest message of a note, in bytes of UTF-8
/// @param notesTotal notes kept altogether; the oldest is evicted
/// @param noteBytesTotal bytes of all notes kept; the oldest is evicted
/// @param liveQueue live notes that wait for one chat's reader; the oldest drops and is counted.
///   Also the revisions that wait for one subscriber's; one more, or 4 MiB, ends the subscription
/// @param owedReplays replays that wait for one chat's reader; one more ends the chat
/// @param owedBytes bytes of notes that a chat's waiting replays keep from being freed; more ends
///   the chat
/// @param placesPerChat places that one chat hears; one more ends the chat
/// @param subscribers calls that subscribe at once; one more is refused
/// @param queuedChanges changes that wait for a domain's writer; more is refused as overload. Also
///   the changes of notes that wait to be told; more, and all subscribers are told to resume
/// @param noteRules kinds of notes, and what ends them
public record NoteLimits(
    int notesPerPoint,
    int noteBytes,
    int notesTotal,
    long noteBytesTotal,
    int liveQueue,
    int owedReplays,
    long owedBytes,
    int placesPerChat,
    int subscribers,
    int queuedChanges,
    NoteRules noteRules) {

  /// A hundred notes a place for a day, 16 KiB each; a million notes and 256 MiB altogether; a
  /// hundred thousand subscribers, who take some 4 KiB each.
  public static final NoteLimits DEFAULTS =
      new NoteLimits(
          100,
          16 * 1024,
          1_000_000,
          256L << 20,
          1_024,
          16_384,
          32L << 20,
          16_384,
          100_000,
          DomainWriter.QUEUED_CHANGES_MAX,
          NoteRules.DEFAULTS);

  /// @throws IllegalArgumentException if a limit is not positive
  public NoteLimits {
    requirePositive("notesPerPoint", notesPerPoint);
    requirePositive("noteBytes", noteBytes);
    requirePositive("notesTotal", notesTotal);
    requirePositive("noteBytesTotal", noteBytesTotal);
    requirePositive("liveQueue", liveQueue);
    requirePositive("owedReplays", owedReplays);
    requirePositive("owedBytes", owedBytes);
    requirePositive("placesPerChat", placesPerChat);
    requirePositive("subscribers", subscribers);
    requirePositive("queuedChanges", queuedChanges);
  }

  /// How long a note of kind text is kept.
  public Duration noteTtl() {
    return noteRules.textTtl();
  }

  private static void requirePositive(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1: %d".formatted(field, value));
    }
  }

  /// These limits with another number of notes at a place and another TTL of kind text.
  ///
  /// @throws IllegalArgumentException if the number is not positive, or the TTL not 1 ms to 3,650
  ///   days
  public NoteLimits withNotes(int newNotesPerPoint, Duration newNoteTtl) {
    requirePositive("noteTtl", newNoteTtl.toMillis());
    return new NoteLimits(
        newNotesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        queuedChanges,
        noteRules.withKind(NoteRules.TEXT, newNoteTtl));
  }

  /// These limits with other rules of notes.
  public NoteLimits withNoteRules(NoteRules newRules) {
    return new NoteLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        queuedChanges,
        newRules);
  }

  /// These limits with another number of notes altogether.
  public NoteLimits withNotesTotal(int newNotesTotal) {
    return new NoteLimits(
        notesPerPoint,
        noteBytes,
        newNotesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        queuedChanges,
        noteRules);
  }

  /// These limits with other bounds on what waits for one chat's reader.
  public NoteLimits withChat(int newLiveQueue, int newOwedReplays, int newPlacesPerChat) {
    return new NoteLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        newLiveQueue,
        newOwedReplays,
        owedBytes,
        newPlacesPerChat,
        subscribers,
        queuedChanges,
        noteRules);
  }

  /// These limits with another bound on what waits for a writer.
  public NoteLimits withQueuedChanges(int newQueuedChanges) {
    return new NoteLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        newQueuedChanges,
        noteRules);
  }

  /// These limits with other bounds on what is kept.
  public NoteLimits withKept(int newNoteBytes, int newNotesTotal, long newNoteBytesTotal) {
    return new NoteLimits(
        notesPerPoint,
        newNoteBytes,
        newNotesTotal,
        newNoteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        queuedChanges,
        noteRules);
  }

  /// These limits with another bound on subscribers.
  public NoteLimits withSubscribers(int newSubscribers) {
    return new NoteLimits(
        notesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        newSubscribers,
        queuedChanges,
        noteRules);
  }

  /// These limits with another number of notes at a place.
  public NoteLimits withNotesPerPoint(int newNotesPerPoint) {
    return new NoteLimits(
        newNotesPerPoint,
        noteBytes,
        notesTotal,
        noteBytesTotal,
        liveQueue,
        owedReplays,
        owedBytes,
        placesPerChat,
        subscribers,
        queuedChanges,
        noteRules);
  }
}
