package guidepost.guide.trips;

import guidepost.calls.Fields;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.TripFilter;
import guidepost.storage.v1.StoredTrip;
import java.util.function.Predicate;

/// Which trips are wanted, by when and where they were under way.
///
/// Threads: any.
final class TripSelection {

  private TripSelection() {}

  /// What a filter asks for, but for the traveller.
  ///
  /// @throws guidepost.calls.RejectedException if a field breaks a rule
  static Predicate<TripRecord> of(TripFilter filter) {
    long from =
        filter.hasFromTime()
            ? Fields.time("filter.from_time", filter.getFromTime()).toEpochMilli()
            : Long.MIN_VALUE;
    long to =
        filter.hasToTime()
            ? Fields.time("filter.to_time", filter.getToTime()).toEpochMilli()
            : Long.MAX_VALUE;
    boolean always = !filter.hasFromTime() && !filter.hasToTime();
    GeoBox box = filter.hasBox() ? GuideMessages.box(filter.getBox(), "filter.box") : GeoBox.WORLD;
    boolean anywhere = !filter.hasBox();
    return trip ->
        (always || isUnderWay(trip.stored(), from, to)) && (anywhere || isIn(trip.stored(), box));
  }

  /// A trip without fixes was never under way.
  private static boolean isUnderWay(StoredTrip trip, long from, long to) {
    return trip.hasLast() && trip.getBeginUnixMs() <= to && trip.getLast().getUnixMs() >= from;
  }

  private static boolean isIn(StoredTrip trip, GeoBox box) {
    return trip.hasExtent() && TripExtent.touches(trip.getExtent(), box);
  }
}
