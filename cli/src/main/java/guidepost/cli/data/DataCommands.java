package guidepost.cli.data;

import guidepost.cli.options.Word;
import java.util.List;

/// The commands about what a server keeps.
public final class DataCommands {

  private DataCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(Backup.class, Backup::new),
        new Word(RestoreCommand.class, RestoreCommand::new),
        new Word(Verify.class, Verify::new),
        new Word(Compact.class, Compact::new),
        new Word(Dump.class, Dump::new),
        new Word(LoadCommand.class, LoadCommand::new),
        new Word(
            JournalCommands.class,
            terminal -> new JournalCommands(),
            new Word(JournalCommands.Check.class, JournalCommands.Check::new),
            new Word(JournalCommands.Reseed.class, JournalCommands.Reseed::new)));
  }
}
