package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;

/// The same answers as GeoJSON, GPX and CSV.
final class WebViewsTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);
  private static final String[] GEO_JSON = {"Accept", "application/geo+json"};
  private static final String[] CSV = {"Accept", "text/csv"};

  @TempDir Path data;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY)));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() {
    web.close();
    server.close();
  }

  private WebClient.Reply post(String path, String json) throws Exception {
    WebClient.Reply reply = web.post(path, json);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply;
  }

  private void putFeatures() throws Exception {
    post(
        "/v1/features:apply",
        """
        {"operations": [
          {"id": "1", "put": {"id": "a", "point": {"latitudeE7": 470000001, "longitudeE7": -5},
             "name": "=cmd|' /C calc'!A0", "category": "hut", "attributes": {"beds": "12"}}},
          {"id": "2", "put": {"id": "b", "point": {"latitudeE7": -470000000, "longitudeE7": 80500000},
             "name": "Old, \\"inn\\""}}]}\
        """);
  }

  @Test
  void shouldShowFeaturesAsGeoJson() throws Exception {
    putFeatures();
    WebClient.Reply reply = web.get("/v1/features", GEO_JSON);
    assertThat(reply.header("content-type")).startsWith("application/geo+json");
    JsonNode all = reply.json();
    assertThat(all.get("type").asString()).isEqualTo("FeatureCollection");
    assertThat(all.get("features")).hasSize(2);
    JsonNode a = byId(all, "a");
    assertThat(a.get("type").asString()).isEqualTo("Feature");
    assertThat(a.at("/geometry/type").asString()).isEqualTo("Point");
    assertThat(a.at("/geometry/coordinates/0").asDouble()).isEqualTo(-0.0000005);
    assertThat(a.at("/geometry/coordinates/1").asDouble()).isEqualTo(47.0000001);
    assertThat(a.at("/properties/beds").asString()).isEqualTo("12");
    assertThat(all.at("/list/revision").asString()).isEqualTo("1");
    JsonNode nearest =
        web.get(
                "/v1/features:nearest?origin.latitudeE7=470000000&origin.longitudeE7=0&count=1",
                GEO_JSON)
            .json();
    assertThat(nearest.at("/features/0/properties/metres").asDouble()).isLessThan(1);
    JsonNode one = web.get("/v1/features/a", GEO_JSON).json();
    assertThat(one.get("type").asString()).isEqualTo("Feature");
    assertThat(one.get("id").asString()).isEqualTo("a");
  }

  private static JsonNode byId(JsonNode all, String id) {
    for (JsonNode each : all.get("features")) {
      if (each.get("id").asString().equals(id)) {
        return each;
      }
    }
    throw new AssertionError("no " + id);
  }

  @Test
  void shouldShowFeaturesAndRoutesAsCsvWhoseWordsAreNoFormulas() throws Exception {
    putFeatures();
    post(
        "/v1/routes:apply",
        """
        {"operations": [{"id": 1, "add": {"prefix": "10.0.0.0/8", "nextHop": "192.0.2.1", "metric": 5,
           "tags": ["x", "y"]}}]}\
        """);
    WebClient.Reply features = web.get("/v1/features", CSV);
    assertThat(features.header("content-type")).startsWith("text/csv");
    assertThat(features.body().split("\r\n"))
        .contains(
            "id,latitude,longitude,name,category,attributes,revision",
            "a,47.0000001,-0.0000005,'=cmd|' /C calc'!A0,hut,beds=12,1",
            "b,-47,8.05,\"Old, \"\"inn\"\"\",,,1");
    assertThat(web.get("/v1/routes", CSV).body())
        .isEqualTo(
            """
            prefix,next_hop,interface_name,metric,distance,source,kind,tags,revision,update_time\r
            10.0.0.0/8,192.0.2.1,,5,1,static,unicast,x y,1,\r
            """);
  }

  @Test
  void shouldShowNotesAsGeoJson() throws Exception {
    post(
        "/v1/notes",
        """
        {"note": {"author": "ann", "kind": "hazard", "text": "ice",
          "point": {"latitudeE7": 470000000, "longitudeE7": 80000000},
          "to": {"latitudeE7": 470100000, "longitudeE7": 80000000}}}\
        """);
    JsonNode notes =
        web.get(
                "/v1/notes?box.southE7=460000000&box.northE7=480000000&box.westE7=70000000"
                    + "&box.eastE7=90000000",
                GEO_JSON)
            .json();
    JsonNode note = notes.at("/features/0");
    assertThat(note.at("/geometry/type").asString()).isEqualTo("LineString");
    assertThat(note.at("/geometry/coordinates/1/1").asDouble()).isEqualTo(47.01);
    assertThat(note.at("/properties/text").asString()).isEqualTo("ice");
    assertThat(note.get("properties").has("point")).isFalse();
  }

  @Test
  void shouldShowATripAsGeoJsonAndAsGpx() throws Exception {
    List<String> fixes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      fixes.add(
          """
          {"point": {"latitudeE7": %d, "longitudeE7": 80000000}, "time": "2026-01-01T00:%02d:00Z",
           "altitudeMetres": %d, "beginsSegment": %b}\
          """
              .formatted(470000000 + i * 1000, i, 400 + i, i == 4));
    }
    post(
        "/v1/trips:append",
        """
        {"start": {"tripId": "t1", "traveller": "ann", "name": "up <&> down"},
         "batch": {"number": 1, "fixes": [%s]}, "finish": true}\
        """
            .formatted(String.join(",", fixes)));
    JsonNode track = web.get("/v1/trips/t1/fixes", GEO_JSON).json();
    assertThat(track.get("features")).hasSize(2);
    assertThat(track.at("/features/0/geometry/type").asString()).isEqualTo("LineString");
    assertThat(track.at("/features/0/geometry/coordinates")).hasSize(4);
    assertThat(track.at("/features/1/geometry/coordinates")).hasSize(6);
    assertThat(track.at("/features/1/geometry/coordinates/5/2").asDouble()).isEqualTo(409);
    assertThat(track.at("/features/1/properties/endTime").asString())
        .isEqualTo("2026-01-01T00:09:00Z");
    assertThat(track.at("/features/1/properties/name").asString()).isEqualTo("up <&> down");
    for (String path : List.of("/v1/trips/t1/fixes", "/v1/trips/t1/track")) {
      assertThat(gpx(path).getElementsByTagName("name").item(0).getTextContent())
          .isEqualTo("up <&> down");
    }
    Document xml = gpx("/v1/trips/t1/fixes");
    assertThat(xml.getElementsByTagName("trkseg").getLength()).isEqualTo(2);
    Element first = (Element) xml.getElementsByTagName("trkpt").item(0);
    assertThat(first.getAttribute("lat")).isEqualTo("47");
    assertThat(first.getAttribute("lon")).isEqualTo("8");
    assertThat(first.getElementsByTagName("ele").item(0).getTextContent()).isEqualTo("400.0");
    assertThat(web.get("/v1/trips/t1", GEO_JSON).json().at("/properties/traveller").asString())
        .isEqualTo("ann");
    assertThat(web.get("/v1/trips", GEO_JSON).json().get("features")).hasSize(1);
  }

  private Document gpx(String path) throws Exception {
    WebClient.Reply gpx = web.get(path, "Accept", "application/gpx+xml");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(
            new java.io.ByteArrayInputStream(
                gpx.response().body().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
