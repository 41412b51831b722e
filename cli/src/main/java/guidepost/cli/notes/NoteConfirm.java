package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.guide.v1.ConfirmNoteResponse;
import guidepost.guide.v1.Note;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `note confirm`.
@Command(name = "confirm", description = "Confirm a note: its TTL starts again.")
final class NoteConfirm implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AuthorOption author = new AuthorOption();

  @Parameters(paramLabel = "ID", description = "The note")
  private long id;

  NoteConfirm(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ConfirmNoteResponse answer = client.ask(server -> server.notes().confirm(id, author.name()));
    terminal.line(
        client.json()
            ? NoteShapes.json(answer.getNote()).put("changed", answer.getChanged()).toString()
            : "%s note %d: %s"
                .formatted(
                    said(answer.getChanged(), answer.getNote()), id, votes(answer.getNote())));
    return ExitCodes.OK;
  }

  /// What authors said of a note: `1 confirmation, 0 denials`.
  static String votes(Note note) {
    return "%s, %s"
        .formatted(
            Plural.of(note.getConfirmations(), "confirmation"),
            Plural.of(note.getDenials(), "denial"));
  }

  private String said(boolean changed, Note note) {
    if (changed) {
      return "confirmed";
    }
    return note.getAuthor().equals(author.name())
        ? "not counted, as the author's own:"
        : "had confirmed";
  }
}
