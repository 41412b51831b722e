package guidepost.guide.service;

import guidepost.guide.index.Point;
import java.util.OptionalDouble;

/// Where a traveller was, and when.
///
/// @param unixMillis by the device's clock
/// @param accuracyMetres radius of 68 % probability
/// @param speed metres a second, as the receiver measured it
/// @param altitudeMetres as the device has it
record TripFix(
    Point point,
    long unixMillis,
    OptionalDouble accuracyMetres,
    OptionalDouble speed,
    OptionalDouble altitudeMetres) {

  /// What the first difference is from.
  static final TripFix ZERO =
      new TripFix(
          new Point(0, 0),
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
}
