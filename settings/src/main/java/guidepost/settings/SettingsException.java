package guidepost.settings;

import java.util.List;

/// Settings that cannot be taken, with every reason: one line each.
public final class SettingsException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /// @param problem one line: where, what, and which rule
  public SettingsException(String problem) {
    this(List.of(problem));
  }

  /// @param problems one line each; not empty
  public SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /// What is wrong, one line each, in the order of the file.
  public List<String> problems() {
    return problems;
  }
}
