package guidepost.cli.features;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.ExpectedRevision;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PointText;
import guidepost.client.FeaturesClient;
import guidepost.guide.feeds.FeatureDraft;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature put`.
@Command(
    name = "put",
    description = "Add a feature, or replace the one with the same id (or name and point).")
final class FeaturePut implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private ExpectedRevision expected = new ExpectedRevision();

  @Parameters(
      index = "0",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Where it is, in degrees")
  private Point point = new Point(0, 0);

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Its name")
  private String name = "";

  @Option(names = "--id", paramLabel = "ID", description = "Its id; none: the server's choice")
  private String id = "";

  @Option(names = "--category", paramLabel = "NAME", description = "What sort of feature it is")
  private String category = "";

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "An attribute; may be repeated")
  private Map<String, String> attributes = new HashMap<>();

  FeaturePut(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    FeatureDraft draft = new FeatureDraft(id, point, name, category, attributes);
    Operation.Builder put = Operation.newBuilder().setPut(FeatureShapes.message(draft));
    expected.ifGiven(put::setExpectedRevision);
    FeaturesClient.Result result = FeatureChange.make(client, put.build());
    terminal.line(
        client.json()
            ? Json.object()
                .put("id", result.featureId())
                .put("changed", result.result().getEntriesChanged())
                .put("revision", result.result().getRevision())
                .toString()
            : "%s %s at %s, revision %d"
                .formatted(
                    result.result().getEntriesChanged() == 0 ? "unchanged" : "put",
                    Printable.of(result.featureId()),
                    PointText.text(point),
                    result.result().getRevision()));
    return ExitCodes.OK;
  }
}
