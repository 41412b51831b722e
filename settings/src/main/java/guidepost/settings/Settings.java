package guidepost.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The values of all settings, each with its origin. Immutable.
public final class Settings {

  /// Names the file.
  public static final String FILE_VARIABLE = Setting.PREFIX + "CONFIG";

  private static final String HIDDEN = "***";

  /// A value, and who gave it.
  private record Given(@Nullable Object value, Origin origin) {}

  private final SettingTable table;
  private final Map<Setting<?>, Given> given;
  private final List<String> warnings;

  private Settings(SettingTable table, Map<Setting<?>, Given> given, List<String> warnings) {
    this.table = table;
    this.given = Map.copyOf(given);
    this.warnings = List.copyOf(warnings);
  }

  /// Where values come from.
  ///
  /// @param file the YAML file, if there is one
  /// @param environment all variables; others than those of settings are not looked at
  /// @param flags by the name of the flag; the texts that were given, in order
  public record Sources(
      Optional<Path> file, Map<String, String> environment, Map<String, List<String>> flags) {

    /// No source: everything is as by default.
    public static final Sources NONE = new Sources(Optional.empty(), Map.of(), Map.of());

    public Sources {
      environment = Map.copyOf(environment);
      flags = Map.copyOf(flags);
    }

    /// Those of a command: its flags, and a file that a flag or the environment names.
    public static Sources of(
        Optional<Path> file, Map<String, String> environment, Map<String, List<String>> flags) {
      Optional<Path> named =
          file.or(() -> Optional.ofNullable(environment.get(FILE_VARIABLE)).map(Path::of));
      return new Sources(named, environment, flags);
    }
  }

  /// Reads the values.
  ///
  /// @throws SettingsException if the file cannot be read, or has or is missing something; it names
  ///   every problem, not only the first
  public static Settings read(SettingTable table, Sources sources) throws SettingsException {
    List<String> problems = new ArrayList<>();
    SequencedMap<Setting<?>, Texts> texts = new LinkedHashMap<>();
    if (sources.file().isPresent()) {
      new FileReader(table, sources.file().get().toString(), texts, problems)
          .take(YamlFile.read(sources.file().get()), "");
    }
    for (Setting<?> setting : table.settings()) {
      String variable = sources.environment().get(setting.variable());
      if (variable != null) {
        texts.put(
            setting,
            new Texts(
                setting.type().parts(variable),
                setting.variable(),
                new Origin.Variable(setting.variable())));
      }
      List<String> flags = sources.flags().get(setting.flag());
      if (flags != null) {
        texts.put(
            setting,
            new Texts(
                flags.stream().map(String::strip).toList(),
                setting.flag(),
                new Origin.Flag(setting.flag())));
      }
    }
    Map<Setting<?>, Given> given = new HashMap<>();
    texts.forEach((setting, text) -> take(setting, text, given, problems));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new Settings(table, given, unknownVariables(table, sources.environment()));
  }

  private static void take(
      Setting<?> setting, Texts texts, Map<Setting<?>, Given> given, List<String> problems) {
    try {
      given.put(setting, new Given(setting.type().read(texts.texts()), texts.origin()));
    } catch (SettingType.InvalidValueException e) {
      String problem = String.valueOf(e.getMessage());
      problems.add(
          "%s %s"
              .formatted(
                  texts.named(),
                  setting.isSecret()
                      ? "%s: must be %s".formatted(HIDDEN, setting.type().rule())
                      : problem));
    }
  }

  /// A variable that looks like a setting and is none was most likely meant as one; others, such as
  /// those that container platforms add, are none of our business.
  private static List<String> unknownVariables(
      SettingTable table, Map<String, String> environment) {
    List<String> known = new ArrayList<>(table.settings().stream().map(Setting::variable).toList());
    known.add(FILE_VARIABLE);
    List<String> endings =
        known.stream().map(name -> name.substring(Setting.PREFIX.length())).toList();
    return environment.keySet().stream()
        .filter(name -> name.startsWith(Setting.PREFIX) && !known.contains(name))
        .sorted()
        .flatMap(
            name ->
                Spelling.nearest(name.substring(Setting.PREFIX.length()), endings)
                    .map(Setting.PREFIX::concat)
                    .map("%s: unknown variable; did you mean %%s?".formatted(name)::formatted)
                    .stream())
        .toList();
  }

  /// What somebody gave for a setting.
  ///
  /// @param named how an error begins
  private record Texts(List<String> texts, String named, Origin origin) {}

