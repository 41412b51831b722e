package guidepost.cli.features;

import guidepost.cli.files.Formats;
import guidepost.cli.files.ImportRun;
import guidepost.cli.files.ImportSource;
import guidepost.cli.files.RowSink;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.client.FeaturesClient;
import guidepost.feeds.InvalidFeedException;
import guidepost.guide.feeds.FeatureColumns;
import guidepost.guide.feeds.FeatureFeed;
import guidepost.guide.feeds.FeatureFormat;
import guidepost.guide.feeds.FeatureLimits;
import guidepost.guide.feeds.FeatureRow;
import guidepost.guide.feeds.OsmTags;
import guidepost.guide.v1.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature import`.
@Command(
    name = "import",
    description = {
      "Put the features of a file; gzip, xz and zstd are unpacked.",
      "Formats: csv (with commas or semicolons) and tsv (columns name, latitude, longitude in"
          + " degrees; id and category if there; others become attributes), geojson (points), gpx"
          + " (waypoints), osm-pbf (what has a name in OpenStreetMap: nodes, and ways and relations"
          + " at a point of theirs), route-guide-db, jsonl.",
      "GPX is read in the encoding that it declares, and other text in UTF-8, or in UTF-16 or"
          + " UTF-32 that shows as such. Convert a table in another first: iconv -f WINDOWS-1252 -t"
          + " UTF-8 FILE | guidepost feature import -",
      "A row that is bad is rejected, and the others are taken; what does not fit into a feature is"
          + " left out and counted.",
      "A row replaces the feature of the same id, or, if it has none, of the same name and"
          + " point: so only features with ids can be moved by importing them again."
    })
final class FeatureImport implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input")
  private String file = "";

  @Option(names = "--format", paramLabel = "FORMAT", description = "Default: known by the content.")
  private String format = "";

  @Option(names = "--name-column", paramLabel = "COLUMN", description = "Default: name.")
  private String name = "";

  @Option(
      names = "--latitude-column",
      paramLabel = "COLUMN",
      description = "Default: latitude, lat or y.")
  private String latitude = "";

  @Option(
      names = "--longitude-column",
      paramLabel = "COLUMN",
      description = "Default: longitude, lon, lng, long or x.")
  private String longitude = "";

  @Option(names = "--id-column", paramLabel = "COLUMN", description = "Default: id, if there.")
  private String id = "";

  @Option(
      names = "--category-column",
      paramLabel = "COLUMN",
      description = "Default: category, if there.")
  private String category = "";

  @Option(
      names = "--tag",
      paramLabel = "KEY[=VALUE]",
      description = "Of osm-pbf only what has this tag; may be repeated: any of these")
  private List<String> tags = new ArrayList<>();

  @Option(names = "--dry-run", description = "Read and check only, send nothing")
  private boolean dryRun;

  @Option(
      names = "--strict",
      description =
          "Send nothing if a row or a value is bad. The rows are kept in memory until all are read")
  private boolean strict;

  /// Features of which attributes are left out.
  private long cut;

  /// Those attributes, together.
  private long leftOut;

  FeatureImport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Optional<FeatureFormat> chosen =
        Optional.of(format)
            .filter(f -> !f.isEmpty())
            .map(f -> Formats.require(f, FeatureFormat::of));
    OsmTags osmTags = osmTags();
    FeatureColumns columns = new FeatureColumns(name, latitude, longitude, id, category);
    ImportRun<Operation, FeaturesClient.Result> run =
        new ImportRun<>(
            terminal,
            client,
            dryRun,
            (server, results) -> server.features().modify(results),
            (tally, result) -> tally.answered(result.result()));
    boolean[] entries = {false};
    try (ImportSource source = ImportSource.open(terminal, file)) {
      run.read(
          source,
          sink -> {
            FeatureFeed feed = open(source, chosen, columns).withOsmTags(osmTags);
            entries[0] = feed.format().countsEntries();
            if (strict) {
              feedStrictly(feed, sink);
            } else {
              feed(feed, sink);
            }
            run.leaveOut(feed.leftOut());
          });
    }
    warnOfAttributes();
    return run.report(entries[0] ? "entry" : "line", Map.of());
  }

  private void warnOfAttributes() {
    if (cut == 0) {
      return;
    }
    String text =
        "%s %s more attributes than there is room for: %d left out, names in other"
                .formatted(Plural.of(cut, "feature"), Plural.choose(cut, "has", "have"), leftOut)
            + " languages first";
    if (client.json()) {
      terminal.complain(
          Json.object().put("warning", text).put("features", cut).put("attributes", leftOut));
    } else {
      terminal.complain("guidepost: " + text);
    }
  }

  private OsmTags osmTags() {
    try {
      return new OsmTags(tags);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static FeatureFeed open(
      ImportSource source, Optional<FeatureFormat> format, FeatureColumns columns)
      throws IOException {
    return format.isEmpty()
        ? FeatureFeed.open(source.in(), columns)
        : FeatureFeed.open(source.in(), format.get(), columns);
  }

  private void feed(FeatureFeed feed, RowSink<Operation> sink) throws IOException {
    feed.read(row -> feed(row, sink));
  }

  private void feed(FeatureRow row, RowSink<Operation> sink) {
    switch (row) {
      case FeatureRow.Parsed parsed -> {
        cut += parsed.attributesLeftOut() > 0 ? 1 : 0;
        leftOut += parsed.attributesLeftOut();
        Optional<String> refusal =
            dryRun ? FeatureLimits.refusal(parsed.feature()) : Optional.empty();
        if (refusal.isPresent()) {
          sink.rejected(parsed.number(), "", refusal.get());
        } else {
          sink.operation(parsed.number(), put(parsed));
        }
      }
      case FeatureRow.Rejected rejected -> sink.rejected(rejected.number(), "", rejected.reason());
    }
  }

  private void feedStrictly(FeatureFeed feed, RowSink<Operation> sink) throws IOException {
    List<FeatureRow> rows = new ArrayList<>();
    feed.read(rows::add);
    String unit = feed.format().countsEntries() ? "entry" : "line";
    Optional<String> fault =
        rows.stream()
            .flatMap(row -> row instanceof FeatureRow.Rejected each ? Stream.of(each) : Stream.of())
            .findFirst()
            .map(each -> "%s %d: %s".formatted(unit, each.number(), each.reason()))
            .or(feed.leftOut()::firstFault);
    if (fault.isPresent()) {
      throw new InvalidFeedException(fault.get() + "; refused, as --strict asks");
    }
    rows.forEach(row -> feed(row, sink));
  }

  private static Operation put(FeatureRow.Parsed row) {
    return Operation.newBuilder()
        .setId(row.number())
        .setPut(FeatureShapes.message(row.feature()))
        .build();
  }
}
