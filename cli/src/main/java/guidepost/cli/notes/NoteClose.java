package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.guide.v1.Note;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `note close`.
@Command(name = "close", description = "End a note of your own.")
final class NoteClose implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AuthorOption author = new AuthorOption();

  @Parameters(paramLabel = "ID", description = "The note")
  private long id;

  NoteClose(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Note note = client.ask(server -> server.notes().close(id, author.name()));
    terminal.line(
        client.json() ? NoteShapes.json(note).toString() : "closed note %d".formatted(id));
    return ExitCodes.OK;
  }
}
