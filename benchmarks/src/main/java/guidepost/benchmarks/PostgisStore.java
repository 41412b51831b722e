package guidepost.benchmarks;

import guidepost.guide.index.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// PostGIS as best it can: rows in the order of its index (Hilbert's), everything in memory, no
/// parallel workers, which only add to the processor's work, and no compiler for queries of
/// milliseconds.
///
/// Its index of boxes has edges of 32 bits, so that points within some metres of an edge may be
/// taken for inside. A circle of `geography` is one on the ellipsoid, as ours is, but its nearest
/// are those on a sphere.
final class PostgisStore implements FeatureStore {

  private static final String USER = "postgres";
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");

  private static final int BATCH = 10_000;

  /// An edge in 32 bits is up to 1.5e-5 degrees off at longitude 180.
  private static final int EDGE_E7 = 200;

  private static final double ELLIPSOID = 1e-8;

  /// A sphere is up to 0.56 % wrong.
  private static final double SPHERE = 0.01;

  private final RivalProcess server;
  private final String address;

  private PostgisStore(RivalProcess server, String address) {
    this.server = server;
    this.address = address;
  }

  /// The newest PostgreSQL that has PostGIS.
  static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(PROGRAMS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(PROGRAMS)) {
      return versions
          .filter(PostgisStore::hasPostgis)
          .max(Comparator.comparingInt(each -> Integer.parseInt(each.getFileName().toString())))
          .map(version -> version.resolve("bin"));
    }
  }

  private static boolean hasPostgis(Path version) {
    return Files.exists(
        Path.of("/usr/share/postgresql", version.getFileName().toString())
            .resolve("extension/postgis.control"));
  }

  static PostgisStore start(Path programs, Path parent) throws Exception {
    Path data = RivalProcess.directoryOf(USER, parent).resolve("data");
    RivalProcess.run(
        USER,
        List.of(
            programs.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--auth=trust",
            "--username=guidepost",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    int port = RivalProcess.freePort();
    List<String> command =
        new ArrayList<>(List.of(programs.resolve("postgres").toString(), "-D", data.toString()));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "port=" + port,
            "unix_socket_directories=",
            "shared_buffers=2GB",
            "work_mem=256MB",
            "maintenance_work_mem=512MB",
            "effective_cache_size=8GB",
            "random_page_cost=1.1",
            "jit=off",
            "max_parallel_workers_per_gather=0",
            "autovacuum=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=8GB",
            "checkpoint_timeout=1h")) {
      command.addAll(List.of("-c", setting));
    }
    return new PostgisStore(
        RivalProcess.start(USER, command), "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
  }

  @Override
  public void load(List<Feature> features) throws Exception {
    try (Connection connection = DriverManager.getConnection(address, "guidepost", "");
        Statement statement = connection.createStatement()) {
      statement.execute("create extension postgis");
      statement.execute("create unlogged table given (id text, name text, lat int, lon int)");
      insert(connection, features);
      statement.execute(
          """
          create table features (id text, latitude_e7 int not null, longitude_e7 int not null,
            name text not null, geom geometry(Point, 4326) not null)\
          """);
      statement.execute(
          """
          insert into features select id, lat, lon, name,
            st_setsrid(st_makepoint(lon / 1e7, lat / 1e7), 4326) g from given order by g\
          """);
      statement.execute("drop table given");
      statement.execute("alter table features add primary key (id)");
      statement.execute("create index on features using gist (geom)");
      statement.execute("create index globe on features using gist ((geom::geography))");
      statement.execute("vacuum freeze analyze features");
      statement.execute("checkpoint");
    }
  }

  private static void insert(Connection connection, List<Feature> features) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into given select * from unnest(?::text[], ?::text[], ?::int[], ?::int[])")) {
      for (int from = 0; from < features.size(); from += BATCH) {
        List<Feature> rows = features.subList(from, Math.min(from + BATCH, features.size()));
        insert.setArray(1, array(connection, "text", rows.stream().map(Feature::id)));
        insert.setArray(2, array(connection, "text", rows.stream().map(Feature::name)));
        insert.setArray(
            3, array(connection, "int4", rows.stream().map(each -> each.point().latitudeE7())));
        insert.setArray(
            4, array(connection, "int4", rows.stream().map(each -> each.point().longitudeE7())));
        insert.executeUpdate();
      }
    }
  }

  private static Array array(Connection connection, String type, Stream<?> values)
      throws SQLException {
    return connection.createArrayOf(type, values.toArray());
  }

  /// Only the library that asks it.
  @Override
  public Duration warmUp() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void forget() throws SQLException {
    try (Connection connection = DriverManager.getConnection(address, "guidepost", "");
        Statement statement = connection.createStatement()) {
      statement.execute("drop index globe");
    }
  }

  /// Nearest on a plane of degrees is another question, with other answers; it shows what the same
  /// tree costs without geodesics.
  @Override
  public List<Way> ways() {
    return List.of(
        new Way(
            "PostGIS",
            this,
            new Tolerance(EDGE_E7, ELLIPSOID, SPHERE),
            question -> true,
            hits -> PostgisSession.open(address, hits, PostgisSession.ON_A_SPHERE)),
        new Way(
            "PostGIS, degrees as a plane",
            this,
            new Tolerance(EDGE_E7, ELLIPSOID, Double.POSITIVE_INFINITY),
            question -> question instanceof Question.Nearest,
            hits -> PostgisSession.open(address, hits, PostgisSession.ON_A_PLANE)));
  }

  @Override
  public long processorNanos() throws IOException {
    return server.processorNanos();
  }

  @Override
  public void close() {
    server.close();
  }
}
