package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.guide.v1.DenyNoteResponse;
import guidepost.guide.v1.Note;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `note deny`.
@Command(name = "deny", description = "Deny a note; enough denials close it.")
final class NoteDeny implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AuthorOption author = new AuthorOption();

  @Parameters(paramLabel = "ID", description = "The note")
  private long id;

  NoteDeny(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    DenyNoteResponse answer = client.ask(server -> server.notes().deny(id, author.name()));
    terminal.line(
        client.json()
            ? NoteShapes.json(answer.getNote())
                .put("changed", answer.getChanged())
                .put("closed", answer.getClosed())
                .toString()
            : "%s note %d: %s%s"
                .formatted(
                    said(answer.getChanged(), answer.getNote()),
                    id,
                    NoteConfirm.votes(answer.getNote()),
                    answer.getClosed() ? "; that closed it" : ""));
    return ExitCodes.OK;
  }

  private String said(boolean changed, Note note) {
    if (changed) {
      return "denied";
    }
    return note.getAuthor().equals(author.name())
        ? "not counted, as the author's own:"
        : "had denied";
  }
}
