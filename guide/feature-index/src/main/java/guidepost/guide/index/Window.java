package guidepost.guide.index;

/// A box, ready to be compared with many points and extremes.
///
/// Most boxes are plain: neither the poles nor the antimeridian make them special. There a point is
/// compared by two subtractions whose results are taken without sign: what lies below the edge
/// wraps to something larger than the box.
final class Window {

  private final GeoBox box;
  private final boolean plain;
  private final int south;
  private final int west;
  private final int north;
  private final int east;
  private final int height;
  private final int width;

  Window(GeoBox box) {
    this.box = box;
    south = box.southE7();
    west = box.westE7();
    north = box.northE7();
    east = box.eastE7();
    height = north - south;
    width = east - west;
    plain =
        !box.crossesAntimeridian()
            && south > -Point.LATITUDE_E7_MAX
            && north < Point.LATITUDE_E7_MAX
            && west > -Point.LONGITUDE_E7_MAX;
  }

  GeoBox box() {
    return box;
  }

  /// The first feature from `from` on that is inside; the size of the leaf if there is none.
  int nextInside(Leaf leaf, int from) {
    return plain ? nextPlain(leaf, from) : nextSpecial(leaf, from);
  }

  private int nextPlain(Leaf leaf, int from) {
    int[] places = leaf.places;
    int size = leaf.size;
    int at = from;
    while (at < size
        && (Integer.compareUnsigned(places[2 * at] - south, height) > 0
            || Integer.compareUnsigned(places[2 * at + 1] - west, width) > 0)) {
      at++;
    }
    return at;
  }

  private int nextSpecial(Leaf leaf, int from) {
    int at = from;
    while (at < leaf.size && !box.contains(leaf.latitude(at), leaf.longitude(at))) {
      at++;
    }
    return at;
  }

  /// False if nothing between these extremes is inside.
  boolean mayMeet(int itsSouth, int itsWest, int itsNorth, int itsEast) {
    return plain
        ? itsSouth <= north && itsNorth >= south && itsWest <= east && itsEast >= west
        : box.mayMeet(itsSouth, itsWest, itsNorth, itsEast);
  }

  /// True if everything between these extremes is inside.
  boolean covers(int itsSouth, int itsWest, int itsNorth, int itsEast) {
    return box.surelyCovers(itsSouth, itsWest, itsNorth, itsEast);
  }
}
