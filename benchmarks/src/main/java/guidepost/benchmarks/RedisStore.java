package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import redis.clients.jedis.GeoCoordinate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.args.GeoUnit;
import redis.clients.jedis.params.GeoSearchParam;
import redis.clients.jedis.resps.GeoRadiusResponse;

/// Redis GEO, asked by Jedis. Id and name are one member of one sorted set, so that one command
/// answers. Every write is fsynced before it is answered, as ours is.
///
/// It rounds points to cells of 52 bits, takes the earth for a sphere, and has boxes of so many
/// metres instead of degrees: it is asked for the least one that covers a box, what lies outside is
/// left out here, and counts for Redis.
final class RedisStore implements FeatureStore {

  private static final String USER = "redis";
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
  private static final String KEY = "features";
  private static final int BATCH = 2_048;

  /// A cell is 5.4e-6 degrees wide; half of it, and a little for rounding.
  private static final int CELL_E7 = 60;

  /// A sphere is up to 0.56 % wrong.
  private static final double SPHERE = 0.01;

  /// As Redis has it.
  private static final double EARTH_RADIUS_METRES = 6_372_797.560856;

  private static final double ROUNDING = 1 + 1e-6;

  /// Eight large answers one after the other take seconds.
  private static final int PATIENCE_MILLIS = 60_000;

  private final RivalProcess server;
  private final int port;

  private RedisStore(RivalProcess server, int port) {
    this.server = server;
    this.port = port;
  }

  static Optional<Path> program() {
    return Optional.of(PROGRAM).filter(Files::isExecutable);
  }

  static RedisStore start(Path program, Path parent) throws IOException {
    int port = RivalProcess.freePort();
    List<String> command =
        List.of(
            program.toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--dir",
            RivalProcess.directoryOf(USER, parent).toString(),
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--auto-aof-rewrite-percentage",
            "0");
    return new RedisStore(RivalProcess.start(USER, command), port);
  }

  @Override
  public void load(List<Feature> features) {
    try (Asking session = new Asking(true)) {
      session.move(features);
    }
  }

  /// Only the library that asks it.
  @Override
  public Duration warmUp() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void forget() {
    // It has one index for everything.
  }

  /// Members alone are less than what was asked for; they show what points in text cost.
  @Override
  public List<Way> ways() {
    return List.of(
        new Way(
            "Redis GEO",
            this,
            new Tolerance(CELL_E7, SPHERE, SPHERE),
            question -> true,
            hits -> new Asking(true)),
        new Way(
            "Redis GEO, without points",
            this,
            new Tolerance(Integer.MAX_VALUE, SPHERE, SPHERE),
            question -> question instanceof Question.InBox,
            hits -> new Asking(false)));
  }

  @Override
  public long processorNanos() throws IOException {
    return server.processorNanos();
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Asking implements Session {

    private final Jedis connection = new Jedis("127.0.0.1", port, PATIENCE_MILLIS);
    private final boolean withPoints;

    Asking(boolean withPoints) {
      this.withPoints = withPoints;
    }

    @Override
    public int ask(Question question, Hits hits) {
      return switch (question) {
        case Question.Nothing() -> connection.ping().isEmpty() ? 1 : 0;
        case Question.InBox(GeoBox box) -> inBox(box, hits);
        case Question.InCircle(Point centre, double metres) ->
            read(around(centre).byRadius(metres, GeoUnit.M).withDist(), GeoBox.WORLD, hits);
        case Question.Nearest(Point from, int count, double enough) ->
            read(
                around(from).byRadius(enough, GeoUnit.M).count(count).asc().withDist(),
                GeoBox.WORLD,
                hits);
      };
    }

    private static GeoSearchParam around(Point centre) {
      return new GeoSearchParam().fromLonLat(centre.longitude(), centre.latitude());
    }

    private int inBox(GeoBox box, Hits hits) {
      double south = degrees(box.southE7());
      double north = degrees(box.northE7());
      double widest = south < 0 && north > 0 ? 0 : Math.min(Math.abs(south), Math.abs(north));
      double half = Math.toRadians(degrees(box.eastE7()) - degrees(box.westE7())) / 2;
      double width =
          4
              * EARTH_RADIUS_METRES
              * Math.asin(Math.cos(Math.toRadians(widest)) * Math.sin(half / 2));
      double height = EARTH_RADIUS_METRES * Math.toRadians(north - south);
      GeoSearchParam search =
          new GeoSearchParam()
              .fromLonLat((degrees(box.westE7()) + degrees(box.eastE7())) / 2, (south + north) / 2)
              .byBox(width * ROUNDING, height * ROUNDING, GeoUnit.M);
      return read(search, box, hits);
    }

    private static double degrees(int e7) {
      return e7 / (double) Point.E7;
    }

    private int read(GeoSearchParam search, GeoBox box, Hits hits) {
      if (withPoints) {
        search.withCoord();
      }
      List<GeoRadiusResponse> found = connection.geosearch(KEY, search);
      for (GeoRadiusResponse each : found) {
        hit(each, box, hits);
      }
      return found.size();
    }

    private void hit(GeoRadiusResponse found, GeoBox box, Hits hits) {
      String member = found.getMemberByString();
      int space = member.indexOf(' ');
      String id = member.substring(0, space);
      String name = member.substring(space + 1);
      if (!withPoints) {
        hits.hit(id, name, 0, 0);
        return;
      }
      GeoCoordinate at = found.getCoordinate();
      Point point = Point.ofDegrees(at.getLatitude(), at.getLongitude());
      if (box.contains(point)) {
        hits.hit(id, name, point.latitudeE7(), point.longitudeE7());
      }
    }

    @Override
    public void move(List<Feature> moved) {
      Pipeline pipeline = connection.pipelined();
      for (int from = 0; from < moved.size(); from += BATCH) {
        pipeline.geoadd(KEY, members(moved.subList(from, Math.min(from + BATCH, moved.size()))));
      }
      pipeline.syncAndReturnAll().forEach(Asking::requireNumber);
    }

    /// An error is an answer, too.
    private static void requireNumber(Object answer) {
      if (!(answer instanceof Long)) {
        throw new IllegalStateException("Redis said " + answer);
      }
    }

    private static Map<String, GeoCoordinate> members(List<Feature> features) {
      return features.stream()
          .collect(
              Collectors.toMap(
                  feature -> feature.id() + " " + feature.name(),
                  feature ->
                      new GeoCoordinate(feature.point().longitude(), feature.point().latitude())));
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
