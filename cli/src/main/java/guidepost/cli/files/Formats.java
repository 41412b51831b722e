package guidepost.cli.files;

import guidepost.cli.output.CommandException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads the values of `--format`.
public final class Formats {

  private Formats() {}

  /// The format with this name.
  ///
  /// @throws CommandException if there is none
  public static <F> F require(String name, Function<String, F> formats) {
    try {
      return formats.apply(name);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /// The one of these with this name.
  ///
  /// @throws CommandException if there is none
  public static <F> F requireWritable(String name, List<F> writable) {
    return writable.stream()
        .filter(format -> format.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> notWritable(name, writable));
  }

  private static CommandException notWritable(String name, List<?> writable) {
    String names = writable.stream().map(Object::toString).collect(Collectors.joining(" or "));
    return CommandException.usage("format \"%s\": must be %s".formatted(name, names));
  }
}
