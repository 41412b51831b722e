package guidepost.guide.service;

import guidepost.guide.notes.NoteLimits;
import guidepost.guide.notes.NoteRules;
import java.time.Duration;

/// What the guide lets grow, and how far.
///
/// @param notes limits of the notes; their number of waiting changes holds for features and trips
///   too
/// @param tripMetresPerSecond the greatest speed of a trip; fixes that would need more are set
///   aside
public record GuideLimits(NoteLimits notes, double tripMetresPerSecond) {

  /// As fast as an airliner in a strong wind from behind.
  static final double TRIP_METRES_PER_SECOND = 300;

  /// [NoteLimits#DEFAULTS], and 300 m/s.
  public static final GuideLimits DEFAULTS =
      new GuideLimits(NoteLimits.DEFAULTS, TRIP_METRES_PER_SECOND);

  /// @throws IllegalArgumentException if a limit is out of range
  public GuideLimits {
    if (!(tripMetresPerSecond >= 1 && tripMetresPerSecond <= 1e5)) {
      throw new IllegalArgumentException(
          "tripMetresPerSecond must be 1..100000: " + tripMetresPerSecond);
    }
  }

  /// Changes that may wait for the writer of each domain.
  public int queuedChanges() {
    return notes.queuedChanges();
  }

  /// These limits with other limits of the notes.
  public GuideLimits with(NoteLimits newNotes) {
    return new GuideLimits(newNotes, tripMetresPerSecond);
  }

  /// These limits with another number of notes at a place and another TTL of kind text.
  ///
  /// @throws IllegalArgumentException if the number is not positive, or the TTL not 1 ms to 3,650
  ///   days
  public GuideLimits withNotes(int notesPerPoint, Duration noteTtl) {
    return with(notes.withNotes(notesPerPoint, noteTtl));
  }

  /// These limits with other rules of notes.
  public GuideLimits withNoteRules(NoteRules rules) {
    return with(notes.withNoteRules(rules));
  }

  /// These limits with another greatest speed of a trip.
  ///
  /// @throws IllegalArgumentException if it is not 1 to 100,000
  public GuideLimits withTripSpeed(double metresPerSecond) {
    return new GuideLimits(notes, metresPerSecond);
  }
}
