package guidepost.guide.service;

import guidepost.calls.SearchQueue;
import guidepost.guide.features.FeatureServiceLimits;
import guidepost.guide.notes.NoteLimits;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.trips.TripLimits;
import java.time.Duration;

/// What the guide lets grow, and how far.
///
/// @param searchWait how long a long search may wait for those before it
public record GuideLimits(
    NoteLimits notes, FeatureServiceLimits features, TripLimits trips, Duration searchWait) {

  /// The defaults of each.
  public static final GuideLimits DEFAULTS =
      new GuideLimits(
          NoteLimits.DEFAULTS,
          FeatureServiceLimits.DEFAULTS,
          TripLimits.DEFAULTS,
          SearchQueue.PATIENCE);

  /// These limits with other limits of the notes.
  public GuideLimits with(NoteLimits newNotes) {
    return new GuideLimits(newNotes, features, trips, searchWait);
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

  /// These limits with another number of changes that may wait for each writer.
  public GuideLimits withQueuedChanges(int queuedChanges) {
    return new GuideLimits(
        notes.withQueuedChanges(queuedChanges),
        features.withQueuedChanges(queuedChanges),
        trips.withQueuedChanges(queuedChanges),
        searchWait);
  }
}
