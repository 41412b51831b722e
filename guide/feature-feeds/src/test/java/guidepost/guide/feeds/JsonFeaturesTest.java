package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonFeaturesTest {

  private static final String TWO =
      """
      [{"location": {"latitude": 407838351, "longitude": -746143763}, "name": "Patriots Path"},
       {"location": {"latitude": 407838352}, "name": "", "note": 7}]
      """;

  @Test
  void bothShapesOfTheGuidesDatabaseSayTheSame() throws Exception {
    String[] rows = {
      "1: |Patriots Path||40.7838351,-74.6143763|{}", "2: |||40.7838352,0.0000000|{note=7}"
    };

    assertThat(Feeds.rows(TWO)).containsExactly(rows);
    assertThat(Feeds.rows("{\"version\": [1], \"feature\": " + TWO + "}")).containsExactly(rows);
  }

  @Test
  void badEntryOfTheDatabaseIsRejectedAlone() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"name": "a"}, 5,
                 {"location": {"latitude": 1.5}},
                 {"location": {"latitude": 900000001}},
                 {"location": {"latitude": 1, "longitude": 2}, "name": "b"}]
                """))
        .containsExactly(
            "1! location \"\": must be given",
            "2! row \"5\": must be a JSON object",
            "3! latitude \"1.5\": must be a whole number (E7)",
            "4! latitude must be -900000000..900000000 (E7): 900000001",
            "5: |b||0.0000001,0.0000002|{}");
  }

  @Test
  void jsonThatBreaksOffSaysWhereAndInWhat() {
    assertThatThrownBy(() -> Feeds.rows("[{\"location\": {\"latitude\": 1}},\n{\"loc"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 2, column 6: the JSON ends in the middle of a name");
    assertThatThrownBy(() -> Feeds.rows("{\"type\": \"FeatureCollection\", \"features\": ["))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 1, column 44: the JSON ends in the middle of an array");
    assertThatThrownBy(() -> Feeds.rows("{\"type\": \"Feature\",\n \"id\" 7}"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 2, column 7: '7' must not stand here in JSON");
  }

  @Test
  void featureCollectionIsReadWithItsProperties() throws Exception {
    assertThat(
            Feeds.rows(
                """
                {"type": "FeatureCollection", "features": [
                  {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [2, 1, 99]},
                   "properties": {"name": "a", "category": "fuel", "open": true, "tags": ["x"],
                                  "none": null}},
                  {"type": "Feature", "properties": null,
                   "geometry": {"type": "Point", "coordinates": [2.5, -1.5]}}]}
                """))
        .containsExactly(
            "1: 7|a|fuel|1.0000000,2.0000000|{ele=99, open=true, tags=[\"x\"]}",
            "2: |||-1.5000000,2.5000000|{}");
  }

  @Test
  void otherGeometriesAreRejectedWithTheirPlace() throws Exception {
    assertThat(
            Feeds.rows(
                """
                {"features": [
                  {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}},
                  {"type": "Feature", "geometry": null},
                  {"type": "Feature", "geometry": {"type": "Point", "coordinates": ["a", 1]}},
                  {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 90.1]}}],
                 "type": "FeatureCollection"}
                """))
        .containsExactly(
            "1! geometry \"Polygon\": must be a Point",
            "2! geometry \"\": must be a Point",
            "3! longitude \"a\": must be a number",
            "4! latitude must be -90..90 degrees: 90.1");
  }

  @Test
  void singleFeaturesMayFollowEachOther() throws Exception {
    String feature =
        """
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2, 1]}, "properties": {}}
        """;

    assertThat(Feeds.rows(feature + feature))
        .containsExactly("1: |||1.0000000,2.0000000|{}", "2: |||1.0000000,2.0000000|{}");
  }

  @Test
  void jsonLinesAreRejectedOneByOne() throws Exception {
    assertThat(
            Feeds.rows(
                """
                {"id": "f1", "name": "a", "latitude": 1, "longitude": 2, "attributes": {"x": "y"}}
                {"latitude": 1}
                {"latitude": 1, "longitude": 2, "colour": "red"}
                {"latitude": 1, "longitude":
                """))
        .satisfiesExactly(
            row -> assertThat(row).isEqualTo("1: f1|a||1.0000000,2.0000000|{x=y}"),
            row -> assertThat(row).isEqualTo("2! longitude \"\": must be a number"),
            row ->
                assertThat(row)
                    .isEqualTo(
                        "3! field \"colour\": is not known; other facts belong into attributes"),
            row ->
                assertThat(row)
                    .isEqualTo(
                        "4! must be a JSON object: column 29: the JSON ends in the middle of an"
                            + " object"));
  }

  @Test
  void textOfNoKnownFormatIsAnErrorThatListsThem() {
    assertThatThrownBy(() -> Feeds.rows("{\"colour\": \"red\"}"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(
            "the format cannot be told from the beginning; name one of"
                + " csv, tsv, geojson, jsonl, route-guide-db, gpx, osm-pbf");
  }

  @Test
  void shouldReadSequencesArraysAndBarePoints() throws Exception {
    String feature =
        "{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [2, 1]}}";
    String row = ": |||1.0000000,2.0000000|{}";
    assertThat(Feeds.rows("\u001e" + feature + "\n\u001e" + feature + "\n"))
        .containsExactly("1" + row, "2" + row);
    assertThat(Feeds.rows("[" + feature + "," + feature + "]"))
        .containsExactly("1" + row, "2" + row);
    assertThat(Feeds.rows("{\"type\": \"Point\", \"coordinates\": [2, 1]}"))
        .containsExactly("1" + row);
    assertThat(Feeds.rows("{\"type\": \"MultiPoint\", \"coordinates\": [[2, 1]]}"))
        .containsExactly("1! geometry \"MultiPoint\": must be a Point");
  }

  @Test
  void shouldRejectABadRecordOfASequenceAloneAndReadTheOthers() throws Exception {
    String good = "{\"type\": \"Feature\", \"geometry\": %s}";
    String feature = good.formatted("{\"type\": \"Point\", \"coordinates\": [2, 1]}");
    String crs =
        feature.replace(
            "{\"type\": \"F",
            "{\"crs\": {\"properties\": {\"name\": \"EPSG:2056\"}}, \"type\": \"F");
    String collection = "{\"features\": [%s, %s, {\"type\"".formatted(feature, feature);
    String row = ": |||1.0000000,2.0000000|{}";
    String in = "in its record of the sequence: ";
    List<String> rows =
        Feeds.rows(
            String.join(
                "\u001e",
                List.of(
                    "",
                    "no JSON\n",
                    feature + "\n",
                    feature.substring(0, 30), // cut, as by a writer that was ended
                    feature + "\n",
                    "\n",
                    good.formatted("{\"type\": \"Point\"}") + "\n",
                    collection + "\n",
                    crs + "\n",
                    "7\n",
                    feature + "}\n",
                    feature)));
    assertThat(rows)
        .containsExactly(
            "1! " + in + "line 1, column 1: 'no' must not stand here in JSON",
            "2" + row,
            "3! " + in + "line 1, column 31: the JSON ends in the middle of an object",
            "4" + row,
            "5! latitude \"\": must be a number",
            "6" + row,
            "7" + row,
            "8! " + in + "line 2, column 1: the JSON ends in the middle of an object",
            "9! " + in + "crs \"EPSG:2056\": must be WGS84 (EPSG:4326); transform the file first",
            "10! " + in + "must be a FeatureCollection or a Feature",
            "11" + row,
            "12! " + in + "line 1, column 74: '}' must not stand here in JSON",
            "13" + row);
  }

  /// The name of the system comes after the features: none of them may be taken.
  @Test
  void shouldRejectARecordOfAnotherReferenceSystemAsOne() throws Exception {
    String point = "{\"type\": \"Point\", \"coordinates\": [2, 1]}";
    String feature = "{\"type\": \"Feature\", \"geometry\": %s}".formatted(point);
    String crs = "\"crs\": {\"properties\": {\"name\": \"EPSG:2056\"}}";
    List<String> rows =
        Feeds.rows(
            "\u001e{\"type\": \"FeatureCollection\", \"features\": [%s, %s], %s}\n\u001e%s\n"
                .formatted(feature, feature, crs, point));
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst()).startsWith("1! in its record of the sequence: crs");
    assertThat(rows.getLast()).startsWith("2: ");
  }

  @Test
  void shouldRefuseAnotherReferenceSystemByNameWhereverItStandsAndHandOverNothing() {
    String features =
        "\"features\": [{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\","
            + " \"coordinates\": [2, 1]}}]";
    String crs =
        "\"crs\": {\"type\": \"name\", \"properties\": {\"name\": \"urn:ogc:def:crs:EPSG::3857\"}}";
    String type = "{\"type\": \"FeatureCollection\", ";
    for (String text : List.of(crs + ", " + features, features + ", " + crs)) {
      List<FeatureRow> rows = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  FeatureFeed.open(Feeds.stream(type + text + "}"), FeatureColumns.BY_NAME)
                      .read(rows::add))
          .isInstanceOf(InvalidFeedException.class)
          .hasMessage(
              "crs \"urn:ogc:def:crs:EPSG::3857\": must be WGS84 (EPSG:4326); transform the file"
                  + " first");
      assertThat(rows).isEmpty();
    }
    assertThatCode(() -> Feeds.rows(type + features + ", " + crs.replace("3857", "4326") + "}"))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldRejectHalfASurrogatePairAndNul() throws Exception {
    String feature =
        "{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [2, 1]},"
            + " \"properties\": {\"name\": \"%s\", \"x\": \"%s\"}}\n";
    assertThat(
            Feeds.rows(
                feature.formatted("a\\ud800", "")
                    + feature.formatted("\\udc00\\ud800", "")
                    + feature.formatted("a\\u0000b", "")
                    + feature.formatted("\\ud83d\\ude00", "a\\u0000")
                    + feature.formatted("\\ud83d\\ude00", "y")))
        .containsExactly(
            "1! name \"a\ufffd\": must not have half a surrogate pair",
            "2! name \"\ufffd\ufffd\": must not have half a surrogate pair",
            "3! name \"a\ufffdb\": must not have the character NUL",
            "4! x \"a\ufffd\": must not have the character NUL",
            "5: |\ud83d\ude00||1.0000000,2.0000000|{x=y}");
  }

  @Test
  void shouldSayOnceThatAnArrayOfObjectsIsReadOneALine() {
    assertThatThrownBy(() -> Feeds.rows("[{\"name\":\"a\",\"latitude\":1,\"longitude\":2}]"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessageStartingWith("is an array of objects with a latitude")
        .hasMessageContaining("jq -c '.[]' FILE")
        .hasMessageContaining("--format");
  }
}
