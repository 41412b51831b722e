package guidepost.cli.options;

import guidepost.cli.output.Failures;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// The connection of a command that watches: a server that never answers ends it, as it ends every
/// other command; once it has answered, a cut is told, and the watch resumes.
///
/// Threads: one at a time.
public final class WatchConnection {

  private final Terminal terminal;
  private final ClientOptions client;
  private boolean heard;

  public WatchConnection(Terminal terminal, ClientOptions client) {
    this.terminal = terminal;
    this.client = client;
  }

  /// The server has answered.
  public void heard() {
    heard = true;
  }

  /// The call broke off, and another try follows.
  ///
  /// @param why what broke it off; OK if this client read too slowly
  /// @throws StatusRuntimeException that same one, if the server has never answered: the watch ends
  public void cut(StatusRuntimeException why) {
    if (!heard) {
      throw why;
    }
    Status status = why.getStatus();
    tell(
        status.isOk()
            ? "read too slowly; resuming"
            : "cut off (%s); resuming".formatted(Failures.reason(status)));
  }

  /// Says something about the watch on standard error.
  public void tell(String text) {
    if (client.json()) {
      terminal.complain(Json.object().put("note", text));
    } else {
      terminal.complain("guidepost: " + text);
    }
  }
}
