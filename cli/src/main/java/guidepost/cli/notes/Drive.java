package guidepost.cli.notes;

import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import java.util.List;

/// A drive along a track at one speed.
///
/// @param path the track; not empty
/// @param metresASecond the speed
record Drive(List<Point> path, double metresASecond) {

  private static final long TURN = 2L * Point.LONGITUDE_E7_MAX;

  /// Where the traveller is after a time; at the end of the track from its end on.
  Point at(double seconds) {
    double left = seconds * metresASecond;
    for (int i = 1; i < path.size(); i++) {
      double hop = Haversine.metres(path.get(i - 1), path.get(i));
      if (left < hop) {
        return between(path.get(i - 1), path.get(i), left / hop);
      }
      left -= hop;
    }
    return path.getLast();
  }

  /// True if the track ends before that.
  boolean isOver(double seconds) {
    return at(seconds).equals(path.getLast()) && seconds * metresASecond >= length();
  }

  private double length() {
    double metres = 0;
    for (int i = 1; i < path.size(); i++) {
      metres += Haversine.metres(path.get(i - 1), path.get(i));
    }
    return metres;
  }

  /// Straight on the plate carrée, the shorter way round: good for the hops of a track.
  private static Point between(Point from, Point to, double part) {
    long east = (long) to.longitudeE7() - from.longitudeE7();
    long shorter = east > TURN / 2 ? east - TURN : east < -TURN / 2 ? east + TURN : east;
    long longitude = from.longitudeE7() + Math.round(shorter * part);
    long north = (long) to.latitudeE7() - from.latitudeE7();
    return new Point(
        (int) (from.latitudeE7() + Math.round(north * part)),
        (int) (Math.floorMod(longitude + TURN / 2, TURN) - TURN / 2));
  }
}
