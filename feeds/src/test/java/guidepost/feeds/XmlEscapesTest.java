package guidepost.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class XmlEscapesTest {

  private static String read(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<a>" + XmlEscapes.escaped(text) + "</a>")))
        .getDocumentElement()
        .getTextContent();
  }

  /// XML 1.0, 2.2; what reads XML takes each end of a line for U+000A.
  private static boolean isOfXml(int codePoint) {
    return codePoint == '\t'
        || codePoint == '\n'
        || (codePoint >= 0x20 && codePoint <= 0xD7FF)
        || (codePoint >= 0xE000 && codePoint <= 0xFFFD)
        || codePoint >= 0x10000;
  }

  @Test
  void shouldBeReadAsItWasAndHaveQuestionMarksForWhatXmlHasNot() throws Exception {
    StringBuilder all = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint += codePoint < 0x11000 ? 1 : 0x100) {
      // A half of a pair must not make a whole one with its neighbour.
      all.append(codePoint == '\r' ? "\n" : Character.toString(codePoint)).append('-');
      expected.append(
          codePoint == '\r' ? "\n" : isOfXml(codePoint) ? Character.toString(codePoint) : "?");
      expected.append('-');
    }
    assertThat(read(all.toString())).isEqualTo(expected.toString());
  }

  @Test
  void shouldEscapeMarkup() throws Exception {
    assertThat(XmlEscapes.escaped("a & <b> ]]>")).isEqualTo("a &amp; &lt;b&gt; ]]&gt;");
  }
}
