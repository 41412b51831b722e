package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.index.Point;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackTest {

  private static final String GPX =
      """
      <?xml version="1.0"?>
      <gpx xmlns="http://www.topografix.com/GPX/1/%d" version="1.%d" creator="test">
        <wpt lat="9" lon="9"/>%s
      </gpx>
      """;
  private static final String PATH =
      "<rte><rtept lat=\"5\" lon=\"6\"/><rtept lat=\"7\" lon=\"8\"/></rte>";
  private static final String TRACK =
      """
      <trk><trkseg><trkpt lat="1" lon="2"><time>2026-05-11T08:30:00Z</time></trkpt></trkseg>
      <trkseg><trkpt lat="3" lon="-4"/></trkseg></trk>\
      """;

  @Test
  void trackPointsOfAllSegmentsComeFirst() throws Exception {
    for (int version : new int[] {0, 1}) {
      Track track = track(GPX.formatted(version, version, PATH + TRACK));

      assertThat(track.fixes())
          .containsExactly(
              new Track.Fix(
                  Point.ofDegrees(1, 2), Optional.of(Instant.parse("2026-05-11T08:30:00Z"))),
              new Track.Fix(Point.ofDegrees(3, -4), Optional.empty()));
    }
  }

  @Test
  void withoutTrackThePathCountsAndWithoutPathTheWaypoints() throws Exception {
    assertThat(points(GPX.formatted(1, 1, PATH)))
        .containsExactly(Point.ofDegrees(5, 6), Point.ofDegrees(7, 8));
    assertThat(points(GPX.formatted(1, 1, ""))).containsExactly(Point.ofDegrees(9, 9));
  }

  @Test
  void gpxThatBreaksARuleIsRefusedAsAWhole() {
    assertThatThrownBy(() -> track(GPX.formatted(1, 1, PATH.replace("\"7\"", "\"97\""))))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("lat: 97.000000 is not in range [-90, 90].");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "<gpx creator=\"x\"/> | attribute version of gpx: must be 1.0 or 1.1",
        "<gpx version=\"2.7\"/> | attribute version \"2.7\" of gpx: must be 1.0 or 1.1",
        "<html/> | must be GPX: its first element must be gpx",
        "<!DOCTYPE gpx><gpx/> | must be GPX without a DOCTYPE",
        "GPX <wpt lat=\"1\"/></gpx> | wpt: must have lat and lon in degrees",
        "GPX <wpt lat=\"x\" lon=\"1\"/></gpx> | lat \"x\": must be a number of degrees",
        "GPX <wpt lat=\"1\" lon=\"1\"><time>now</time></wpt></gpx>"
            + " | time \"now\": must be a time like 2026-05-11T08:30:00Z",
        "GPX <foo/></gpx> | element \"foo\": is not one of GPX in this place",
        "GPX <wpt | line 1, column 81: the XML ends before its last element is closed",
        "<?xml version=\"1.0\"?> | line 1, column 22: the XML ends before its last element is"
            + " closed",
      })
  void brokenGpxSaysWhatIsWrong(String text, String message) {
    String start =
        "<gpx xmlns=\"http://www.topografix.com/GPX/1/1\" version=\"1.1\" creator=\"test\"><";
    assertThatThrownBy(() -> track(text.replace("GPX <", start)))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(message);
  }

  @Test
  void gpxThatIsNotXmlSaysWhere() {
    assertThatThrownBy(() -> track(GPX.formatted(1, 1, "<rte>")))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessageStartingWith("line 4, column 3: is not XML: ");
  }

  @Test
  void tableHasLatLonAndPerhapsTime() throws Exception {
    assertThat(points("1.5,2.5\n3,4,2026-05-11T08:30:00Z\n"))
        .containsExactly(Point.ofDegrees(1.5, 2.5), Point.ofDegrees(3, 4));
    assertThat(track("time,lon,lat\n2026-05-11T10:30:00+02:00,2,1\n").fixes())
        .containsExactly(
            new Track.Fix(
                Point.ofDegrees(1, 2), Optional.of(Instant.parse("2026-05-11T08:30:00Z"))));
  }

  @Test
  void badRowOfATableIsRejectedAlone() throws Exception {
    Track track = track("lat,lon,time\n1,2,\n91,2,\n1,2,yesterday\n3\n3,4,\n");

    assertThat(track.read()).isEqualTo(5);
    assertThat(track.fixes()).hasSize(2);
    assertThat(track.rejected())
        .containsExactly(
            new FeatureRow.Rejected(3, "latitude must be -90..90 degrees: 91.0"),
            new FeatureRow.Rejected(
                4, "time \"yesterday\": must be a time with zone like 2026-05-11T08:30:00Z"),
            new FeatureRow.Rejected(5, "longitude \"\": must be a number of degrees"));
  }

  @Test
  void tableWithoutPositionsNamesItsColumns() {
    assertThatThrownBy(() -> track("speed,time\n1,2\n"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("header: there must be columns lat and lon; the columns are speed, time");
  }

  private static Track track(String text) throws IOException {
    return Track.read(Feeds.stream(text));
  }

  private static List<Point> points(String text) throws IOException {
    return track(text).fixes().stream().map(Track.Fix::point).toList();
  }

  @Test
  void lineStringsOfGeoJsonAreATrackInOrder() throws Exception {
    Track track =
        track(
            """
            {"type": "FeatureCollection", "features": [
              {"type": "Feature", "geometry": {"type": "Point", "coordinates": [9, 9]}},
              {"type": "Feature", "properties": null, "geometry":
                {"type": "LineString", "coordinates": [[7, 46], [7.5, 46.5, 1200]]}},
              {"type": "MultiLineString", "coordinates": [[[8, 47]], [[8, 48]]]}]}
            """);

    assertThat(track.fixes())
        .extracting(fix -> fix.point().toString())
        .containsExactly(
            "46.0000000,7.0000000",
            "46.5000000,7.5000000",
            "47.0000000,8.0000000",
            "48.0000000,8.0000000");
  }

  @Test
  void brokenGeoJsonIsNoTrackAtAll() {
    assertThatThrownBy(() -> track("{\"type\": \"Point\", \"coordinates\": [1, 2]}"))
        .hasMessage("must have a LineString with points: there is none");
    assertThatThrownBy(
            () -> track("{\"type\": \"LineString\", \"coordinates\": [[1, 2], [1, 200]]}"))
        .hasMessage("latitude must be -90..90 degrees: 200.0");
    assertThatThrownBy(() -> track("{\"type\": \"LineString\", \"coordinates\": [[1, 2], [1"))
        .isInstanceOf(InvalidFeedException.class);
  }
}
