package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names must come out as they went in, or not at all.
final class EncodingsTest {

  private static List<FeatureRow> rows(byte[] file) throws Exception {
    List<FeatureRow> rows = new ArrayList<>();
    FeatureFeed.open(new ByteArrayInputStream(file), FeatureColumns.BY_NAME).read(rows::add);
    return rows;
  }

  private static String onlyName(byte[] file) throws Exception {
    return ((FeatureRow.Parsed) rows(file).getFirst()).feature().name();
  }

  private static byte[] marked(String text, String charset) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("\ufeff".getBytes(Charset.forName(charset)));
    bytes.write(text.getBytes(Charset.forName(charset)));
    return bytes.toByteArray();
  }

  private static String gpx(String declaration, String name) {
    return "<?xml version=\"1.0\"%s?>\n<gpx><wpt lat=\"1\" lon=\"2\"><name>%s</name></wpt></gpx>"
        .formatted(declaration, name);
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, Zürich 東京 😀",
    "ISO-8859-1, Zürich",
    "iso-8859-15, Café €",
    "windows-1252, Café – “x”",
    "Shift_JIS, 東京駅",
    "windows-1251, Москва",
    "GB18030, 北京 😀",
    "US-ASCII, Zurich",
  })
  void shouldHonourTheEncodingThatAnXmlFileDeclares(String encoding, String name) throws Exception {
    for (String quote : List.of("\"", "'")) {
      String text = gpx(" encoding = " + quote + encoding + quote, name);
      assertThat(onlyName(text.getBytes(Charset.forName(encoding)))).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void shouldHonourAByteOrderMarkInEveryFormat(String encoding) throws Exception {
    String name = "Zürich 東京 😀";
    for (String text :
        List.of(
            gpx("", name),
            gpx(" encoding=\"" + encoding.replaceAll("[BL]E", "") + "\"", name),
            "name,lat,lon\n%s,1,2\n".formatted(name),
            "{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [2, 1]},"
                + " \"properties\": {\"name\": \"%s\"}}".formatted(name),
            "[{\"location\": {\"latitude\": 1}, \"name\": \"%s\"}]".formatted(name),
            "{\"name\": \"%s\", \"latitude\": 1, \"longitude\": 2}\n".formatted(name))) {
      assertThat(onlyName(marked(text, encoding))).as(text).isEqualTo(name);
      assertThat(onlyName(text.getBytes(Charset.forName(encoding)))).as(text).isEqualTo(name);
    }
    assertThat(Track.read(new ByteArrayInputStream(marked("lat,lon\n1,2\n", encoding))).fixes())
        .hasSize(1);
    assertThat(
            Track.read(
                    new ByteArrayInputStream(
                        marked("{\"type\": \"LineString\", \"coordinates\": [[1, 2]]}", encoding)))
                .fixes())
        .hasSize(1);
  }

  @Test
  void shouldRefuseBytesThatAreNotOfTheEncodingAndSayWhere() {
    for (String text : List.of(gpx("", "Zürich"), gpx(" encoding=\"UTF-8\"", "Zürich"))) {
      byte[] file = text.getBytes(Charset.forName("ISO-8859-1"));
      assertThatThrownBy(() -> rows(file))
          .isInstanceOf(InvalidFeedException.class)
          .hasMessage(
              "byte offset %d \"0xfc\": must be UTF-8; convert the file, or in XML declare its encoding"
                  .formatted(text.indexOf('ü')));
    }
    assertThatThrownBy(() -> rows(new byte[] {'n', 'a', 'm', 'e', ',', (byte) 0xfc, '\n'}))
        .hasMessageStartingWith("byte offset 5 \"0xfc\": must be UTF-8");
    String table = "name,lat,lon\n" + "Zug,1,2\n".repeat(10_000) + "Zürich,1,2\n";
    assertThatThrownBy(() -> rows(table.getBytes(Charset.forName("ISO-8859-1"))))
        .hasMessageStartingWith("byte offset %d \"0xfc\"".formatted(table.indexOf('ü')));
    String japanese = gpx(" encoding=\"Shift_JIS\"", "Q");
    byte[] broken = japanese.replace('Q', '\u00a0').getBytes(Charset.forName("ISO-8859-1"));
    assertThatThrownBy(() -> rows(broken))
        .hasMessageStartingWith(
            "byte offset %d \"0xa0\": must be Shift_JIS".formatted(japanese.indexOf('Q')));
  }

  @Test
  void shouldRefuseAnEncodingThatTheByteOrderMarkContradicts() throws Exception {
    byte[] file = marked(gpx(" encoding=\"ISO-8859-1\"", "Zürich"), "UTF-8");
    assertThatThrownBy(() -> rows(file))
        .hasMessage("encoding \"ISO-8859-1\": must be that of the first bytes, which are UTF-8");
  }
}
