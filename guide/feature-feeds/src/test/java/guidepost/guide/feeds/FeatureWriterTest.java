package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureWriterTest {

  private static final Feature MILL =
      new Feature(
          "f1",
          new Point(-5, 1_800_000_000),
          "Mill, \"old\"",
          "ruin",
          Map.of("b", "2", "a", "1"),
          9);

  @Test
  void csvHasAHeaderAndExactDegrees() {
    assertThat(written(FeatureFormat.CSV, List.of(MILL)))
        .isEqualTo(
            """
            id,name,category,latitude,longitude
            f1,"Mill, ""old""\",ruin,-0.0000005,180.0000000
            """);
  }

  @Test
  void csvHasAColumnForEachAttributeThatAHeaderCanHold() throws Exception {
    Set<String> names = Set.of("b", "c", "name", "", " d", "Name");
    StringWriter out = new StringWriter();
    try (FeatureWriter writer = FeatureWriter.csv(out, names)) {
      writer.write(MILL);
      assertThat(names.stream().filter(writer::keeps)).containsExactlyInAnyOrder("b", "c", "Name");
      assertThat(writer.keeps("a")).isFalse();
    }

    assertThat(out.toString())
        .isEqualTo(
            """
            id,name,category,latitude,longitude,Name,b,c
            f1,"Mill, ""old""\",ruin,-0.0000005,180.0000000,,2,
            """);
    assertThat(read(FeatureFormat.CSV, out.toString()).getFirst().attributes())
        .isEqualTo(Map.of("b", "2"));
  }

  @Test
  void geoJsonKeepsNoAttributeThatIsTakenForTheFeaturesOwn() {
    FeatureWriter geoJson = FeatureWriter.of(FeatureFormat.GEOJSON, new StringWriter());
    FeatureWriter jsonLines = FeatureWriter.of(FeatureFormat.JSON_LINES, new StringWriter());

    for (String name : List.of("id", "name", "category")) {
      assertThat(geoJson.keeps(name)).isFalse();
      assertThat(jsonLines.keeps(name)).isTrue();
    }
    assertThat(geoJson.keeps("a")).isTrue();
  }

  @Test
  void geoJsonIsAFeatureCollectionEvenWithoutFeatures() {
    assertThat(written(FeatureFormat.GEOJSON, List.of(MILL)))
        .isEqualTo(
            """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","id":"f1","geometry":{"type":"Point","coordinates":\
            [180.0000000,-0.0000005]},"properties":{"name":"Mill, \\"old\\"","category":"ruin",\
            "a":"1","b":"2"}}]}
            """);
    assertThat(written(FeatureFormat.GEOJSON, List.of()))
        .isEqualTo("{\"type\":\"FeatureCollection\",\"features\":[]}\n");
  }

  @Test
  void jsonLinesAreOneObjectEach() {
    assertThat(written(FeatureFormat.JSON_LINES, List.of(MILL)))
        .isEqualTo(
            """
            {"id":"f1","name":"Mill, \\"old\\"","category":"ruin","latitude":-0.0000005,\
            "longitude":180.0000000,"attributes":{"a":"1","b":"2"},"revision":9}
            """);
  }

  @ParameterizedTest
  @EnumSource(names = {"CSV", "GEOJSON", "JSON_LINES"})
  void whatIsWrittenIsReadBack(FeatureFormat format) throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("guidepost.seed=" + seed);
    Random random = new Random(seed);
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      features.add(randomFeature(random, format));
    }

    assertThat(read(format, written(format, features)))
        .isEqualTo(features.stream().map(FeatureWriterTest::draft).toList());
  }

  @Test
  void formatThatIsOnlyReadIsRefused() {
    assertThatThrownBy(() -> FeatureWriter.of(FeatureFormat.TSV, new StringWriter()))
        .hasMessage("format \"tsv\": is read only; csv, geojson, jsonl, gpx are written");
  }

  private static String written(FeatureFormat format, List<Feature> features) {
    StringWriter out = new StringWriter();
    try (FeatureWriter writer = FeatureWriter.of(format, out)) {
      features.forEach(writer::write);
      writer.flush();
    }
    return out.toString();
  }

  private static List<FeatureDraft> read(FeatureFormat format, String text) throws IOException {
    List<FeatureDraft> drafts = new ArrayList<>();
    FeatureFeed.open(Feeds.stream(text), format, FeatureColumns.BY_NAME)
        .read(row -> drafts.add(((FeatureRow.Parsed) row).feature()));
    return drafts;
  }

  private static FeatureDraft draft(Feature feature) {
    return new FeatureDraft(
        feature.id(), feature.point(), feature.name(), feature.category(), feature.attributes());
  }

  private static Feature randomFeature(Random random, FeatureFormat format) {
    Point point =
        new Point(
            random.nextInt(-Point.LATITUDE_E7_MAX, Point.LATITUDE_E7_MAX + 1),
            random.nextInt(-Point.LONGITUDE_E7_MAX, Point.LONGITUDE_E7_MAX + 1));
    Map<String, String> attributes =
        format == FeatureFormat.CSV ? Map.of() : Map.of("k" + random.nextInt(3), "ü\n\"");
    return new Feature(
        "id" + random.nextInt(),
        point,
        random.nextBoolean() ? "" : "a,\"\n\tz",
        "c",
        attributes,
        0);
  }
}
