package guidepost.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What an argument is called, and what it must be.
///
/// @param argument an option or a parameter
record NamedArgument(ArgSpec argument) {

  /// True if the program reads it itself, and says itself what is wrong with it.
  boolean isReadByUs() {
    return argument.converters().length > 0;
  }

  private String name() {
    String name =
        argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    return name.replaceFirst("^-+", "").toLowerCase(Locale.ROOT);
  }

  /// Says that a value breaks the rule.
  String refusal(String value) {
    return "%s \"%s\": must be %s"
        .formatted(name(), value.strip(), isMap() ? argument.paramLabel() : rule(value));
  }

  /// True if it takes a name with a value: `NAME=MINUTES`.
  boolean isMap() {
    return argument.typeInfo().isMap();
  }

  private String rule(String value) {
    boolean isPath = type() == Path.class;
    return isPath && value.isBlank() ? "the path of a file or directory" : rule(type());
  }

  private Class<?> type() {
    return argument.auxiliaryTypes()[0];
  }

  private static String rule(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + names(type.getEnumConstants());
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number, at most " + Integer.MAX_VALUE;
    }
    if (type == long.class || type == Long.class) {
      return "a whole number, at most " + Long.MAX_VALUE;
    }
    if (type == Path.class) {
      return "the name of a file in the characters of this locale; set LC_ALL=C.UTF-8";
    }
    return type == double.class || type == Double.class ? "a number" : "another value";
  }

  private static String names(Object[] constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
