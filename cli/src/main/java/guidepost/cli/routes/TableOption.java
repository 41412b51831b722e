package guidepost.cli.routes;

import guidepost.client.GuidepostClient;
import guidepost.client.RoutesClient;
import picocli.CommandLine.Option;

/// Which table a command is about.
final class TableOption {

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The table (default: \"default\"); see \"guidepost table list\"")
  private String table = "";

  /// Its name; empty if it was not given.
  String name() {
    return table;
  }

  /// The client for it.
  RoutesClient of(GuidepostClient client) {
    return client.routes().inTable(table);
  }
}
