package guidepost.cli.features;

import guidepost.cli.options.AsOfText;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PointText;
import guidepost.client.FeaturesClient;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.FeatureDifference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `feature diff`.
@Command(
    name = "diff",
    description = {
      "Show which features are not the same in two states: + added, - removed, ~ changed.",
      "A state is given by a revision (57), a time (2026-11-20T09:00Z, 2026-11-20), a time ago"
          + " (-2h), or now."
    })
final class FeatureDiff implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "FROM", description = "Compare from this revision or time")
  private String from = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TO",
      description = "Compare with this one (default: now)")
  private String to = "now";

  @Option(
      names = "--in",
      arity = "2",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Only what is between these corners: south-west, north-east")
  private List<guidepost.guide.geo.Point> corners = List.of();

  @Mixin private FeatureTimes times = new FeatureTimes();

  private long added;
  private long removed;
  private long changed;

  FeatureDiff(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Table rows =
        times.isGiven()
            ? new Table(terminal, "", "ID", "POINT", "NAME", "CATEGORY", "WRITTEN", "ATTRIBUTES")
            : new Table(terminal, "", "ID", "POINT", "NAME", "CATEGORY", "ATTRIBUTES");
    DiffFeaturesRequest request = request();
    FeaturesClient.Span span =
        client.ask(server -> server.features().diff(request, each -> show(rows, each)));
    finish(rows, span);
    return ExitCodes.OK;
  }

  private DiffFeaturesRequest request() {
    Instant now = Instant.now();
    DiffFeaturesRequest.Builder request =
        DiffFeaturesRequest.newBuilder()
            .setFromState(AsOfText.read("FROM", from.strip(), now))
            .setToState(AsOfText.read("TO", to.strip(), now))
            .setWithTimes(times.isGiven());
    if (!corners.isEmpty()) {
      request.setBox(FeatureList.box(corners.getFirst(), corners.getLast()));
    }
    return request.build();
  }

  private void show(Table table, FeatureDifference difference) {
    String kind = kind(difference);
    if (client.json()) {
      terminal.line(json(kind, difference));
      return;
    }
    switch (kind) {
      case "added" -> row(table, "+", difference.getAfter());
      case "removed" -> row(table, "-", difference.getBefore());
      default -> {
        row(table, "", difference.getBefore());
        row(table, "~", difference.getAfter());
      }
    }
  }

  private String kind(FeatureDifference difference) {
    if (!difference.hasBefore()) {
      added++;
      return "added";
    }
    if (!difference.hasAfter()) {
      removed++;
      return "removed";
    }
    changed++;
    return "changed";
  }

  private void row(Table table, String sign, guidepost.guide.v1.Feature message) {
    Feature feature = FeatureShapes.feature(message);
    List<String> cells =
        new ArrayList<>(
            List.of(
                sign,
                feature.id(),
                PointText.text(feature.point()),
                feature.name(),
                feature.category()));
    if (times.isGiven()) {
      cells.add(FeatureTimes.of(message));
    }
    cells.add(FeatureOutput.attributes(feature));
    table.row(cells.toArray(String[]::new));
  }

  private static String json(String kind, FeatureDifference difference) {
    ObjectNode line = Json.object().put("change", kind);
    if (difference.hasBefore()) {
      put(line.putObject("before"), difference.getBefore());
    }
    if (difference.hasAfter()) {
      put(line.putObject("after"), difference.getAfter());
    }
    return Printable.inJson(line.toString());
  }

  private static void put(ObjectNode object, guidepost.guide.v1.Feature message) {
    FeatureTimes.put(PlaceOutput.put(object, FeatureShapes.feature(message)), message);
  }

  private void finish(Table table, FeaturesClient.Span span) {
    if (client.json()) {
      terminal.flush();
      return;
    }
    if (added + removed + changed > 0) {
      table.finish();
    }
    terminal.line(
        "from revision %d to %d: added %d, removed %d, changed %d"
            .formatted(span.from(), span.to(), added, removed, changed));
    terminal.flush();
  }
}
