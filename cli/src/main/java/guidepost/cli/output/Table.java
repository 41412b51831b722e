package guidepost.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Prints rows in aligned columns under a header, never cutting a cell.
///
/// Widths come from the first 1,000 rows; a wider cell later on pushes its own row's rest to the
/// right. So a table of any length needs little memory.
public final class Table {

  private static final int ROWS_MEASURED = 1000;
  private static final String GAP = "  ";

  private final Terminal terminal;
  private final int[] widths;
  private final List<List<String>> waiting = new ArrayList<>();
  private boolean measured;

  public Table(Terminal terminal, String... header) {
    this.terminal = terminal;
    this.widths = new int[header.length];
    row(header);
  }

  /// Prints a row, perhaps later.
  ///
  /// @param texts one a column; control characters are shown as `\xNN`
  public void row(String... texts) {
    String[] cells = Arrays.stream(texts).map(Printable::of).toArray(String[]::new);
    if (measured) {
      print(List.of(cells));
      return;
    }
    waiting.add(List.of(cells));
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], width(cells[i]));
    }
    if (waiting.size() > ROWS_MEASURED) {
      finish();
    }
  }

  /// Prints what has been kept back.
  public void finish() {
    measured = true;
    waiting.forEach(this::print);
    waiting.clear();
  }

  private void print(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      line.repeat(' ', Math.max(0, widths[i] - width(cells.get(i)))).append(GAP);
    }
    terminal.line(line.toString().stripTrailing());
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
