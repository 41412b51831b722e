package guidepost.cli.features;

import guidepost.cli.options.AsOfText;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.RevisionText;
import guidepost.cli.output.Terminal;
import guidepost.common.v1.AsOf;
import guidepost.guide.v1.GetRevisionResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `feature revision`.
@Command(
    name = "revision",
    description = {
      "Show which revision of the features there was at a time, and when it was written.",
      "WHEN is a revision (57), a time (2026-11-20T09:00Z, 2026-11-20), a time ago (-2h), or now."
    })
final class FeatureRevision implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(arity = "0..1", paramLabel = "WHEN", description = "Which one (default: now)")
  private String when = "now";

  FeatureRevision(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AsOf asOf = AsOfText.read("WHEN", when, Instant.now());
    GetRevisionResponse found = client.ask(server -> server.features().revision(asOf));
    Optional<Instant> time =
        found.hasTime()
            ? Optional.of(
                Instant.ofEpochSecond(found.getTime().getSeconds(), found.getTime().getNanos()))
            : Optional.empty();
    RevisionText shown = new RevisionText(found.getRevision(), time, found.getTimeline());
    terminal.line(client.json() ? shown.json() : shown.text());
    terminal.flush();
    return ExitCodes.OK;
  }
}
