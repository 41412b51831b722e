package guidepost.feeds;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/// Reads lines of bounded length and counts them.
///
/// Threads: one.
public final class LineReader {

  /// Longest line, characters: far more than a row needs, little for the memory.
  public static final int LINE_LENGTH_MAX = 1 << 20;

  private final Reader in;
  private final StringBuilder line = new StringBuilder();
  private long number;

  /// @param in buffered
  public LineReader(Reader in) {
    this.in = in;
  }

  /// Number of the line returned last, from 1.
  public long number() {
    return number;
  }

  /// The next line without its end; null after the last one.
  ///
  /// @throws InvalidFeedException if it is longer than [#LINE_LENGTH_MAX]
  public @Nullable String next() throws IOException {
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
