package guidepost.guide.index;

/// A box, ready to be compared with many points and extremes.
///
/// Most boxes are plain: neither the poles nor the antimeridian make them special. There a point is
/// compared by two subtractions whose results are taken without sign: what lies below the edge
/// wraps to something larger than the box. Nothing is decided by a branch there: which features of
/// a leaf are inside can not be foretold, and a wrong guess costs as much as comparing ten.
final class Window {

  private final GeoBox box;
  private final boolean plain;
  private final int south;
  private final int west;
  private final int north;
  private final int east;
  private final long height;
  private final long width;

  Window(GeoBox box) {
    this.box = box;
    south = box.southE7();
    west = box.westE7();
    north = box.northE7();
    east = box.eastE7();
    height = Integer.toUnsignedLong(north - south);
    width = Integer.toUnsignedLong(east - west);
    plain =
        !box.crossesAntimeridian()
            && south > -Point.LATITUDE_E7_MAX
            && north < Point.LATITUDE_E7_MAX
            && west > -Point.LONGITUDE_E7_MAX;
  }

  GeoBox box() {
    return box;
  }

  /// Finds the features of a leaf that are inside.
  ///
  /// @param into takes their positions, in order; with room for those of a full leaf
  /// @return how many
  int select(Leaf leaf, byte[] into) {
    return plain ? selectPlain(leaf, into) : selectSpecial(leaf, into);
  }

  /// Without a branch that depends on where the features are: each position is written, and written
  /// over unless it counts.
  private int selectPlain(Leaf leaf, byte[] into) {
    int[] columns = leaf.columns();
    int longitudes = leaf.longitudesAt();
    int size = leaf.size;
    int count = 0;
    for (int at = 0; at < size; at++) {
      long outside =
          (height - Integer.toUnsignedLong(columns[at] - south))
              | (width - Integer.toUnsignedLong(columns[longitudes + at] - west));
      into[count] = (byte) at;
      count += 1 + (int) (outside >> 63);
    }
    return count;
  }

  private int selectSpecial(Leaf leaf, byte[] into) {
    int count = 0;
    for (int at = 0; at < leaf.size; at++) {
      if (box.contains(leaf.latitude(at), leaf.longitude(at))) {
        into[count++] = (byte) at;
      }
    }
    return count;
  }

  /// The boxes that may have something inside: a bit for each.
  ///
  /// @param extremes south, west, north and east of one box after the other
  /// @param count up to 32
  int meeting(int[] extremes, int count) {
    return plain ? meetingPlain(extremes, count) : meetingSpecial(extremes, count);
  }

  /// Without a branch that depends on where the boxes are.
  private int meetingPlain(int[] extremes, int count) {
    int meeting = 0;
    for (int i = 0; i < count; i++) {
      long apart =
          ((long) north - extremes[4 * i])
              | ((long) east - extremes[4 * i + 1])
              | ((long) extremes[4 * i + 2] - south)
              | ((long) extremes[4 * i + 3] - west);
      meeting |= (int) (~apart >>> 63) << i;
    }
    return meeting;
  }

  private int meetingSpecial(int[] extremes, int count) {
    int meeting = 0;
    for (int i = 0; i < count; i++) {
      boolean meets =
          box.mayMeet(
              extremes[4 * i], extremes[4 * i + 1], extremes[4 * i + 2], extremes[4 * i + 3]);
      meeting |= meets ? 1 << i : 0;
    }
    return meeting;
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
