package guidepost.guide.feeds;

import java.io.IOException;
import java.io.Reader;

/// A GeoJSON text sequence (RFC 8142) text by text: each stands between a record separator and the
/// next, so a broken one leaves the others alone. What stands before the first separator, as a file
/// that is no sequence, is a text too, and no record.
///
/// ```
/// GeoJsonSequence texts = new GeoJsonSequence(in);
/// while (texts.next()) {
///   read(texts.text(), texts.isRecord());
/// }
/// ```
///
/// A separator cannot stand within JSON: in its strings it would be written as `\u001e`.
final class GeoJsonSequence {

  private static final char SEPARATOR = '\u001e';
  private static final int BUFFERED = 8_192;

  private final Reader in;
  private final char[] buffer = new char[BUFFERED];
  private int from;
  private int to;
  private long texts;

  GeoJsonSequence(Reader in) {
    this.in = in;
  }

  /// True if a text begins with a separator.
  static boolean isSequence(String head) {
    return head.replaceFirst("^[ \t\r\n]+", "").startsWith("\u001e");
  }

  /// A text without separators and spaces before it.
  static String stripped(String head) {
    return head.replaceFirst("^[\\s\u001e]+", "");
  }

  /// Goes on to the next text, whatever of the one before was read.
  ///
  /// @return false if there is none
  boolean next() throws IOException {
    if (texts > 0) {
      skipText();
    }
    texts++;
    return texts == 1 || separates();
  }

  private void skipText() throws IOException {
    while (fill() && buffer[from] != SEPARATOR) {
      from++;
    }
  }

  /// Takes the separator that stands here.
  private boolean separates() throws IOException {
    boolean more = fill();
    from++;
    return more;
  }

  /// True if a separator stands before the text.
  boolean isRecord() {
    return texts > 1;
  }

  /// @return false at the end
  private boolean fill() throws IOException {
    if (from >= to) {
      from = 0;
      to = Math.max(0, in.read(buffer, 0, BUFFERED));
    }
    return to > 0;
  }

  /// Reads the text, up to the next separator. It need not be closed.
  Reader text() {
    return new Reader() {
      @Override
      public int read(char[] target, int offset, int length) throws IOException {
        int count = 0;
        while (count < length && fill() && buffer[from] != SEPARATOR) {
          target[offset + count] = buffer[from];
          count++;
          from++;
        }
        return count == 0 && length > 0 ? -1 : count;
      }

      @Override
      public void close() {}
    };
  }
}
