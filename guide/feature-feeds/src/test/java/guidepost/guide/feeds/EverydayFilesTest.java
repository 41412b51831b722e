package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.feeds.InvalidFeedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Small files that other programs stumbled over, which are not part of the repository.
final class EverydayFilesTest {

  private static final Path FILES =
      Path.of(System.getProperty("guidepost.root", ".."), "../shared/data/cases/guide");

  private static List<Path> files(String pattern) throws IOException {
    assumeTrue(Files.isDirectory(FILES), () -> "skipped: there is no " + FILES);
    try (Stream<Path> files = Files.list(FILES)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    }
  }

  private static Path file(String name) {
    Path file = FILES.resolve(name);
    assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
    return file;
  }

  private static List<FeatureRow> rows(Path file) throws IOException {
    List<FeatureRow> rows = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      FeatureFeed.open(in, FeatureColumns.BY_NAME).read(rows::add);
    }
    return rows;
  }

  @Test
  void shouldReadEachOrSayOnOneLineWhatIsWrong() throws Exception {
    for (Path file : files(".*")) {
      try {
        rows(file);
      } catch (InvalidFeedException e) {
        assertThat(e.getMessage()).as("%s", file).hasSizeLessThan(400).doesNotContain("\n");
      }
      try (InputStream in = Files.newInputStream(file)) {
        Track.read(in);
      } catch (InvalidFeedException e) {
        assertThat(e.getMessage()).as("%s", file).hasSizeLessThan(400).doesNotContain("\n");
      }
    }
  }

  /// What is not used is no reason to refuse a file; names in capitals are others.
  @Test
  void shouldReadThePointsOfEverydayGpx() throws Exception {
    for (Path file : files("q_(?!upper).*[.]gpx")) {
      try (InputStream in = Files.newInputStream(file)) {
        Track track = Track.read(in);
        assertThat(track.rejected()).as("%s", file).isEmpty();
        assertThat(track.fixes()).as("%s", file).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "latin1.gpx, Zürich",
    "w1252.gpx, Café – Zürich “x”",
    "sjis.gpx, 東京駅",
    "semi.csv, A",
    "sep.csv, A",
    "qcomma.csv, A",
    "hdr_y_x.csv, Hy",
    "excelbom.csv, Z",
    "rfc8142.json, rs0",
    "arr.json, p",
    "baregeom.json, ''",
    "bom.json, p",
    "linkwpt.gpx, ok",
    "geotour.gpx, GC1",
    "prefixed.gpx, pre"
  })
  void shouldReadTheFirstName(String name, String expected) throws Exception {
    FeatureRow first = rows(file(name)).getFirst();
    assertThat(((FeatureRow.Parsed) first).feature().name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"p_zstd.pbf", "p_lzma.pbf", "p_xz.pbf", "p_raw.pbf"})
  void shouldReadBlocksHoweverTheyArePacked(String name) throws Exception {
    assertThat(rows(file(name))).isNotEmpty().allMatch(FeatureRow.Parsed.class::isInstance);
  }
}
