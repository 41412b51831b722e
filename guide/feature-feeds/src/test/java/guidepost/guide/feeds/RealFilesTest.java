package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of the real world, which are not part of the repository.
class RealFilesTest {

  private static final Path DATA =
      Path.of(System.getProperty("guidepost.root", ".."), "../shared/data");

  @Test
  void bothShapesOfTheGuidesDatabaseHold100FeaturesOfWhich64AreNamed() throws Exception {
    List<FeatureRow> object = rows(Files.newInputStream(file("guide/route_guide_db.java.json")));
    List<FeatureRow> array = rows(Files.newInputStream(file("guide/route_guide_db.array.json")));

    assertThat(object).hasSize(100).isEqualTo(array);
    assertThat(object)
        .filteredOn(row -> !((FeatureRow.Parsed) row).feature().name().isEmpty())
        .hasSize(64);
  }

  @Test
  void placesOfTheWorldAreReadWithoutARejectedRow() throws Exception {
    Path places = file("guide/geonames-cities1000.tsv.xz");
    Process xz = new ProcessBuilder("xz", "-dc", places.toString()).start();

    assertThat(rows(xz.getInputStream()))
        .hasSize(171_075)
        .allMatch(FeatureRow.Parsed.class::isInstance);
  }

  @Test
  void populatedPlacesOfNaturalEarthAreReadAndItsLakesRejected() throws Exception {
    assertThat(
            rows(Files.newInputStream(file("naturalearth/ne_50m_populated_places_simple.geojson"))))
        .isNotEmpty()
        .allMatch(FeatureRow.Parsed.class::isInstance);
    assertThat(rows(Files.newInputStream(file("naturalearth/ne_50m_lakes.geojson"))))
        .isNotEmpty()
        .allMatch(FeatureRow.Rejected.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource({
    "andorra_for_map_matching.gpx, 21",
    "gpxv1_0.gpx, 14",
    "test1.gpx, 264",
    "tour4-with-uturn.gpx, 5"
  })
  void tracksAreReadPointByPoint(String name, int points) throws Exception {
    try (InputStream in = Files.newInputStream(file("gpx/" + name))) {
      assertThat(Track.read(in).fixes()).hasSize(points);
    }
  }

  private static Path file(String name) {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
    return file;
  }

  private static List<FeatureRow> rows(InputStream in) throws IOException {
    List<FeatureRow> rows = new ArrayList<>();
    try (in) {
      FeatureFeed.open(in, FeatureColumns.BY_NAME).read(rows::add);
    }
    return rows;
  }
}
