package guidepost.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All settings of a program, in the order of its reference. Immutable.
public final class SettingTable {

  private final List<Setting<?>> settings;
  private final Map<String, Setting<?>> byName;

  /// @throws IllegalStateException if two have one name, in the file, as a variable or as a flag
  public SettingTable(List<Setting<?>> settings) {
    this.settings = List.copyOf(settings);
    byName = by(Setting::name);
    requireDistinct(by(Setting::flag));
    requireDistinct(by(Setting::variable));
  }

  private Map<String, Setting<?>> by(Function<Setting<?>, String> name) {
    return settings.stream().collect(Collectors.toMap(name, Function.identity()));
  }

  private void requireDistinct(Map<String, Setting<?>> named) {
    if (named.size() != settings.size()) {
      throw new IllegalStateException("two settings of one name: " + settings);
    }
  }

  /// All of them.
  public List<Setting<?>> settings() {
    return settings;
  }

  Optional<Setting<?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// The names that begin a group of settings: `tls` for `tls.certificate`.
  boolean isGroup(String name) {
    return byName.keySet().stream().anyMatch(known -> known.startsWith(name + "."));
  }

  String hint(String name) {
    return Spelling.hint(name, byName.keySet());
  }

  /// The page of the reference, as Markdown.
  public String reference() {
    return new SettingReference(this).text();
  }
}
