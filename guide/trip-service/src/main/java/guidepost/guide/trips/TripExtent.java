package guidepost.guide.trips;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.storage.v1.StoredExtent;
import guidepost.storage.v1.StoredTrip;

/// The box around the fixes of a trip, which may cross the 180th meridian: it grows to the side to
/// which less is missing.
///
/// Threads: any.
final class TripExtent {

  private static final long ROUND_E7 = 360L * Point.E7;

  private TripExtent() {}

  /// Makes the box of a trip hold a point too.
  static void add(StoredTrip.Builder trip, Point point) {
    if (!trip.hasExtent()) {
      trip.setExtent(
          StoredExtent.newBuilder()
              .setSouthE7(point.latitudeE7())
              .setNorthE7(point.latitudeE7())
              .setWestE7(point.longitudeE7()));
      return;
    }
    StoredExtent.Builder extent = trip.getExtentBuilder();
    extent.setSouthE7(Math.min(extent.getSouthE7(), point.latitudeE7()));
    extent.setNorthE7(Math.max(extent.getNorthE7(), point.latitudeE7()));
    long width = Integer.toUnsignedLong(extent.getWidthE7());
    long east = eastwards(extent.getWestE7(), point.longitudeE7());
    if (east > width) {
      boolean growsEast = east - width <= ROUND_E7 - east;
      extent.setWestE7(growsEast ? extent.getWestE7() : point.longitudeE7());
      extent.setWidthE7((int) (growsEast ? east : width + ROUND_E7 - east));
    }
  }

  private static long eastwards(long fromE7, long toE7) {
    return Math.floorMod(toE7 - fromE7, ROUND_E7);
  }

  /// True if the two have a point in common.
  static boolean touches(StoredExtent extent, GeoBox box) {
    if (extent.getSouthE7() > box.northE7() || extent.getNorthE7() < box.southE7()) {
      return false;
    }
    long boxWidth = (long) box.eastE7() - box.westE7() + (box.crossesAntimeridian() ? ROUND_E7 : 0);
    return eastwards(extent.getWestE7(), box.westE7())
            <= Integer.toUnsignedLong(extent.getWidthE7())
        || eastwards(box.westE7(), extent.getWestE7()) <= boxWidth;
  }
}
