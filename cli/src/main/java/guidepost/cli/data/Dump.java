package guidepost.cli.data;

import guidepost.cli.files.ExportFile;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dump`.
@Command(
    name = "dump",
    description = {
      "Write everything that is stored as text, one JSON object per line, which \"load\" reads.",
      "Of a running server, or of a directory that no server has open."
    })
final class Dump implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private DataOptions data = new DataOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "The file to write; none or \"-\": standard output. Appears when it is complete")
  private String file = "";

  Dump(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long lines = new ExportFile(terminal, file, true).write(this::dump);
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          data.json()
              ? Json.object().put("file", file).put("lines", lines).toString()
              : "wrote %s to %s".formatted(Plural.grouped(lines, "line"), file));
    }
    return ExitCodes.OK;
  }

  private long dump(Writer out) {
    long[] count = {0};
    Consumer<String> lines =
        text -> {
          count[0] += text.chars().filter(c -> c == '\n').count();
          write(out, text);
        };
    data.read(
        server -> {
          server.dump(lines);
          return true;
        },
        local -> {
          local.dump(lines);
          return true;
        });
    return count[0];
  }

  private static void write(Writer out, String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
