package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.geo.Point;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                      Point.ofDegrees(1, 2), Optional.of(Instant.parse("2026-05-11T08:30:00Z")))
                  .beginningSegment(true),
              new Track.Fix(Point.ofDegrees(3, -4), Optional.empty()).beginningSegment(true));
    }
  }

  @Test
  void withoutTrackThePathCountsAndWithoutPathTheWaypoints() throws Exception {
    assertThat(points(GPX.formatted(1, 1, PATH)))
        .containsExactly(Point.ofDegrees(5, 6), Point.ofDegrees(7, 8));
    assertThat(points(GPX.formatted(1, 1, ""))).containsExactly(Point.ofDegrees(9, 9));
  }

  @Test
  void shouldRejectABadPointOfATrackAloneWithItsPlace() throws Exception {
    Track track =
        track(
            GPX.formatted(
                1,
                1,
                """
                <trk><trkseg><trkpt lat="97" lon="1"/><trkpt lat="NaN" lon="1"/><trkpt lat="4"/>
                <trkpt lat="46,5" lon="1"/><trkpt lat="5" lon="1"><time>0000-01-01T00:00:00Z</time></trkpt>
                <trkpt lat="5" lon="1"><time>now</time></trkpt><trkpt lat=" 6 " lon="
                8"/></trkseg></trk>
                """));
    assertThat(track.fixes()).extracting(Track.Fix::point).containsExactly(Point.ofDegrees(6, 8));
    assertThat(track.fixes().getFirst().beginsSegment()).isTrue();
    assertThat(track.unit()).isEqualTo("point");
    assertThat(track.rejected())
        .containsExactly(
            new FeatureRow.Rejected(1, "latitude must be -90..90 degrees: 97.0"),
            new FeatureRow.Rejected(2, "latitude \"NaN\": must be a number of degrees"),
            new FeatureRow.Rejected(3, "lon \"\": must be given in degrees"),
            new FeatureRow.Rejected(4, "latitude \"46,5\": must be a number of degrees"),
            new FeatureRow.Rejected(
                5,
                "time \"0000-01-01T00:00:00Z\": must be a time like 2026-05-11T08:30:00Z, of year"
                    + " 1..9999"),
            new FeatureRow.Rejected(
                6, "time \"now\": must be a time like 2026-05-11T08:30:00Z, of year 1..9999"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "<html/> | must be GPX: its first element must be gpx, not html",
        "<GPX/> | must be GPX: its first element must be gpx, not GPX",
        "GPX <wpt | line 1, column 80: the XML ends before its last element is closed",
        "<?xml version=\"1.0\"?> | line 1, column 21: the XML ends before its last element is"
            + " closed",
        "GPX <wpt><name>&big;</name></wpt></gpx> | line 1: entity \"big\": must be one of XML"
            + " itself, like &amp;",
        "<?xml version=\"1.0\" encoding=\"klingon\"?><gpx/> | encoding \"klingon\": must be one"
            + " that is known, like UTF-8, UTF-16, ISO-8859-1 or windows-1252",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><gpx/> | encoding \"UTF-16\": must be that of"
            + " the first bytes, which are of one byte a letter",
      })
  void brokenGpxSaysWhatIsWrong(String text, String message) {
    String start =
        "<gpx xmlns=\"http://www.topografix.com/GPX/1/1\" version=\"1.1\" creator=\"test\"><";
    assertThatThrownBy(() -> track(text.replace("GPX <", start)))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(message);
  }

  /// What a track does not need is no reason to refuse it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<gpx creator=\"x\">TRK</gpx>",
        "<gpx version=\"7.7.5-play\">TRK</gpx>",
        "<!DOCTYPE gpx SYSTEM \"gpx.dtd\" [<!ENTITY a \"b\">]><gpx>TRK</gpx>",
        "<?xml version=\"1.0\"?><?xml-stylesheet href=\"a.xsl\"?><!-- by X --><gpx>TRK</gpx>",
        "<gpx><metadata><bounds minlat=\"91\" maxlat=\"NaN\"/></metadata><metadata/>TRK</gpx>",
        "<gpx><metadata><author><email id=\"a\""
            + " domain=\"\"/></author><time>x</time></metadata>TRK</gpx>",
        "<gpx xmlns:u=\"urn:u\"><u:wpt lat=\"x\"/>TRK<foo>1</foo></gpx>",
        "<gpx><nobody:said>1</nobody:said>TRK</gpx>",
        "<g:gpx xmlns:g=\"http://www.topografix.com/GPX/1/1\"><g:trk><g:trkseg><g:trkpt lat=\"46\""
            + " lon=\"8\"/><g:trkpt lat=\"46.001\" lon=\"8\"/></g:trkseg></g:trk></g:gpx>",
        "<gpx>TRK<trk><number>x</number><link href=\"http://x/a b|c\"/><link/></trk></gpx>",
      })
  void shouldReadATrackWhateverStandsBesideIt(String text) throws Exception {
    Track track =
        track(
            text.replace(
                "TRK",
                "<trk><trkseg><trkpt lat=\"46\" lon=\"8\"><course>360</course><magvar>360</magvar>"
                    + "<sat>-1</sat><hdop>NaN</hdop><dgpsid>4095</dgpsid></trkpt>"
                    + "<trkpt lat=\"46.001\" lon=\"8\"/></trkseg></trk>"));
    assertThat(track.fixes())
        .extracting(Track.Fix::point)
        .containsExactly(Point.ofDegrees(46, 8), Point.ofDegrees(46.001, 8));
    assertThat(track.rejected()).isEmpty();
  }

  @Test
  void shouldReadElevationSpeedAndWhereSegmentsBegin() throws Exception {
    Track track =
        track(
            """
            <gpx><trk><trkseg><trkpt lat="1" lon="1"><ele>1e3</ele><speed>2.5</speed></trkpt>
            <trkpt lat="1" lon="2"><ele>12,5</ele><extensions><g:x><g:speed>3</g:speed></g:x></extensions>
            </trkpt></trkseg><trkseg/><trkseg><trkpt lat="2" lon="2"><time>2026-05-01 10:00:00</time></trkpt>
            </trkseg></trk><trk><trkseg><trkpt lat="3" lon="2"><time>2026-05-01T24:00:00+02:00</time></trkpt>
            </trkseg></trk></gpx>
            """);
    assertThat(track.fixes())
        .extracting(fix -> fix.altitude().orElse(-1))
        .containsExactly(1000.0, -1.0, -1.0, -1.0);
    assertThat(track.fixes())
        .extracting(fix -> fix.speed().orElse(-1))
        .containsExactly(2.5, 3.0, -1.0, -1.0);
    assertThat(track.fixes())
        .extracting(Track.Fix::beginsSegment)
        .containsExactly(true, false, true, true);
    assertThat(track.fixes().stream().flatMap(fix -> fix.time().stream()))
        .containsExactly(
            Instant.parse("2026-05-01T10:00:00Z"), Instant.parse("2026-05-01T22:00:00Z"));
    assertThat(track.leftOut().firstFault()).hasValue("point 2: ele \"12,5\": must be a number");
  }

  @Test
  void gpxThatIsNotXmlSaysWhere() {
    assertThatThrownBy(() -> track(GPX.formatted(1, 1, "<rte>")))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessageStartingWith("line 4, column 5: is not XML: ");
  }

  @Test
  void tableHasLatLonAndPerhapsTime() throws Exception {
    assertThat(points("1.5,2.5\n3,4,2026-05-11T08:30:00Z\n"))
        .containsExactly(Point.ofDegrees(1.5, 2.5), Point.ofDegrees(3, 4));
    assertThat(track("time,lon,lat\n2026-05-11T10:30:00+02:00,2,1\n").fixes())
        .containsExactly(
            new Track.Fix(Point.ofDegrees(1, 2), Optional.of(Instant.parse("2026-05-11T08:30:00Z")))
                .beginningSegment(true));
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
            new FeatureRow.Rejected(
                5,
                "has 1 columns, must have 3 like the header; empty cells keep their separators"));
  }

  @Test
  void rowOfAnotherWidthIsRejectedAlone() throws Exception {
    assertThat(track("lat,lon,time\n1,2\n1,2,\n1,2,,7\n").rejected())
        .containsExactly(
            new FeatureRow.Rejected(
                2, "has 2 columns, must have 3 like the header; empty cells keep their separators"),
            new FeatureRow.Rejected(4, "has 4 columns, must have 3 like the header"));
    Track bare = track("1,2\n3,4,2026-05-11T08:30:00Z\n5,6,,7\n");
    assertThat(bare.fixes()).hasSize(2);
    assertThat(bare.rejected())
        .containsExactly(
            new FeatureRow.Rejected(
                3, "has 4 columns, must have at most 3 without a header: lat, lon and time"));
  }

  @Test
  void shouldRejectAPointThatIsTooLateByItsPlaceAndNameTheFirstWithoutATime() throws Exception {
    Instant latest = Instant.parse("2026-05-12T00:00:00Z");
    String late = "2026-05-12T00:00:00.001Z";
    String line = "{\"type\":\"LineString\",\"coordinates\":[[2,1],[4,3],[6,5],[8,7]]}";
    List<Track> tracks = new ArrayList<>();
    for (String text :
        List.of(
            "lat,lon,time\n1,2,2026-05-12T00:00:00Z\n3,4,%s\n5,6,\n7,8,\n".formatted(late),
            "<gpx><rte><rtept lat='1' lon='2'/></rte><trk><trkseg><trkpt lat='1' lon='2'><time>"
                + "2026-05-12T00:00:00Z</time></trkpt><trkpt lat='3' lon='4'><time>"
                + late
                + "</time></trkpt><trkpt lat='5' lon='6'/></trkseg></trk></gpx>",
            "{\"type\":\"Feature\",\"properties\":{\"coordTimes\":[\"2026-05-12T00:00:00Z\",\""
                + late
                + "\",\"\",\"\"]},\"geometry\":"
                + line
                + "}")) {
      tracks.add(Track.read(Feeds.stream(text), latest));
    }
    String reason = "time \"%s\": must be at most %s".formatted(late, latest);
    assertThat(tracks.stream().map(track -> track.rejected().getFirst()))
        .containsExactly(
            new FeatureRow.Rejected(3, reason),
            new FeatureRow.Rejected(2, reason),
            new FeatureRow.Rejected(2, reason));
    assertThat(tracks.stream().map(track -> track.untimed().orElseThrow()))
        .containsExactly("line 4", "point 3", "point 3");
    assertThat(tracks.stream().map(Track::read)).containsExactly(4, 3, 4);
    assertThat(track("1,2,2026-05-12T00:00:00Z\n").untimed()).isEmpty();
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
    assertThatThrownBy(() -> track("{\"type\": \"LineString\", \"coordinates\": [[1, 2], [1"))
        .isInstanceOf(InvalidFeedException.class);
  }

  @Test
  void shouldRejectABadRecordOfASequenceAloneAndEndTheSegmentThere() throws Exception {
    String line = "{\"type\": \"LineString\", \"coordinates\": [[%d, 1], [%d, 2]]}\n";
    Track track =
        track(
            "\u001e{\"type\": \"Line\n\u001e"
                + line.formatted(1, 1)
                + "\u001e{\"crs\": 7}\n\u001e"
                + line.formatted(3, 3));
    assertThat(track.fixes())
        .extracting(Track.Fix::beginsSegment)
        .containsExactly(true, false, true, false);
    assertThat(track.rejected()).extracting(FeatureRow.Rejected::number).containsExactly(1L, 4L);
    assertThat(track.rejected())
        .extracting(FeatureRow.Rejected::reason)
        .allMatch(reason -> reason.startsWith("in its record of the sequence: "));
    assertThat(track.read()).isEqualTo(6);
  }

  @Test
  void shouldReadTimesAltitudesAndSpeedsOfGeoJsonAndGoOnAcrossTheAntimeridian() throws Exception {
    Track track =
        track(
            """
            RS{"type": "Feature", "properties": {"coordTimes": [
              ["2026-05-11T08:00:00Z", "2026-05-11T08:00:10Z"],
              ["2026-05-11T08:00:10Z", "2026-05-11T08:00:40Z"],
              ["2026-05-11T09:00:10Z", "2026-05-11T09:00:10Z"]], "speeds": [[1, null]]},
             "geometry": {"type": "MultiLineString", "coordinates": [
              [[179.9, 10, 5], [180, 10.1]], [[-180, 10.1], [-179.7, 10.4, "x"]],
              [[170, 10], [170, 10]]]}}
            RS{"type": "LineString", "coordinates": [[1, 2], [1, 200]]}
            """
                .replace("RS", "\u001e"));
    assertThat(track.fixes())
        .extracting(fix -> fix.point() + (fix.beginsSegment() ? " begins" : ""))
        .containsExactly(
            "10.0000000,179.9000000 begins",
            "10.1000000,180.0000000",
            "10.4000000,-179.7000000",
            "10.0000000,170.0000000 begins",
            "10.0000000,170.0000000",
            "2.0000000,1.0000000 begins");
    assertThat(track.fixes().getFirst().altitude()).hasValue(5);
    assertThat(track.fixes().getFirst().speed()).hasValue(1);
    assertThat(track.rejected())
        .containsExactly(new FeatureRow.Rejected(7, "latitude must be -90..90 degrees: 200.0"));
    assertThat(track.leftOut().firstFault()).hasValue("point 3: altitude \"x\": must be a number");
  }

  @Test
  void shouldKeepAPointThatComesTwiceWithinALine() throws Exception {
    Track track =
        track(
            """
            {"type": "Feature", "properties": {"coordTimes": [
              "2026-05-11T08:00:00Z", "2026-05-11T08:00:00Z", "2026-05-11T08:00:05Z"]},
             "geometry": {"type": "LineString", "coordinates": [[7, 46], [7, 46], [7, 46.1]]}}
            """);
    assertThat(track.fixes())
        .extracting(Track.Fix::beginsSegment)
        .containsExactly(true, false, false);
  }

  @Test
  void shouldGoOnWithALineAfterAnEmptyOne() throws Exception {
    Track track =
        track(
            """
            {"type": "Feature", "properties": {"coordTimes": [
              ["2026-05-11T08:00:00Z"], [], ["2026-05-11T08:00:00Z", "2026-05-11T08:00:05Z"]]},
             "geometry": {"type": "MultiLineString", "coordinates": [
              [[7, 46]], [], [[7, 46], [7, 46.1]]]}}
            """);
    assertThat(track.fixes()).extracting(Track.Fix::beginsSegment).containsExactly(true, false);
  }
}
