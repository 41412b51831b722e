package guidepost.cli.routes;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import java.util.List;
import picocli.CommandLine.Command;

/// The commands about routes, their tables and their sources.
public final class RouteCommands {

  private RouteCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            Route.class,
            terminal -> new Route(),
            new Word(RouteAdd.class, RouteAdd::new),
            new Word(RouteGet.class, RouteGet::new),
            new Word(RouteLookup.class, RouteLookup::new),
            new Word(RouteExplain.class, RouteExplain::new),
            new Word(RouteRevision.class, RouteRevision::new),
            new Word(RouteList.class, RouteList::new),
            new Word(RouteLonger.class, RouteLonger::new),
            new Word(RouteShorter.class, RouteShorter::new),
            new Word(RouteWatching.class, RouteWatching::new),
            new Word(RouteDiff.class, RouteDiff::new),
            new Word(RouteLog.class, RouteLog::new),
            new Word(RouteDelete.class, RouteDelete::new),
            new Word(RouteFlush.class, RouteFlush::new),
            new Word(RouteImport.class, RouteImport::new),
            new Word(RouteSync.class, RouteSync::new),
            new Word(RouteExport.class, RouteExport::new)),
        new Word(
            TableCommands.class,
            terminal -> new TableCommands(),
            new Word(TableCommands.Show.class, TableCommands.Show::new),
            new Word(TableCommands.ShowOne.class, TableCommands.ShowOne::new),
            new Word(TableCommands.Create.class, TableCommands.Create::new),
            new Word(TableCommands.Drop.class, TableCommands.Drop::new)),
        new Word(
            SourceCommands.class,
            terminal -> new SourceCommands(),
            new Word(SourceCommands.Show.class, SourceCommands.Show::new),
            new Word(SourceCommands.ShowOne.class, SourceCommands.ShowOne::new),
            new Word(SourceCommands.Put.class, SourceCommands.Put::new),
            new Word(SourceCommands.Delete.class, SourceCommands.Delete::new)));
  }

  /// Commands about routes.
  @Command(name = "route", description = "Routes: which next hop leads to an address.")
  private static final class Route extends Noun {}
}
