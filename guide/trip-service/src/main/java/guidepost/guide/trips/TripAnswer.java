package guidepost.guide.trips;

import guidepost.calls.Rejection;
import guidepost.journal.JournalException;

/// What the writer of the trips answers.
sealed interface TripAnswer {

  /// The trip as it is now.
  ///
  /// @param changed false if it was so before
  record Recorded(TripRecord trip, boolean changed) implements TripAnswer {}

  /// It is deleted.
  record Deleted(long revision) implements TripAnswer {}

  /// There is no such trip.
  record Unknown(String id) implements TripAnswer {}

  /// It cannot be done to this trip as it is, or a limit is reached.
  record Rejected(Rejection why) implements TripAnswer {}

  /// What it needs of the journal cannot be read.
  record Unreadable(JournalException failure) implements TripAnswer {}

  /// Done, with nothing to say.
  record Done() implements TripAnswer {}
}
