package guidepost.cli.server;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.client.GuidepostClient;
import guidepost.server.v1.GetStatusResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `top`: what the server does, every few seconds, until it is interrupted.
@Command(
    name = "top",
    description = "Show what the server does: rates, times, queues and watches, again and again.")
final class Top implements Callable<Integer> {

  private static final int STDOUT = 1;

  /// Moves to the upper left and clears what is below.
  private static final String CLEAR = "\u001b[H\u001b[J";

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "Time between two looks, 1..3600. Default ${DEFAULT-VALUE}.",
      defaultValue = "2")
  private int interval;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after so many looks; 0, the default, goes on until interrupted.",
      defaultValue = "0")
  private int count;

  Top(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (interval < 1 || interval > 3_600) {
      throw CommandException.usage("--interval \"%d\": must be 1..3600".formatted(interval));
    }
    if (count < 0) {
      throw CommandException.usage("--count \"%d\": must be at least 0".formatted(count));
    }
    return client.ask(this::show);
  }

  private int show(GuidepostClient server) {
    TopOutput output = new TopOutput(terminal, client.server().toString());
    boolean redraws = !client.json() && terminal.isTerminal().test(STDOUT);
    GetStatusResponse before = server.status();
    for (int shown = 0; count == 0 || shown < count; shown++) {
      if (!pause()) {
        break;
      }
      GetStatusResponse now = server.status();
      TopRates rates = TopRates.between(before, now);
      if (client.json()) {
        output.json(rates);
      } else {
        terminal.line(redraws ? CLEAR : shown == 0 ? "" : "\n");
        output.tables(rates);
      }
      terminal.flush();
      before = now;
    }
    return ExitCodes.OK;
  }

  /// @return false if the command is to end
  private boolean pause() {
    try {
      Thread.sleep(Duration.ofSeconds(interval));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
