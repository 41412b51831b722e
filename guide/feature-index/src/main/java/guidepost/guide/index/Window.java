package guidepost.guide.index;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import org.jspecify.annotations.Nullable;

/// A box, ready to be compared with many canonical points and extremes.
///
/// Most boxes are one rectangle of coordinates. The antimeridian cuts one in two, and what else is
/// on its edge though its coordinates are elsewhere is a rectangle too:
///
/// ```
///   crosses the antimeridian     south, west … 180, north   and   south, -180 … east, north
///   begins at -180               and   south, 180, north, 180
///   reaches a pole               and   the pole, whose longitude is 0
/// ```
///
/// Nothing is decided by a branch where the answer can not be foretold: a wrong guess costs as much
/// as comparing ten.
final class Window {

  private final GeoBox box;
  private final int south;
  private final int west;
  private final int north;
  private final int east;
  private final long height;
  private final long width;

  /// The rest of the rectangles.
  private final @Nullable Window other;

  Window(GeoBox box) {
    this(
        box,
        box.southE7(),
        box.westE7(),
        box.northE7(),
        box.crossesAntimeridian() ? Point.LONGITUDE_E7_MAX : box.eastE7(),
        beyondAntimeridian(box));
  }

  private Window(GeoBox box, int south, int west, int north, int east, @Nullable Window other) {
    this.box = box;
    this.south = south;
    this.west = west;
    this.north = north;
    this.east = east;
    this.other = other;
    height = (long) north - south;
    width = (long) east - west;
  }

  private static @Nullable Window beyondAntimeridian(GeoBox box) {
    int most = Point.LONGITUDE_E7_MAX;
    int south = box.southE7();
    int north = box.northE7();
    if (box.crossesAntimeridian()) {
      return new Window(box, south, -most, north, box.eastE7(), northPole(box));
    }
    return box.westE7() == -most && box.eastE7() < most
        ? new Window(box, south, most, north, most, northPole(box))
        : northPole(box);
  }

  private static @Nullable Window northPole(GeoBox box) {
    int pole = Point.LATITUDE_E7_MAX;
    return box.northE7() == pole
        ? new Window(box, pole, 0, pole, 0, southPole(box))
        : southPole(box);
  }

  private static @Nullable Window southPole(GeoBox box) {
    int pole = -Point.LATITUDE_E7_MAX;
    return box.southE7() == pole ? new Window(box, pole, 0, pole, 0, null) : null;
  }

  GeoBox box() {
    return box;
  }

  /// Finds the features of a leaf that are inside.
  ///
  /// @param places of the leaf: see [LeafPlaces]
  /// @param into takes their positions, in order; with room for those of a full leaf
  /// @return how many
  int select(int[] places, byte[] into) {
    return other == null ? selectPlain(places, into) : selectSeveral(places, into);
  }

  /// Each position is written, and written over unless it counts.
  private int selectPlain(int[] places, byte[] into) {
    int count = 0;
    for (int rest = near(places); rest != 0; rest &= rest - 1) {
      int at = Integer.numberOfTrailingZeros(rest);
      into[count] = (byte) at;
      count += isInside(LeafPlaces.latitude(places, at), LeafPlaces.longitude(places, at));
    }
    return count;
  }

  private int near(int[] places) {
    return LeafPlaces.near(places, south, west, north, east);
  }

  /// By two subtractions whose results are taken without sign: what lies below an edge wraps to
  /// something larger than the box.
  ///
  /// @return 1 or 0
  private int isInside(int latitude, int longitude) {
    long outside =
        (height - Integer.toUnsignedLong(latitude - south))
            | (width - Integer.toUnsignedLong(longitude - west));
    return 1 + (int) (outside >> (Long.SIZE - 1));
  }

  private int selectSeveral(int[] places, byte[] into) {
    int count = 0;
    for (int at = 0; at < LeafPlaces.size(places); at++) {
      into[count] = (byte) at;
      count += isInAny(LeafPlaces.latitude(places, at), LeafPlaces.longitude(places, at));
    }
    return count;
  }

  private int isInAny(int latitude, int longitude) {
    int inside = 0;
    for (Window each = this; each != null; each = each.other) {
      inside |= each.isInside(latitude, longitude);
    }
    return inside;
  }

  /// The children of a node that may have something inside: a bit for each.
  int meeting(Inner node) {
    int meeting = node.childrenNear(south, west, north, east);
    return other == null ? meeting : meeting | other.meeting(node);
  }

  /// True if everything between these extremes is inside; false may be wrong by a rectangle.
  boolean covers(int itsSouth, int itsWest, int itsNorth, int itsEast) {
    boolean covers = itsSouth >= south && itsNorth <= north && itsWest >= west && itsEast <= east;
    return covers || (other != null && other.covers(itsSouth, itsWest, itsNorth, itsEast));
  }
}
