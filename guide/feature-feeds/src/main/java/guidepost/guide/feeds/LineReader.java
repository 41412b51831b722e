package guidepost.guide.feeds;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/// Reads lines of bounded length and counts them.
final class LineReader {

  /// Longest line, characters: far more than a feature needs, little for the memory.
  static final int LINE_LENGTH_MAX = 1 << 20;

  private final Reader in;
  private final StringBuilder line = new StringBuilder();
  private long number;

  /// @param in buffered
  LineReader(Reader in) {
    this.in = in;
  }

  /// Number of the line returned last, from 1.
  long number() {
    return number;
  }

  /// The next line without its end; null after the last one.
  @Nullable String next() throws IOException {
    line.setLength(0);
    int c = in.read();
    if (c < 0) {
      return null;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == LINE_LENGTH_MAX) {
        throw new InvalidFeedException(
            "line %d: must have at most %d characters".formatted(number, LINE_LENGTH_MAX));
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
