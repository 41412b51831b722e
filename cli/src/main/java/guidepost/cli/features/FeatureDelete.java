package guidepost.cli.features;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.ExpectedRevision;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.client.FeaturesClient;
import guidepost.guide.v1.Operation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `feature delete`.
@Command(name = "delete", description = "Delete the feature with an id.")
final class FeatureDelete implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private ExpectedRevision expected = new ExpectedRevision();

  @Parameters(paramLabel = "ID", description = "Its id, as \"feature list\" shows it")
  private String id = "";

  FeatureDelete(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Operation.Builder delete = Operation.newBuilder().setDelete(id);
    expected.ifGiven(delete::setExpectedRevision);
    FeaturesClient.Result result = FeatureChange.make(client, delete.build());
    if (result.result().getEntriesChanged() == 0) {
      throw CommandException.notFound("no feature with id \"%s\"".formatted(id));
    }
    terminal.line(
        client.json()
            ? Json.object()
                .put("id", id)
                .put("deleted", result.result().getEntriesChanged())
                .put("revision", result.result().getRevision())
                .toString()
            : "deleted %s, revision %d".formatted(Printable.of(id), result.result().getRevision()));
    return ExitCodes.OK;
  }
}
