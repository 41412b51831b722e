package guidepost.guide.trips;

import java.util.List;
import java.util.Map;

/// What is asked of the trips, checked.
sealed interface TripRequest {

  /// Begins a trip, or finds the one with this id.
  ///
  /// @param id empty: the server chooses one
  /// @param ownOnly true if it must be found only if it is this traveller's
  record Begin(String id, String traveller, String name, boolean ownOnly) implements TripRequest {}

  /// Adds a batch of fixes.
  ///
  /// @param traveller whose the trip was when it was begun: one that has its id and is of somebody
  ///   else is another trip
  record Add(String id, String traveller, int number, List<TripFix> fixes) implements TripRequest {}

  /// The trip is over.
  ///
  /// @param traveller as of [Add]
  record End(String id, String traveller) implements TripRequest {}

  /// Takes a trip and its fixes out.
  record Delete(String id) implements TripRequest {}

  /// All trips.
  ///
  /// @param revision the state that they are of
  record Kept(long revision, Map<String, TripRecord> trips) {}
}
