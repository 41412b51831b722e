package guidepost.cli.profiles;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Profile;
import guidepost.cli.options.ProfileFile;
import guidepost.cli.options.Word;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.ClientTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// The commands about named servers.
@Command(
    name = "profile",
    description = {
      "Named servers: where they are, and how they are reached.",
      "They are kept in the file that GUIDEPOST_PROFILES names, else in guidepost/profiles.yaml of"
          + " the configuration directory. \"guidepost --profile NAME ...\" uses one for a command."
    })
public final class ProfileCommands extends Noun {

  private static final Pattern CURRENT = Pattern.compile("(?m)^current:.*$");
  private static final String HIDDEN = "***";

  ProfileCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            ProfileCommands.class,
            terminal -> new ProfileCommands(),
            new Word(Show.class, Show::new),
            new Word(ShowOne.class, ShowOne::new),
            new Word(Use.class, Use::new),
            new Word(ProfileSet.class, ProfileSet::new)));
  }

  private static ProfileFile file() {
    Path place = ProfileFile.place(System.getenv());
    return ProfileFile.read(place)
        .orElseThrow(
            () -> CommandException.notFound("there is no file of profiles %s".formatted(place)));
  }

  private static boolean isCurrent(ProfileFile file, String name) {
    return file.current().equals(Optional.of(name));
  }

  private static ObjectNode json(ProfileFile file, String name, Profile profile) {
    ObjectNode object =
        Json.object()
            .put("profile", name)
            .put("current", isCurrent(file, name))
            .put("server", profile.server().toString())
            .put("tls", profile.tls().isPresent());
    ClientTls tls = profile.tls().orElse(ClientTls.TRUSTED);
    tls.ca().ifPresent(ca -> object.put("ca", ca.toString()));
    tls.certificate().ifPresent(own -> object.put("cert", own.toString()));
    tls.key().ifPresent(key -> object.put("key", key.toString()));
    tls.serverName().ifPresent(other -> object.put("server_name", other));
    profile.tokenFile().ifPresent(from -> object.put("token_file", from.toString()));
    profile.token().ifPresent(_ -> object.put("token", HIDDEN));
    return object;
  }

  /// `profile list`.
  @Command(name = "list", description = "List the profiles; * marks the current one.")
  static final class Show implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--json", description = "Print one JSON object per line, errors too")
    private boolean json;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ProfileFile file = file();
      if (json) {
        file.profiles()
            .forEach((name, profile) -> terminal.line(json(file, name, profile).toString()));
        return ExitCodes.OK;
      }
      Table table = new Table(terminal, "", "PROFILE", "SERVER", "TLS", "SHOWS");
      file.profiles()
          .forEach(
              (name, profile) ->
                  table.row(
                      isCurrent(file, name) ? "*" : "",
                      name,
                      profile.server().toString(),
                      profile.tls().isPresent() ? "yes" : "no",
                      profile.proofs()));
      table.finish();
      return ExitCodes.OK;
    }
  }

  /// `profile show`.
  @Command(
      name = "show",
      description = "Show a profile, and what it reaches; tokens are not printed.")
  static final class ShowOne implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        description = "The profile (default: the current one)")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON object per line, errors too")
    private boolean json;

    ShowOne(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ProfileFile file = file();
      String wanted =
          name.isEmpty()
              ? file.current()
                  .orElseThrow(
                      () ->
                          CommandException.notFound(
                              "%s: no profile is current; choose one with \"guidepost profile use"
                                      .formatted(file.file())
                                  + " NAME\""))
              : name;
      ObjectNode shown = json(file, wanted, file.named(wanted));
      if (json) {
        terminal.line(shown.toString());
      } else {
        shown
            .properties()
            .forEach(
                each ->
                    terminal.line("%s %s".formatted(each.getKey(), each.getValue().asString())));
      }
      return ExitCodes.OK;
    }
  }

  /// `profile use`.
  @Command(name = "use", description = "Make a profile the current one.")
  static final class Use implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "The profile")
    private String name = "";

    Use(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ProfileFile file = file();
      Profile profile = file.named(name);
      try {
        replace(file.file());
      } catch (IOException e) {
        throw CommandFailures.of(file.file().toString(), e);
      }
      terminal.line("using %s: %s".formatted(name, profile.server()));
      return ExitCodes.OK;
    }

    /// Changes the one line and nothing else; whoever reads meanwhile sees the one file or the
    /// other.
    private void replace(Path file) throws IOException {
      Path real = file.toRealPath();
      String before = Files.readString(real);
      Matcher line = CURRENT.matcher(before);
      String current = "current: " + name;
      String after =
          line.find()
              ? line.replaceFirst(Matcher.quoteReplacement(current))
              : current + "\n" + before;
      ProfileText.replace(real, after);
    }
  }
}
