package guidepost.cli.files;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.Terminal;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/// Where an export goes: standard output, or a file that appears only when it is complete.
///
/// @param terminal for standard output
/// @param name empty or `-` for standard output
/// @param ownerOnly true if only its user may read the file
public record ExportFile(Terminal terminal, String name, boolean ownerOnly) {

  public ExportFile(Terminal terminal, String name) {
    this(terminal, name, false);
  }

  private boolean isStandardOutput() {
    return name.isEmpty() || name.equals("-");
  }

  /// True if the name ends in `.` and this.
  public boolean hasEnding(String ending) {
    return name.endsWith("." + ending);
  }

  /// Lets `writing` write it.
  ///
  /// @return what `writing` returns
  /// @throws CommandException if the file cannot be made
  public <T> T write(Function<Writer, T> writing) {
    if (isStandardOutput()) {
      T result = writing.apply(keptOpen(terminal.out()));
      terminal.flush();
      return result;
    }
    Path file = Path.of(name);
    requireDirectory(file);
    try (PartFile part = ownerOnly ? PartFile.ofOwner(file) : PartFile.of(file)) {
      T result = writePart(part.path(), writing);
      part.complete();
      return result;
    } catch (IOException e) {
      throw CommandFailures.of(name, e);
    } catch (UncheckedIOException e) {
      throw CommandFailures.of(name, CommandFailures.cause(e));
    }
  }

  private void requireDirectory(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw CommandException.usage(
          "file \"%s\": its directory \"%s\" does not exist".formatted(name, directory));
    }
  }

  private static <T> T writePart(Path part, Function<Writer, T> writing) throws IOException {
    try (Writer out = new BufferedWriter(Files.newBufferedWriter(part))) {
      return writing.apply(out);
    }
  }

  /// Standard output outlives its writers.
  private static Writer keptOpen(Writer out) {
    return new FilterWriter(out) {
      @Override
      public void write(char[] chars, int offset, int length) throws IOException {
        out.write(chars, offset, length);
      }

      @Override
      public void write(String text, int offset, int length) throws IOException {
        out.write(text, offset, length);
      }

      @Override
      public void close() throws IOException {
        out.flush();
      }
    };
  }
}
