package guidepost.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// What lets the fish shell complete commands, by its own rules: one line for each verb and each
/// option, with the words after which it may stand.
///
/// Picocli writes a script for bash only, which zsh reads too.
final class FishCompletion {

  private static final String PROGRAM = "guidepost";

  private final StringBuilder text = new StringBuilder();

  private FishCompletion() {}

  /// The script for the whole command line.
  static String of(CommandLine program) {
    FishCompletion made = new FishCompletion();
    made.line("-f");
    made.add(program, List.of());
    return made.text.toString();
  }

  private void add(CommandLine command, List<String> seen) {
    List<CommandLine> verbs =
        command.getSubcommands().values().stream()
            .distinct()
            .filter(each -> !each.getCommandSpec().usageMessage().hidden())
            .toList();
    String here = when(seen, command.getSubcommands().keySet().stream().toList());
    for (CommandLine verb : verbs) {
      String description = described(verb.getCommandSpec().usageMessage().description());
      line("-n %s -a %s -d %s".formatted(here, verb.getCommandName(), description));
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        line("-n %s %s".formatted(here, option(option)));
      }
    }
    for (PositionalParamSpec word : command.getCommandSpec().positionalParameters()) {
      String values = values(word).replace("-r -F", "-F");
      if (!values.isEmpty()) {
        line("-n %s %s".formatted(here, values));
      }
    }
    for (CommandLine verb : verbs) {
      List<String> below = new ArrayList<>(seen);
      List<String> names = new ArrayList<>(List.of(verb.getCommandSpec().aliases()));
      names.addFirst(verb.getCommandName());
      below.add(String.join(" ", names));
      add(verb, below);
    }
  }

  /// The condition: after these words, and before any of those.
  private static String when(List<String> seen, List<String> next) {
    String after =
        seen.stream()
            .map("__fish_seen_subcommand_from %s"::formatted)
            .collect(Collectors.joining("; and "));
    String before =
        next.isEmpty() ? "" : "not __fish_seen_subcommand_from " + String.join(" ", next);
    if (after.isEmpty() || before.isEmpty()) {
      return quoted(after + before);
    }
    return quoted(after + "; and " + before);
  }

  private static String option(OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? "-l " : "-s ");
      names.append(name.replaceFirst("^--?", "")).append(' ');
    }
    String values = option.arity().max() == 0 ? "" : values(option);
    if (values.isEmpty() && option.arity().max() > 0) {
      values = "-x";
    }
    return "%s%s -d %s".formatted(names, values, described(option.description()));
  }

  /// What may stand there: one of some words, a file, or (empty) anything.
  private static String values(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      String words =
          StreamSupport.stream(argument.completionCandidates().spliterator(), false)
              .map(word -> argument.type().isEnum() ? word.toLowerCase(Locale.ROOT) : word)
              .collect(Collectors.joining(" "));
      return "-x -a " + quoted(words);
    }
    boolean isFile = argument.type() == Path.class || argument.paramLabel().contains("FILE");
    return isFile ? "-r -F" : "";
  }

  private static String described(String... description) {
    return quoted(
        description.length == 0 ? "" : description[0].replace("%n", " ").replace("$$", "$"));
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private void line(String rule) {
    text.append("complete -c ").append(PROGRAM).append(' ').append(rule.strip()).append('\n');
  }
}
