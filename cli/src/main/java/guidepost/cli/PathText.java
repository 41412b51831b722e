package guidepost.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the path of a file or directory; [NamedArgument] says what is wrong with one. An empty one
/// would be the working directory, which nobody means who wrote `--data "$DIR"` and had no DIR.
final class PathText implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    try {
      if (!text.isBlank()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
    throw new TypeConversionException("empty");
  }
}
