package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
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
  void shouldRejectABadWaypointAloneAndSayWhereAFileBreaksOff() throws Exception {
    assertThatThrownBy(() -> Feeds.rows(HEAD + "<wpt lat=\"1\" lon=\"2\"/><wpt lat=\"x\""))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 3, column 34: the XML ends before its last element is closed");
    assertThat(
            Feeds.rows(
                HEAD
                    + "<wpt lat=\"95\" lon=\"2\"/><wpt lat=\"5\" lon=\"2\"/><wpt"
                    + " lat=\"5\"/></gpx>"))
        .containsExactly(
            "1! latitude must be -90..90 degrees: 95.0",
            "2: |||5.0000000,2.0000000|{}",
            "3! lon \"\": must be given in degrees");
    assertThatThrownBy(() -> Feeds.rows("<osm version=\"0.6\"></osm>"))
        .hasMessage("must be GPX: its first element must be gpx, not osm");
  }

  @Test
  void shouldCountWhatAWaypointHasNoPlaceFor() throws Exception {
    FeatureFeed feed =
        FeatureFeed.open(
            Feeds.stream(
                HEAD
                    + """
                    <wpt lat="1" lon="2"><ele>1e3</ele><link href="http://x/a b"/><hdop>3</hdop>
                      <extensions><x:y>1</x:y></extensions></wpt>
                    <wpt lat="1" lon="2"><ele>NaN</ele><time>today</time><link/></wpt>
                    <wpt lat="1" lon="2"><ele>12,5</ele></wpt>
                    <rte><rtept lat="1" lon="1"/></rte></gpx>
                    """),
            FeatureColumns.BY_NAME);
    List<FeatureRow> rows = new ArrayList<>();
    feed.read(rows::add);
    assertThat(rows)
        .extracting(row -> ((FeatureRow.Parsed) row).feature().attributes())
        .containsExactly(Map.of("ele", "1000"), Map.of(), Map.of());
    assertThat(feed.leftOut().counts())
        .isEqualTo(
            Map.of("ele", 2L, "extensions", 1L, "hdop", 1L, "link", 2L, "rtept", 1L, "time", 1L));
    assertThat(feed.leftOut().firstFault()).hasValue("entry 2: ele \"NaN\": must be a number");
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
