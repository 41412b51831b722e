package guidepost.cli.server;

import guidepost.cli.options.Word;
import java.util.List;

/// The commands that run a server and look at one.
public final class ServerCommands {

  private ServerCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(Status.class, Status::new),
        new Word(Top.class, Top::new),
        new Word(Health.class, Health::new),
        new Word(ServeCommand.class, ServeCommand::new),
        new Word(
            ConfigCommands.class,
            terminal -> new ConfigCommands(),
            new Word(ConfigCommands.Check.class, ConfigCommands.Check::new),
            new Word(ConfigCommands.Show.class, ConfigCommands.Show::new),
            new Word(ConfigCommands.Reference.class, ConfigCommands.Reference::new),
            new Word(ConfigCommands.Reload.class, ConfigCommands.Reload::new)),
        new Word(
            ClusterCommands.class,
            terminal -> new ClusterCommands(),
            new Word(ClusterCommands.Status.class, ClusterCommands.Status::new),
            new Word(ClusterCommands.Handover.class, ClusterCommands.Handover::new),
            new Word(ClusterDemo.class, ClusterDemo::new)),
        new Word(
            TokenCommands.class,
            terminal -> new TokenCommands(),
            new Word(TokenCommands.Create.class, TokenCommands.Create::new),
            new Word(TokenCommands.Show.class, TokenCommands.Show::new),
            new Word(TokenCommands.Revoke.class, TokenCommands.Revoke::new)));
  }
}
