/// Where is it, how far, and does it meet that? The geometry of the guide, once for all.
///
/// A [Point] is a position in units of 1e-7 degrees; a [GeoBox] lies between parallels and
/// meridians. [Wgs84] measures on the ellipsoid, [Haversine] on the sphere. Lines are [Arc]s of
/// great circles between [Vector]s, which know neither poles nor an antimeridian; [Segment],
/// [Ball], [Extent] and [BoxEdges] say at once that most things are far from a line.
///
/// ```java
/// Point bern = Point.ofDegrees(46.948, 7.4474);
/// double metres = Wgs84.metres(bern, Point.ofDegrees(46.2044, 6.1432)); // about 130 km to Geneva
/// ```
///
/// Threads: any; all are values.
@NullMarked
package guidepost.guide.geo;

import org.jspecify.annotations.NullMarked;
