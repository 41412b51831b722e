package guidepost.cli.data;

import guidepost.cli.files.PartFile;
import guidepost.cli.output.ByteProgress;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.server.BackupException;
import guidepost.server.BackupWriter;
import guidepost.server.v1.BackupHeader;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.DomainRevision;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `backup`.
@Command(
    name = "backup",
    description =
        "Copy a running server's data, consistent at one point in time, into one file (a zip).")
final class Backup implements Callable<Integer> {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Terminal terminal;
  @Mixin private DataOptions data = new DataOptions();

  @Option(names = "--force", description = "Replace FILE if it exists")
  private boolean force;

  @Parameters(paramLabel = "FILE", description = "The file to write; appears when it is complete")
  private Path file = Path.of("");

  Backup(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (Files.exists(file) && !force) {
      throw CommandException.usage("file \"%s\": exists; replace it with --force".formatted(file));
    }
    try {
      BackupHeader copied = write();
      show(copied, Files.size(file));
      return ExitCodes.OK;
    } catch (BackupException e) {
      throw CommandException.broken(
          "data directory %s: %s; nothing was written".formatted(data.data(), e.getMessage()));
    } catch (IOException e) {
      throw CommandFailures.of(file.toString(), e);
    }
  }

  /// The file gets its name when all of it is on the disk.
  private BackupHeader write() throws IOException {
    try (PartFile part = PartFile.ofOwner(file)) {
      BackupHeader copied = writePart(part.path());
      part.complete();
      return copied;
    } catch (UncheckedIOException e) {
      throw CommandFailures.cause(e);
    }
  }

  private BackupHeader writePart(Path part) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER_BYTES);
        BackupWriter writer = new BackupWriter(out);
        ByteProgress progress = ByteProgress.of(terminal, data.json(), "backup")) {
      data.ask(
          server -> {
            server.backup(each -> add(writer, progress, each));
            return true;
          });
      return writer.finish();
    }
  }

  private static void add(BackupWriter writer, ByteProgress progress, BackupResponse part) {
    if (part.hasHeader()) {
      progress.of(part.getHeader().getBytes());
    }
    progress.add(part.getData().size());
    try {
      writer.add(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void show(BackupHeader copied, long bytes) {
    if (data.json()) {
      ObjectNode json = Json.object().put("file", file.toString()).put("bytes", bytes);
      ObjectNode revisions = json.putObject("revisions");
      copied
          .getRevisionsList()
          .forEach(each -> revisions.put(each.getDomain(), each.getRevision()));
      terminal.line(json.toString());
      return;
    }
    String revisions =
        copied.getRevisionsList().stream().map(Backup::text).collect(Collectors.joining(", "));
    terminal.line("wrote %s: %s, %s".formatted(file, Plural.grouped(bytes, "byte"), revisions));
  }

  private static String text(DomainRevision each) {
    return "%s at revision %d".formatted(each.getDomain(), each.getRevision());
  }
}
