package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.index.hprtree.HPRtree;
import org.locationtech.jts.index.strtree.GeometryItemDistance;
import org.locationtech.jts.index.strtree.STRtree;

/// The same places in the trees of JTS, and in two arrays to scan. All know a plane only, so boxes
/// must not cross the antimeridian.
///
/// Each delivers what it finds as the item that was put in; the sum of latitudes tells whether
/// answers are equal.
final class BoxRivals {

  private static final GeometryFactory GEOMETRY = new GeometryFactory();
  private static final GeometryItemDistance DISTANCE = new GeometryItemDistance();

  private final HPRtree hilbert = new HPRtree();
  private final STRtree packed = new STRtree();
  private final int[] latitudes;
  private final int[] longitudes;

  /// @param places latitude and longitude of each, E7
  BoxRivals(List<int[]> places) {
    for (int[] place : places) {
      Coordinate at = new Coordinate(place[1], place[0]);
      hilbert.insert(new Envelope(at), place);
      packed.insert(new Envelope(at), GEOMETRY.createPoint(at));
    }
    hilbert.build();
    packed.build();
    latitudes = places.stream().mapToInt(place -> place[0]).toArray();
    longitudes = places.stream().mapToInt(place -> place[1]).toArray();
  }

  static Envelope envelope(GeoBox box) {
    return new Envelope(box.westE7(), box.eastE7(), box.southE7(), box.northE7());
  }

  static Point point(guidepost.guide.geo.Point place) {
    return GEOMETRY.createPoint(new Coordinate(place.longitudeE7(), place.latitudeE7()));
  }

  long hprSum(Envelope box) {
    long[] sum = {0};
    hilbert.query(box, item -> sum[0] += ((int[]) item)[0]);
    return sum[0];
  }

  long strSum(Envelope box) {
    long[] sum = {0};
    packed.query(box, item -> sum[0] += (long) ((Point) item).getY());
    return sum[0];
  }

  /// Looks at all places.
  long scanSum(GeoBox box) {
    long sum = 0;
    for (int i = 0; i < latitudes.length; i++) {
      int latitude = latitudes[i];
      int longitude = longitudes[i];
      boolean inside =
          latitude >= box.southE7()
              && latitude <= box.northE7()
              && longitude >= box.westE7()
              && longitude <= box.eastE7();
      sum += inside ? latitude : 0;
    }
    return sum;
  }

  /// The nearest ten on a plane, which are other ones: their time only.
  ///
  /// @return how many
  int strNearest(Point from) {
    return packed.nearestNeighbour(from.getEnvelopeInternal(), from, DISTANCE, 10).length;
  }
}
