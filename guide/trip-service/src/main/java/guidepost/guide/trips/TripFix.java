package guidepost.guide.trips;

import guidepost.guide.geo.Point;
import java.util.OptionalDouble;

/// Where a traveller was, and when.
///
/// @param unixMillis by the device's clock
/// @param accuracyMetres radius of 68 % probability
/// @param speed metres a second, as the receiver measured it
/// @param altitudeMetres as the device has it
/// @param beginsSegment true if nothing is known of the way from the fix before
/// @param setAside true if it is no part of the way
record TripFix(
    Point point,
    long unixMillis,
    OptionalDouble accuracyMetres,
    OptionalDouble speed,
    OptionalDouble altitudeMetres,
    boolean beginsSegment,
    boolean setAside) {

  TripFix(
      Point point,
      long unixMillis,
      OptionalDouble accuracyMetres,
      OptionalDouble speed,
      OptionalDouble altitudeMetres) {
    this(point, unixMillis, accuracyMetres, speed, altitudeMetres, false, false);
  }

  TripFix beginningSegment(boolean begins) {
    return new TripFix(point, unixMillis, accuracyMetres, speed, altitudeMetres, begins, setAside);
  }

  TripFix asSetAside() {
    return new TripFix(
        point, unixMillis, accuracyMetres, speed, altitudeMetres, beginsSegment, true);
  }

  /// What the first difference is from.
  static final TripFix ZERO =
      new TripFix(
          new Point(0, 0),
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
}
