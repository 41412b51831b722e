package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.seed.routeguide.Feature;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routeguide.RouteGuideGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/// Real features go in and are listed by box like the oracle lists them.
final class PlacesTest {

  private static final String PLACES = "guide/geonames-cities1000.tsv.xz";

  @TempDir Path data;

  @Test
  void shouldListSixtyFourFeaturesInTheOfficialBox() throws Exception {
    List<Path> databases =
        List.of(
            SharedData.require("guide/route_guide_db.java.json"),
            SharedData.require("guide/route_guide_db.array.json"));
    try (ServerProcess server = ServerProcess.start(data)) {
      for (Path database : databases) { // the other shape of the same features changes nothing
        String unchanged = database.equals(databases.getFirst()) ? "" : " (100 unchanged)";
        Terminal done = Terminal.run(server, "feature", "import", database.toString());
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out() + done.err())
            .contains("read 100 = accepted 100" + unchanged + " + rejected 0");
        assertThat(list(server, 400_000_000, -750_000_000, 420_000_000, -730_000_000)).hasSize(64);
        assertThat(list(server, 420_000_000, -730_000_000, 400_000_000, -750_000_000)).hasSize(64);
      }
      Feature feature =
          RouteGuideGrpc.newBlockingStub(server.channel())
              .getFeature(point(409_146_138, -746_188_906));
      assertThat(feature.getName())
          .isEqualTo("Berkshire Valley Management Area Trail, Jefferson, NJ, USA");
    }
  }

  private static Point point(int latitude, int longitude) {
    return Point.newBuilder().setLatitude(latitude).setLongitude(longitude).build();
  }

  private static List<String> list(ServerProcess server, int lat1, int lon1, int lat2, int lon2) {
    List<String> found = new ArrayList<>();
    RouteGuideGrpc.newBlockingStub(server.channel())
        .listFeatures(
            Rectangle.newBuilder().setLo(point(lat1, lon1)).setHi(point(lat2, lon2)).build())
        .forEachRemaining(feature -> found.add(text(feature.getName(), feature.getLocation())));
    return found;
  }

  private static String text(String name, Point point) {
    return name + '@' + point.getLatitude() + ',' + point.getLongitude();
  }

  @Test
  void shouldImportRealPlacesAndListBoxesLikeTheOracle() throws Exception {
    Path file = SharedData.require(PLACES);
    List<Feature> oracle = read(file);
    try (ServerProcess server = ServerProcess.start(data)) {
      Terminal done = Terminal.run(server, "feature", "import", file.toString());
      assertThat(done.exitCode()).as(done.err()).isZero();
      assertThat(done.out() + done.err())
          .contains("read %d = accepted %d".formatted(oracle.size(), oracle.size()));
      server.kill();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldListLikeTheOracle(server, oracle);
    }
  }

  private static void shouldListLikeTheOracle(ServerProcess server, List<Feature> oracle) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("PlacesTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      Point centre = oracle.get(random.nextInt(oracle.size())).getLocation();
      int reach = 1 << (10 + random.nextInt(18));
      int south = Math.max(-900_000_000, centre.getLatitude() - reach);
      int north = Math.min(900_000_000, centre.getLatitude() + reach);
      int west = Math.max(-1_800_000_000, centre.getLongitude() - reach);
      int east = Math.min(1_800_000_000, centre.getLongitude() + reach);
      assertThat(list(server, north, west, south, east).stream().sorted().toList())
          .isEqualTo(inBox(oracle, south, west, north, east));
    }
  }

  private static List<String> inBox(
      List<Feature> oracle, int south, int west, int north, int east) {
    return oracle.stream()
        .filter(f -> between(f.getLocation().getLatitude(), south, north))
        .filter(f -> between(f.getLocation().getLongitude(), west, east))
        .map(f -> text(f.getName(), f.getLocation()))
        .distinct()
        .sorted()
        .toList();
  }

  private static boolean between(int value, int low, int high) {
    return value >= low && value <= high;
  }

  private static List<Feature> read(Path file) throws IOException {
    List<Feature> features = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new XZInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", -1);
        features.add(
            Feature.newBuilder()
                .setName(columns[0])
                .setLocation(point(e7(columns[1]), e7(columns[2])))
                .build());
      }
    }
    return features;
  }

  private static int e7(String degrees) {
    return new BigDecimal(degrees)
        .movePointRight(7)
        .setScale(0, RoundingMode.HALF_EVEN)
        .intValueExact();
  }
}
