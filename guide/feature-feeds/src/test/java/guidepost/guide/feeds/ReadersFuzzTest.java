package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.feeds.InvalidFeedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a file is made of: it is read, or an [InvalidFeedException] says on one line what is
/// wrong with it. Longer with `-Dguidepost.long=true`.
final class ReadersFuzzTest {

  private static final int ROUNDS = Boolean.getBoolean("guidepost.long") ? 400_000 : 4_000;

  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          "<",
          ">",
          "</",
          "/>",
          "&",
          "&#0;",
          "&#xd800;",
          "&x;",
          "<!DOCTYPE a [",
          "]]>",
          "<![CDATA[",
          "<?",
          "?>",
          "<!--",
          "-->",
          "NaN",
          "Infinity",
          "1e999",
          "-",
          "\0",
          "\ufeff",
          "\ud800",
          "\\ud800",
          "\\u0000",
          "[",
          "]",
          "{",
          "}",
          ",",
          ";",
          ":",
          "sep=",
          "\n",
          "\r",
          "\t",
          "\u001e",
          "null",
          "true",
          "99999999999999999999",
          "0x1",
          "a:b",
          "xmlns=\"x\"",
          "encoding=",
          "UTF-16",
          "gpx",
          "trkpt",
          "\"crs\":",
          "x".repeat(300),
          "[".repeat(1_200),
          "<a>".repeat(120),
          "2026-13-01T00:00:00Z",
          "+999999999-01-01T00:00:00Z");

  /// What is of no use in a message for people.
  private static final List<String> INSIDES =
      List.of("Exception", "com.ctc", "tools.jackson", "fastcsv");

  /// Files that are right, of every format.
  enum Sample {
    GPX(
        """
        <?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
        <wpt lat="46" lon="8"><ele>5</ele><time>2026-05-01T10:00:00Z</time><name>ü &amp; b</name></wpt>
        <rte><rtept lat="1" lon="2"/></rte><trk><trkseg><trkpt lat="46" lon="8"><ele>1</ele>
        <time>2026-05-01T10:00:00+02:00</time><extensions><a:speed>3</a:speed></extensions></trkpt>
        </trkseg></trk></gpx>
        """),
    GEOJSON(
        """
        {"type": "FeatureCollection", "crs": null, "features": [
         {"type": "Feature", "id": 7, "properties": {"name": "é", "coordTimes": ["2026-05-01T10:00:00Z"]},
          "geometry": {"type": "Point", "coordinates": [8, 46, 7]}},
         {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[8, 46], [8, 47]]}}]}
        """),
    DATABASE("[{\"location\": {\"latitude\": 407838351, \"longitude\": 1}, \"name\": \"P\"}]"),
    JSON_LINES(
        "{\"name\": \"A\", \"latitude\": 1, \"longitude\": 2, \"attributes\": {\"x\": \"y\"}}\n"),
    CSV("sep=;\nid;name;lat;lon;time\n1;\"A\";46,5;8;2026-05-01T10:00:00Z\n2;B;1;2;\n"),
    TSV("name\tlat\tlon\tspeed\nA\t46.5\t8\t3\n");

    private final String text;

    Sample(String text) {
      this.text = text;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadAFileOrSayOnOneLineWhatIsWrong(Sample sample) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("ReadersFuzzTest: -Dguidepost.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] file = mutated(sample.text.getBytes(StandardCharsets.UTF_8), random);
      read(file, "seed %d, round %d".formatted(seed, round));
    }
  }

  private static byte[] mutated(byte[] file, Random random) {
    byte[] bytes = file;
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = mutatedOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutatedOnce(byte[] file, Random random) {
    int at = random.nextInt(file.length + 1);
    int cut = Math.min(random.nextInt(12), file.length - at);
    byte[] piece =
        switch (random.nextInt(5)) {
          case 0 -> new byte[0];
          case 1 -> new byte[] {(byte) random.nextInt(256)};
          case 2 -> file.clone();
          default -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        };
    byte[] mutated = new byte[file.length - cut + piece.length];
    System.arraycopy(file, 0, mutated, 0, at);
    System.arraycopy(piece, 0, mutated, at, piece.length);
    System.arraycopy(file, at + cut, mutated, at + piece.length, file.length - at - cut);
    return mutated.length > 1 << 16 ? file : mutated;
  }

  private static void read(byte[] file, String where) {
    List<String> reasons = new ArrayList<>();
    try {
      FeatureFeed.open(new ByteArrayInputStream(file), FeatureColumns.BY_NAME)
          .read(row -> add(row, reasons));
    } catch (InvalidFeedException e) {
      reasons.add(e.getMessage());
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(where + ": " + new String(file, StandardCharsets.UTF_8), e);
    }
    try {
      Track track = Track.read(new ByteArrayInputStream(file));
      track.rejected().forEach(row -> add(row, reasons));
      track.leftOut().firstFault().ifPresent(reasons::add);
    } catch (InvalidFeedException e) {
      reasons.add(e.getMessage());
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(where + ": " + new String(file, StandardCharsets.UTF_8), e);
    }
    assertThat(reasons.stream().filter(reason -> !isOneLine(reason)).findFirst())
        .as(where)
        .isEmpty();
  }

  private static boolean isOneLine(String reason) {
    return !reason.isBlank()
        && reason.length() < 500
        && reason.chars().noneMatch(Character::isISOControl)
        && INSIDES.stream().noneMatch(reason::contains);
  }

  private static void add(FeatureRow row, List<String> reasons) {
    if (row instanceof FeatureRow.Rejected rejected) {
      reasons.add(rejected.reason());
    }
  }
}
