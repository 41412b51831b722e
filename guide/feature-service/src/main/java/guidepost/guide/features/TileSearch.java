package guidepost.guide.features;

import com.google.protobuf.ByteString;
import guidepost.calls.Fields;
import guidepost.calls.Streaming;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.FeatureView;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.GetTileResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features of one square of the map, each as a point, or counted by cells where those would be
/// too many.
///
/// ```
///   the world, x and y 0..1  ─▶  2^z by 2^z tiles  ─▶  4096 by 4096 places  ─▶  64 by 64 cells
/// ```
///
/// A feature is in one tile of a zoom: the western and northern edges belong to a tile. What the
/// projection leaves out, near the poles, is in the tiles at its edge.
///
/// Cost: some 50 ns for each feature in the tile.
///
/// Threads: one at a time.
final class TileSearch implements Streaming.Search<GetTileResponse> {

  static final int ZOOM_MAX = 22;

  /// What a mobile connection takes in a fraction of a second.
  private static final int TILE_BYTES_MAX = 200_000;

  /// More would not fit with their names.
  private static final int POINTS_MAX = 2_500;

  /// Features looked at before others get their turn: about a millisecond.
  private static final int LOOKED_AT_MAX = 16_384;

  private static final int CELLS = 64;
  private static final int PLACES_PER_CELL = VectorTile.EXTENT / CELLS;

  /// Where Web Mercator ends, a square.
  private static final double LATITUDE_MAX = 85.0511287798066;

  private final int x;
  private final int y;
  private final double scale;
  private final FeatureFilter filter;
  private final boolean filters;
  private final FeatureCursor cursor;
  private final long revision;
  private final long[] counts = new long[CELLS * CELLS];
  private final long[] columns = new long[CELLS * CELLS];
  private final long[] rows = new long[CELLS * CELLS];
  private final List<Placed> points = new ArrayList<>();
  private long found;
  private boolean over;

  /// A feature in the tile.
  private record Placed(FeatureView view, int column, int row) {}

  private TileSearch(
      int z, int x, int y, FeatureSnapshot snapshot, FeatureFilter filter, boolean filters) {
    this.x = x;
    this.y = y;
    this.scale = Math.scalb(1.0, z);
    this.filter = filter;
    this.filters = filters;
    this.cursor = snapshot.inBox(box(x, y, scale));
    this.revision = snapshot.revision();
  }

  /// What a request asks for.
  ///
  /// @throws guidepost.calls.RejectedException if there is no such tile
  static TileQuery query(GetTileRequest request, FeatureFilter filter) {
    int z = (int) Fields.range("z", Integer.toUnsignedLong(request.getZ()), 0, ZOOM_MAX);
    long last = (1L << z) - 1;
    int x = (int) Fields.range("x", Integer.toUnsignedLong(request.getX()), 0, last);
    int y = (int) Fields.range("y", Integer.toUnsignedLong(request.getY()), 0, last);
    boolean filters = request.hasFilter();
    return snapshot -> new TileSearch(z, x, y, snapshot, filter, filters);
  }

  /// A tile that is asked for.
  @FunctionalInterface
  interface TileQuery {
    TileSearch of(FeatureSnapshot snapshot);
  }

  /// A box that holds the tile, and somewhat more: rounding must lose nothing.
  private static GeoBox box(int x, int y, double scale) {
    return new GeoBox(
        y + 1 == (int) scale ? -Point.LATITUDE_E7_MAX : e7(latitude((y + 1) / scale), -1),
        x == 0 ? -Point.LONGITUDE_E7_MAX : e7(x / scale * 360 - 180, -1),
        y == 0 ? Point.LATITUDE_E7_MAX : e7(latitude(y / scale), 1),
        x + 1 == (int) scale ? Point.LONGITUDE_E7_MAX : e7((x + 1) / scale * 360 - 180, 1));
  }

  private static int e7(double degrees, int outwards) {
    return (int) Math.round(degrees * Point.E7) + outwards;
  }

  private static double latitude(double y) {
    return Math.toDegrees(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))));
  }

  private static double y(double latitude) {
    double sine =
        Math.sin(Math.toRadians(Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude))));
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  @Override
  public @Nullable GetTileResponse look() {
    int looked = 0;
    for (int run = cursor.advanceRun(); run > 0; run = cursor.advanceRun()) {
      for (int i = 0; i < run; i++) {
        take(i);
      }
      looked += run;
      if (looked >= LOOKED_AT_MAX) {
        return null;
      }
    }
    over = true;
    return response();
  }

  private void take(int number) {
    double worldX = (cursor.longitudeE7(number) / (double) Point.E7 + 180) / 360;
    double worldY = y(cursor.latitudeE7(number) / (double) Point.E7);
    int column = place(worldX, x);
    int row = place(worldY, y);
    if (column < 0 || column >= VectorTile.EXTENT || row < 0 || row >= VectorTile.EXTENT) {
      return;
    }
    if (filters && !filter.test(cursor.view(number))) {
      return;
    }
    int cell = row / PLACES_PER_CELL * CELLS + column / PLACES_PER_CELL;
    counts[cell]++;
    columns[cell] += column;
    rows[cell] += row;
    if (found < POINTS_MAX) {
      points.add(new Placed(cursor.view(number), column, row));
    }
    found++;
  }

  /// The place within a tile; of the last tile's far edge, the last place.
  private int place(double world, int tile) {
    double within = Math.clamp(world * scale, 0.0, Math.nextDown(scale)) - tile;
    return (int) Math.floor(within * VectorTile.EXTENT);
  }

  private GetTileResponse response() {
    byte[] tile = found <= POINTS_MAX ? points() : cells();
    boolean clustered = found > POINTS_MAX;
    if (tile.length > TILE_BYTES_MAX) {
      tile = cells();
      clustered = true;
    }
    return GetTileResponse.newBuilder()
        .setTile(ByteString.copyFrom(tile))
        .setFeatures(found)
        .setClustered(clustered)
        .setRevision(revision)
        .build();
  }

  private byte[] points() {
    VectorTile tile = new VectorTile("features");
    for (Placed each : points) {
      Feature feature = each.view().feature();
      tile.point(each.column(), each.row());
      tile.tag("id", feature.id());
      if (!feature.name().isEmpty()) {
        tile.tag("name", feature.name());
      }
      if (!feature.category().isEmpty()) {
        tile.tag("category", feature.category());
      }
    }
    return tile.toByteArray();
  }

  private byte[] cells() {
    VectorTile tile = new VectorTile("features");
    for (int cell = 0; cell < counts.length; cell++) {
      if (counts[cell] > 0) {
        tile.point((int) (columns[cell] / counts[cell]), (int) (rows[cell] / counts[cell]));
        tile.tag("count", counts[cell]);
      }
    }
    return tile.toByteArray();
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
