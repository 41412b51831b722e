package guidepost.cli.files;

import guidepost.cli.output.Plural;
import guidepost.cli.output.ProgressLine;
import guidepost.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Shows on standard error how far an import is, how fast and for how long still; only to a person,
/// and not together with `--json`.
final class ImportProgress implements AutoCloseable {

  private static final int ROWS_BETWEEN_LOOKS = 1024;

  private final ProgressLine line;
  private final ImportSource source;
  private long rows;

  private ImportProgress(ProgressLine line, ImportSource source) {
    this.line = line;
    this.source = source;
  }

  /// @param columns of the window; 0: nothing is shown
  ImportProgress(PrintWriter err, int columns, LongSupplier nanoTime, ImportSource source) {
    this(new ProgressLine(err, columns, nanoTime), source);
  }

  static ImportProgress of(Terminal terminal, boolean json, ImportSource source) {
    return new ImportProgress(ProgressLine.of(terminal, json), source);
  }

  /// One more row was read.
  void row() {
    rows++;
    if (rows % ROWS_BETWEEN_LOOKS == 0 && line.isDue()) {
      line.show(facts());
    }
  }

  private List<String> facts() {
    double seconds = line.seconds();
    double part = Math.min(1, source.packed().bytes() / (double) source.packedBytes());
    boolean known = source.packedBytes() > 0;
    List<String> facts = new ArrayList<>();
    facts.add(known ? String.format(Locale.ROOT, "import %3.0f%%", 100 * part) : "import");
    facts.add(Plural.grouped(rows, "row"));
    facts.add(String.format(Locale.ROOT, "%,.0f/s", rows / seconds));
    if (known && part > 0) {
      facts.add(line.left(part));
    }
    return facts;
  }

  /// Leaves the line as it is at the end, if one was shown, and goes to a new one.
  @Override
  public void close() {
    if (line.isShown()) {
      line.show(facts());
      line.end();
    }
  }
}
