package guidepost.guide.trips;

import guidepost.storage.v1.StoredTrip;

/// A trip in one of its states; nothing in it ever changes.
///
/// @param revision of the trips that made this state durable
/// @param stored the state, as it lies in the journal
record TripRecord(String id, long revision, StoredTrip stored) {}
