package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.Point;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GpxFeaturesTest {

  private static final String HEAD =
      """
      <?xml version="1.0"?>
      <gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">
      """;

  @Test
  void waypointsAreFeaturesAndTracksAreNot() throws Exception {
    String text =
        HEAD
            + """
            <wpt lat="46.5" lon="7.25"><ele>1200.50</ele><time>2026-05-11T08:00:00Z</time>
              <name>Hut</name><desc>warm</desc><sym>Lodge</sym><type>hut</type></wpt>
            <wpt lat="-1" lon="-180"/>
            <trk><trkseg><trkpt lat="1" lon="1"/></trkseg></trk>
            </gpx>
            """;
    assertThat(Feeds.rows(text))
        .containsExactly(
            "1: |Hut|hut|46.5000000,7.2500000"
                + "|{desc=warm, ele=1200.5, sym=Lodge, time=2026-05-11T08:00:00Z}",
            "2: |||-1.0000000,-180.0000000|{}");
  }

  @Test
  void brokenFileIsNoFeatureAtAll() {
    assertThatThrownBy(() -> Feeds.rows(HEAD + "<wpt lat=\"1\" lon=\"2\"/><wpt lat=\"x\""))
        .isInstanceOf(InvalidFeedException.class);
    assertThatThrownBy(() -> Feeds.rows(HEAD + "<wpt lat=\"95\" lon=\"2\"/></gpx>"))
        .isInstanceOf(InvalidFeedException.class);
    assertThatThrownBy(() -> Feeds.rows("<osm version=\"0.6\"></osm>"))
        .hasMessage("must be GPX: its first element must be gpx");
  }

  @Test
  void whatIsWrittenIsReadBackButForIdsAndAttributesThatGpxDoesNotHave() throws Exception {
    StringWriter out = new StringWriter();
    FeatureWriter writer = FeatureWriter.of(FeatureFormat.GPX, out);
    writer.write(
        new Feature(
            "a",
            new Point(465_000_000, 72_500_001),
            "Fish & <Chips> \u0001",
            "food",
            Map.of("desc", "ü", "ele", "12.5", "time", "noon", "brand", "X"),
            7));
    assertThat(writer.keeps("desc")).isTrue();
    assertThat(writer.keeps("brand")).isFalse();
    writer.close();
    assertThat(Feeds.rows(out.toString()))
        .containsExactly("1: |Fish & <Chips> \ufffd|food|46.5000000,7.2500001|{desc=ü, ele=12.5}");
  }

  @Test
  void fileWithoutFeaturesIsWellFormed() throws Exception {
    StringWriter out = new StringWriter();
    FeatureWriter.of(FeatureFormat.GPX, out).close();
    assertThat(Feeds.rows(out.toString())).isEmpty();
  }
}
