package guidepost.cli.trips;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import java.util.List;
import picocli.CommandLine.Command;

/// The commands about trips.
public final class TripCommands {

  private TripCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            Trip.class,
            terminal -> new Trip(),
            new Word(TripRecordCommand.class, TripRecordCommand::new),
            new Word(TripShow.class, TripShow::new),
            new Word(TripList.class, TripList::new),
            new Word(TripDelete.class, TripDelete::new),
            new Word(TripExport.class, TripExport::new)));
  }

  /// Commands about trips.
  @Command(name = "trip", description = "Trips: where a traveller went.")
  private static final class Trip extends Noun {}
}
