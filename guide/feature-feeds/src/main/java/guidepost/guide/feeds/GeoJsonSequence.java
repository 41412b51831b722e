package guidepost.guide.feeds;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/// Reads a GeoJSON text sequence (RFC 8142) as texts one after the other: the record separator
/// before each of them, at the beginning of a line, becomes a space.
final class GeoJsonSequence extends FilterReader {

  private static final char SEPARATOR = '\u001e';

  private char before = '\n';

  GeoJsonSequence(Reader in) {
    super(in);
  }

  /// A text without separators and spaces before it.
  static String stripped(String head) {
    return head.replaceFirst("^[\\s\u001e]+", "");
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] target, int from, int length) throws IOException {
    int count = in.read(target, from, length);
    for (int i = from; i < from + count; i++) {
      char c = target[i];
      boolean first = before == '\n' || before == SEPARATOR;
      target[i] = c == SEPARATOR && first ? ' ' : c;
      before = c;
    }
    return count;
  }
}