  /// Takes the keys of a file.
  private record FileReader(
      SettingTable table,
      String file,
      SequencedMap<Setting<?>, Texts> texts,
      List<String> problems) {

    void take(YamlNode.Entries entries, String prefix) {
      entries.entries().forEach((key, entry) -> take(prefix + key, entry));
    }

    private void take(String name, YamlNode.Entry entry) {
      Optional<Setting<?>> setting = table.find(name);
      if (setting.isPresent()) {
        take(setting.get(), entry);
      } else if (!table.isGroup(name)) {
        problem(entry.keyLine(), "unknown key %s%s".formatted(name, table.hint(name)));
      } else if (entry.value() instanceof YamlNode.Entries group) {
        take(group, name + ".");
      } else if (!isNothing(entry.value())) {
        problem(entry.keyLine(), "%s: must be a group of keys".formatted(name));
      }
    }

    private void take(Setting<?> setting, YamlNode.Entry entry) {
      int line = entry.keyLine();
      Texts earlier = texts.get(setting);
      if (earlier != null) {
        problem(line, "%s is there twice; the first is at %s".formatted(setting, earlier.origin()));
      } else if (isNothing(entry.value())) {
        problem(line, "%s: has no value; leave it out to have the default".formatted(setting));
      } else {
        texts(setting, entry.value())
            .ifPresentOrElse(
                found ->
                    texts.put(
                        setting,
                        new Texts(
                            found,
                            "%s:%d: %s".formatted(file, line, setting),
                            new Origin.File(file, line))),
                () ->
                    problem(
                        entry.value().line(),
                        "%s: must be %s, not %s"
                            .formatted(
                                setting, wanted(setting.type().shape()), entry.value().kind())));
      }
    }

    private static String wanted(SettingType.Shape shape) {
      return switch (shape) {
        case PLAIN -> "a value";
        case LIST -> "a list of values";
        case MAP -> "a group of names with values";
      };
    }

    private static boolean isNothing(YamlNode node) {
      return node instanceof YamlNode.Text text && text.text().isEmpty();
    }

    private static Optional<List<String>> texts(Setting<?> setting, YamlNode node) {
      SettingType.Shape shape = setting.type().shape();
      return switch (node) {
        case YamlNode.Text text when shape != SettingType.Shape.MAP ->
            Optional.of(List.of(text.text()));
        case YamlNode.Items items when shape == SettingType.Shape.LIST -> texts(items.items());
        case YamlNode.Entries entries when shape == SettingType.Shape.MAP -> named(entries);
        default -> Optional.empty();
      };
    }

    private static Optional<List<String>> texts(List<YamlNode> items) {
      return items.stream().allMatch(YamlNode.Text.class::isInstance)
          ? Optional.of(items.stream().map(item -> ((YamlNode.Text) item).text()).toList())
          : Optional.empty();
    }

    private static Optional<List<String>> named(YamlNode.Entries entries) {
      List<String> texts = new ArrayList<>();
      for (Map.Entry<String, YamlNode.Entry> entry : entries.entries().entrySet()) {
        if (!(entry.getValue().value() instanceof YamlNode.Text text)) {
          return Optional.empty();
        }
        texts.add(entry.getKey() + "=" + text.text());
      }
      return Optional.of(texts);
    }

    private void problem(int line, String text) {
      problems.add("%s:%d: %s".formatted(file, line, text));
    }
  }

  /// The value of a setting that has one.
  ///
  /// @throws NoSuchElementException if it has neither a value nor a default
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new NoSuchElementException("no value and no default: " + setting));
  }

  /// The value of a setting; empty if nobody gave one and there is no default.
  @SuppressWarnings("unchecked") // what is kept for a setting is what its type read
  public <T> Optional<T> find(Setting<T> setting) {
    Given value = given.get(setting);
    return value == null ? setting.preset() : Optional.ofNullable((T) value.value());
  }

  /// Where the value comes from.
  public Origin origin(Setting<?> setting) {
    Given value = given.get(setting);
    return value == null ? new Origin.Default() : value.origin();
  }

  /// The value as it would be written; a secret is `***`, no value is empty.
  public String text(Setting<?> setting) {
    return textOf(setting);
  }

  private <T> String textOf(Setting<T> setting) {
    return find(setting)
        .map(value -> setting.isSecret() ? HIDDEN : setting.type().write(value))
        .orElse("");
  }

  /// The settings whose values differ from those of others.
  public List<Setting<?>> changed(Settings others) {
    return table.settings().stream()
        .filter(setting -> !Objects.equals(find(setting), others.find(setting)))
        .toList();
  }

  /// These, with the values and origins of others for some settings.
  ///
  /// @param kept which
  public Settings keeping(Settings others, Predicate<Setting<?>> kept) {
    Map<Setting<?>, Given> mixed = new HashMap<>();
    for (Setting<?> setting : table.settings()) {
      Given value = (kept.test(setting) ? others : this).given.get(setting);
      if (value != null) {
        mixed.put(setting, value);
      }
    }
    return new Settings(table, mixed, warnings);
  }

  /// What is not wrong but most likely not meant, one line each.
  public List<String> warnings() {
    return warnings;
  }

  /// What can be set.
  public SettingTable table() {
    return table;
  }
}
