package guidepost.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// One line on standard error that is written over again a few times a second. It must fit into the
/// window: what does not is left out, from the end. Without a window nothing is shown.
public final class ProgressLine {

  private static final long UPDATE_NANOS = 200_000_000;
  private static final double NANOS = 1e9;
  private static final String GAP = "  ";

  private final PrintWriter err;
  private final int columns;
  private final LongSupplier nanoTime;
  private final long start;
  private long updated;
  private int shown;

  /// A line that is not shown before its first update.
  ///
  /// @param columns of the window; 0: nothing is shown
  public ProgressLine(PrintWriter err, int columns, LongSupplier nanoTime) {
    this.err = err;
    this.columns = columns;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.updated = start;
  }

  /// Shown to a person, and not together with `--json`.
  public static ProgressLine of(Terminal terminal, boolean json) {
    int columns = !json && terminal.errIsTerminal() ? terminal.columns() : 0;
    return new ProgressLine(terminal.err(), columns, System::nanoTime);
  }

  /// True if there is a window and the line is old.
  public boolean isDue() {
    return columns > 0 && nanoTime.getAsLong() - updated >= UPDATE_NANOS;
  }

  /// True if it was ever shown.
  public boolean isShown() {
    return shown > 0;
  }

  /// Since the beginning.
  public double seconds() {
    return (nanoTime.getAsLong() - start) / NANOS;
  }

  /// How long it will take still.
  ///
  /// @param part of all that is done, more than 0, at most 1
  public String left(double part) {
    long left = Math.round(seconds() / part - seconds());
    return String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60);
  }

  /// Writes the line over again.
  ///
  /// @param facts the most important first
  public void show(List<String> facts) {
    updated = nanoTime.getAsLong();
    String line = fitting(facts);
    err.print('\r' + line + " ".repeat(Math.max(0, shown - line.length())));
    err.flush();
    shown = line.length();
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

  /// Leaves the line as it is and goes to a new one.
  public void end() {
    err.println();
  }
}
