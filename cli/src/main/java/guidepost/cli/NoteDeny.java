package guidepost.cli;

import guidepost.guide.v1.DenyNoteResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `note deny`.
@Command(name = "deny", description = "Say that a note does not hold; enough such voices close it.")
final class NoteDeny implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AuthorOption author = new AuthorOption();

  @Parameters(paramLabel = "ID", description = "The note.")
  private long id;

  NoteDeny(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    DenyNoteResponse answer = client.ask(server -> server.notes().deny(id, author.name()));
    terminal.line(
        client.json()
            ? NoteMessages.json(answer.getNote())
                .put("changed", answer.getChanged())
                .put("closed", answer.getClosed())
                .toString()
            : "%s note %d: %d confirmations, %d denials%s"
                .formatted(
                    answer.getChanged() ? "denied" : "had denied",
                    id,
                    answer.getNote().getConfirmations(),
                    answer.getNote().getDenials(),
                    answer.getClosed() ? "; that closed it" : ""));
    return ExitCodes.OK;
  }
}
