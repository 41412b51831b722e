package guidepost.settings;

/// Where the value of a setting comes from. Immutable.
public sealed interface Origin {

  /// Nobody chose it.
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /// A line of the file.
  ///
  /// @param line from 1
  record File(String file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /// A variable of the environment.
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A flag of the command.
  record Flag(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }
}
