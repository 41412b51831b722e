package guidepost.cli;

import guidepost.cli.output.ExitCodes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The manual page of a command, in the macros of man(7), made of what `--help` is made of.
final class ManPage {

  private static final String SECTION = "1";

  private final CommandLine command;
  private final StringBuilder text = new StringBuilder();

  private ManPage(CommandLine command) {
    this.command = command;
  }

  /// The pages of a command and of all below it that are not hidden, by the names of their files.
  static Map<String, String> all(CommandLine command) {
    Map<String, String> pages = new TreeMap<>();
    add(command, pages);
    return pages;
  }

  private static void add(CommandLine command, Map<String, String> pages) {
    pages.put(name(command) + "." + SECTION, new ManPage(command).write());
    verbs(command).forEach(verb -> add(verb, pages));
  }

  /// What is below a command, each once, though it has aliases.
  private static List<CommandLine> verbs(CommandLine command) {
    return command.getSubcommands().values().stream()
        .distinct()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private String write() {
    CommandSpec spec = command.getCommandSpec();
    macro("TH", name(command).toUpperCase(Locale.ROOT), SECTION, "", "Guidepost", "Guidepost");
    List<String> description = lines(spec.usageMessage().description());
    macro("SH", "NAME");
    text(name(command) + " - " + withoutPeriod(description.getFirst()));
    macro("SH", "SYNOPSIS");
    text(command.getHelp().synopsis(0).replaceAll("\\s+", " ").strip());
    macro("SH", "DESCRIPTION");
    paragraphs(description);
    paragraphs(lines(spec.usageMessage().footer()));
    if (spec.aliases().length > 0) {
      paragraphs(List.of("The same: " + String.join(", ", spec.aliases()) + "."));
    }
    arguments(spec);
    verbs();
    exitStatus();
    seeAlso();
    return text.toString();
  }

  private static String withoutPeriod(String sentence) {
    return sentence.replaceFirst("[.:]$", "");
  }

  private static List<String> lines(String... described) {
    return Stream.of(described)
        .map(line -> line.replace("%n", "\n").replace("%%", "%"))
        .flatMap(String::lines)
        .filter(line -> !line.isBlank())
        .toList();
  }

  private void arguments(CommandSpec spec) {
    List<PositionalParamSpec> positional =
        spec.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    if (!positional.isEmpty()) {
      macro("SH", "ARGUMENTS");
      positional.forEach(each -> item(each.paramLabel(), each));
    }
    List<OptionSpec> options = spec.options().stream().filter(each -> !each.hidden()).toList();
    if (!options.isEmpty()) {
      macro("SH", "OPTIONS");
      options.forEach(each -> item(named(each), each));
    }
  }

  private static String named(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() == 0
        ? names
        : names
            + " "
            + Stream.generate(option::paramLabel)
                .limit(Math.max(1, option.arity().min()))
                .collect(Collectors.joining(" "));
  }

  private void item(String name, ArgSpec argument) {
    item(name, lines(argument.description()));
  }

  private void item(String name, Collection<String> explained) {
    text.append(".TP\n.B ").append(escaped(name)).append('\n');
    explained.forEach(this::text);
  }

  private void verbs() {
    if (verbs(command).isEmpty()) {
      return;
    }
    macro("SH", "COMMANDS");
    for (CommandLine verb : verbs(command)) {
      item(
          verb.getCommandName(),
          lines(verb.getCommandSpec().usageMessage().description()).subList(0, 1));
    }
  }

  private void exitStatus() {
    macro("SH", "EXIT STATUS");
    ExitCodes.meanings().forEach((code, meaning) -> item(code, List.of(meaning)));
  }

  private void seeAlso() {
    List<String> others = new ArrayList<>();
    if (command.getParent() != null) {
      others.add(name(command.getParent()));
    }
    verbs(command).forEach(verb -> others.add(name(verb)));
    macro("SH", "SEE ALSO");
    text(
        others.stream()
            .map(other -> other + "(" + SECTION + ")")
            .collect(Collectors.joining(", ")));
  }

  private void paragraphs(List<String> lines) {
    for (String line : lines) {
      macro("PP");
      text(line);
    }
  }

  private void macro(String name, String... arguments) {
    text.append('.').append(name);
    for (String argument : arguments) {
      text.append(" \"").append(escaped(argument)).append('"');
    }
    text.append('\n');
  }

  private void text(String line) {
    text.append(escaped(line)).append('\n');
  }

  /// As troff takes it literally.
  private static String escaped(String line) {
    String plain = line.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
