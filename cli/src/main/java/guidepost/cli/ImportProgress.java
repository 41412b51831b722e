package guidepost.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Shows on standard error how far an import is, how fast and for how long still; only to a person,
/// and not together with `--json`.
///
/// It is one line that is written over again, so it must fit into the window: what does not is left
/// out, from the end.
final class ImportProgress implements AutoCloseable {

  private static final long UPDATE_NANOS = 200_000_000;
  private static final int ROWS_BETWEEN_LOOKS = 1024;
  private static final double NANOS = 1e9;
  private static final String GAP = "  ";

  private final PrintWriter err;
  private final int columns;
  private final LongSupplier nanoTime;
  private final ImportSource source;
  private final long start;
  private long updated;
  private long rows;
  private int shown;

  /// @param columns of the window; 0: nothing is shown
  ImportProgress(PrintWriter err, int columns, LongSupplier nanoTime, ImportSource source) {
    this.err = err;
    this.columns = columns;
    this.nanoTime = nanoTime;
    this.source = source;
    this.start = nanoTime.getAsLong();
    this.updated = start;
  }

  static ImportProgress of(Terminal terminal, boolean json, ImportSource source) {
    int columns = !json && terminal.errIsTerminal() ? terminal.columns() : 0;
    return new ImportProgress(terminal.err(), columns, System::nanoTime, source);
  }

  /// One more row was read.
  void row() {
    rows++;
    if (columns > 0 && rows % ROWS_BETWEEN_LOOKS == 0) {
      long now = nanoTime.getAsLong();
      if (now - updated >= UPDATE_NANOS) {
        updated = now;
        show(now);
      }
    }
  }

  private void show(long now) {
    String line = line((now - start) / NANOS);
    err.print('\r' + line + " ".repeat(Math.max(0, shown - line.length())));
    err.flush();
    shown = line.length();
  }

  private String line(double seconds) {
    double part = Math.min(1, source.packed().bytes() / (double) source.packedBytes());
    boolean known = source.packedBytes() > 0;
    List<String> facts = new ArrayList<>();
    facts.add(known ? String.format(Locale.ROOT, "import %3.0f%%", 100 * part) : "import");
    facts.add(String.format(Locale.ROOT, "%,d rows", rows));
    facts.add(String.format(Locale.ROOT, "%,.0f/s", rows / seconds));
    if (known && part > 0) {
      long left = Math.round(seconds / part - seconds);
      facts.add(String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60));
    }
    return fitting(facts);
  }

  private String fitting(List<String> facts) {
    StringBuilder line = new StringBuilder(facts.getFirst());
    for (String fact : facts.subList(1, facts.size())) {
      if (line.length() + GAP.length() + fact.length() >= columns) {
        break;
      }
      line.append(GAP).append(fact);
    }
    return line.substring(0, Math.min(line.length(), columns - 1));
  }

  /// Leaves the line as it is at the end, if one was shown, and goes to a new one.
  @Override
  public void close() {
    if (shown > 0) {
      show(nanoTime.getAsLong());
      err.println();
    }
  }
}
