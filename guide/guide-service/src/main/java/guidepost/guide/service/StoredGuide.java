package guidepost.guide.service;

import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;

/// Checks of the guide's journals while nobody writes them; of those in use [GuideService] has its
/// own.
///
/// Threads: any.
public final class StoredGuide {

  private StoredGuide() {}

  /// Makes an index of a journal of features, and compares the two.
  ///
  /// @param findings takes what is wrong
  /// @return features that the index holds as they are stored
  /// @throws JournalException if stored bytes cannot be read
  public static long verifyFeatures(Journal journal, Findings findings) throws JournalException {
    return FeatureCheck.compareNew(journal, findings);
  }

  /// Reads a journal of notes.
  ///
  /// @param findings takes what is wrong
  /// @return notes that are stored as they must be
  /// @throws JournalException if stored bytes cannot be read
  public static long verifyNotes(Journal journal, Findings findings) throws JournalException {
    return NoteCheck.compareNew(journal, findings);
  }

  /// Reads a journal of trips.
  ///
  /// @param findings takes what is wrong
  /// @return trips and batches of fixes that are as they must be
  /// @throws JournalException if stored bytes cannot be read
  public static long verifyTrips(Journal journal, Findings findings) throws JournalException {
    return TripCheck.compareNew(journal, findings);
  }
}
