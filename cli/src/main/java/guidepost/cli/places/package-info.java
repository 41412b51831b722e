/// Answers: *how does a person write a point, a distance or a path, and what message is it?*
///
/// [PointText] is `LAT,LON`, [Metres] a distance, [TrackFile] a recorded path. [PlaceMessages]
/// makes messages of them for features, notes and trips alike.
///
/// Threads: values and functions without state.
///
/// ```java
/// request.setCentre(PlaceMessages.message(Point.ofDegrees(42.53176, 1.56654)));
/// ```
@NullMarked
package guidepost.cli.places;

import org.jspecify.annotations.NullMarked;
