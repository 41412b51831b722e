package guidepost.cli.notes;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.v1.Note;
import java.time.Instant;

/// Shows notes: a table, or with `--json` an object a line.
final class NoteOutput {

  private final Terminal terminal;
  private final boolean json;
  private final Table table;
  private long shown;

  NoteOutput(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
    this.table =
        new Table(
            terminal,
            "ID",
            "KIND",
            "SEVERITY",
            "POINT",
            "EXPIRES",
            "CONFIRMED",
            "DENIED",
            "AUTHOR",
            "TEXT");
  }

  void show(Note note) {
    shown++;
    if (json) {
      terminal.line(NoteShapes.json(note).toString());
    } else {
      table.row(
          Long.toString(note.getId()),
          note.getKind(),
          NoteShapes.severity(note.getSeverity()),
          PointText.text(PlaceMessages.point(note.getPoint())),
          expires(note),
          Integer.toString(note.getConfirmations()),
          Integer.toString(note.getDenials()),
          note.getAuthor(),
          note.getText());
    }
  }

  private static String expires(Note note) {
    return note.hasExpireTime()
        ? Instant.ofEpochSecond(note.getExpireTime().getSeconds()).toString()
        : "when closed";
  }

  /// Prints what has been kept back, and returns how many were shown.
  ///
  /// @param nothing what to say if nothing was
  /// @throws CommandException if nothing was shown
  long finish(String nothing) {
    if (!json && shown > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(shown, nothing);
    return shown;
  }
}
