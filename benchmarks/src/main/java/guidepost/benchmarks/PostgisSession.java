package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/// A connection to PostGIS with statements that are prepared on the server; whole numbers and
/// distances come in binary, all rows of an answer at once.
final class PostgisSession implements FeatureStore.Session {

  static final String ON_A_SPHERE =
      """
      select id, name, latitude_e7, longitude_e7,
        geom::geography <-> st_setsrid(st_makepoint(?, ?), 4326)::geography metres
      from features order by metres limit ?\
      """;

  static final String ON_A_PLANE =
      """
      select id, name, latitude_e7, longitude_e7
      from features order by geom <-> st_setsrid(st_makepoint(?, ?), 4326) limit ?\
      """;

  private static final String IN_BOX =
      """
      select id, name, latitude_e7, longitude_e7
      from features where geom && st_makeenvelope(?, ?, ?, ?, 4326)\
      """;

  private static final String IN_CIRCLE =
      """
      select id, name, latitude_e7, longitude_e7, st_distance(geom::geography, p)
      from features, (select st_setsrid(st_makepoint(?, ?), 4326)::geography p) middle
      where st_dwithin(geom::geography, p, ?)\
      """;

  private static final String MOVE =
      """
      update features set latitude_e7 = lat, longitude_e7 = lon,
        geom = st_setsrid(st_makepoint(lon / 1e7::float8, lat / 1e7::float8), 4326)
      from unnest(?::text[], ?::int[], ?::int[]) as moved (moved_id, lat, lon) where id = moved_id\
      """;

  /// Where fewer hits are expected, planning again for each question costs more than it saves.
  private static final int PLANNED_HITS_MIN = 10_000;

  private static final int MOVES_A_TRANSACTION = 2_048;

  private final Connection connection;
  private final PreparedStatement nothing;
  private final PreparedStatement inBox;
  private final PreparedStatement inCircle;
  private final PreparedStatement nearest;
  private final PreparedStatement move;

  private PostgisSession(Connection connection, String nearest) throws SQLException {
    this.connection = connection;
    this.nothing = connection.prepareStatement("select 1");
    this.inBox = connection.prepareStatement(IN_BOX);
    this.inCircle = connection.prepareStatement(IN_CIRCLE);
    this.nearest = connection.prepareStatement(nearest);
    this.move = connection.prepareStatement(MOVE);
  }

  static PostgisSession open(String address, int hits, String nearest) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "guidepost");
    properties.setProperty("prepareThreshold", "1");
    Connection connection = DriverManager.getConnection(address, properties);
    try (Statement statement = connection.createStatement()) {
      String plan = hits >= PLANNED_HITS_MIN ? "force_custom_plan" : "force_generic_plan";
      statement.execute("set plan_cache_mode = " + plan);
    }
    return new PostgisSession(connection, nearest);
  }

  @Override
  public int ask(Question question, FeatureStore.Hits hits) throws SQLException {
    try (ResultSet rows = rows(question)) {
      return question instanceof Question.Nothing ? 0 : read(rows, hits);
    }
  }

  private ResultSet rows(Question question) throws SQLException {
    return switch (question) {
      case Question.Nothing() -> nothing.executeQuery();
      case Question.InBox(GeoBox box) -> {
        inBox.setDouble(1, degrees(box.westE7()));
        inBox.setDouble(2, degrees(box.southE7()));
        inBox.setDouble(3, degrees(box.eastE7()));
        inBox.setDouble(4, degrees(box.northE7()));
        yield inBox.executeQuery();
      }
      case Question.InCircle(Point centre, double metres) -> {
        inCircle.setDouble(1, centre.longitude());
        inCircle.setDouble(2, centre.latitude());
        inCircle.setDouble(3, metres);
        yield inCircle.executeQuery();
      }
      case Question.Nearest(Point from, int count, _) -> {
        nearest.setDouble(1, from.longitude());
        nearest.setDouble(2, from.latitude());
        nearest.setInt(3, count);
        yield nearest.executeQuery();
      }
    };
  }

  private static double degrees(int e7) {
    return e7 / (double) Point.E7;
  }

  private static int read(ResultSet rows, FeatureStore.Hits hits) throws SQLException {
    int count = 0;
    while (rows.next()) {
      hits.hit(rows.getString(1), rows.getString(2), rows.getInt(3), rows.getInt(4));
      count++;
    }
    return count;
  }

  @Override
  public void move(List<Feature> moved) throws SQLException {
    for (int from = 0; from < moved.size(); from += MOVES_A_TRANSACTION) {
      List<Feature> batch = moved.subList(from, Math.min(from + MOVES_A_TRANSACTION, moved.size()));
      move.setArray(1, array("text", batch.stream().map(Feature::id).toArray()));
      move.setArray(2, array("int4", batch.stream().map(f -> f.point().latitudeE7()).toArray()));
      move.setArray(3, array("int4", batch.stream().map(f -> f.point().longitudeE7()).toArray()));
      if (move.executeUpdate() != batch.size()) {
        throw new SQLException("not all of %d were moved".formatted(batch.size()));
      }
    }
  }

  private java.sql.Array array(String type, Object[] values) throws SQLException {
    return connection.createArrayOf(type, values);
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
