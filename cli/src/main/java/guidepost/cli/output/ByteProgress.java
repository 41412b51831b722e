package guidepost.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Shows on standard error how many of how many bytes are done, how fast and for how long still.
public final class ByteProgress implements AutoCloseable {

  private static final double MEBIBYTE = 1 << 20;

  private final ProgressLine line;
  private final String task;
  private long total;
  private long done;

  private ByteProgress(ProgressLine line, String task) {
    this.line = line;
    this.task = task;
  }

  /// Shown only to a person.
  ///
  /// @param task what is being done, in a word
  public static ByteProgress of(Terminal terminal, boolean json, String task) {
    return new ByteProgress(ProgressLine.of(terminal, json), task);
  }

  /// There are so many bytes.
  public void of(long bytes) {
    total = bytes;
  }

  /// So many more are done.
  public void add(long bytes) {
    done += bytes;
    if (line.isDue()) {
      line.show(facts());
    }
  }

  private List<String> facts() {
    double seconds = line.seconds();
    double part = total > 0 ? Math.min(1, done / (double) total) : 0;
    List<String> facts = new ArrayList<>();
    facts.add(total > 0 ? String.format(Locale.ROOT, "%s %3.0f%%", task, 100 * part) : task);
    facts.add(String.format(Locale.ROOT, "%,.1f MiB", done / MEBIBYTE));
    facts.add(String.format(Locale.ROOT, "%,.1f MiB/s", done / MEBIBYTE / seconds));
    if (part > 0) {
      facts.add(line.left(part));
    }
    return facts;
  }

  @Override
  public void close() {
    if (line.isShown()) {
      line.show(facts());
      line.end();
    }
  }
}
