package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The hundred features that every official RouteGuide server ships.
final class OfficialFeaturesTest {

  private static final Pattern ROW =
      Pattern.compile(
          "\"latitude\": (-?\\d+),\\s*\"longitude\": (-?\\d+)\\s*},\\s*\"name\": \"(.*)\"");

  @ParameterizedTest
  @ValueSource(strings = {"route_guide_db.array.json", "route_guide_db.java.json"})
  void shouldFind64NamedFeaturesInTheOfficialBoxOverTheOfficialRows(String name) throws Exception {
    FeatureIndex index = load(data(name));
    GeoBox official =
        GeoBox.ofCorners(new Point(400000000, -750000000), new Point(420000000, -730000000));
    List<Feature> found = new ArrayList<>();
    index.snapshot().inBox(official, found::add);
    assertThat(index.snapshot().size()).isEqualTo(100);
    assertThat(found.stream().filter(Feature::isNamed)).hasSize(64);
  }

  private static Path data(String name) {
    Path file = Path.of(System.getProperty("guidepost.root", "."), "../shared/data/guide", name);
    assumeTrue(Files.isRegularFile(file), () -> "skipped, file is absent: " + file);
    return file;
  }

  private static FeatureIndex load(Path file) throws IOException {
    FeatureIndex index = new FeatureIndex();
    Matcher row = ROW.matcher(Files.readString(file));
    while (row.find()) {
      Point point = new Point(Integer.parseInt(row.group(1)), Integer.parseInt(row.group(2)));
      index.put(Feature.named("f" + row.start(), point, row.group(3)));
    }
    index.publish(1);
    return index;
  }
}
