package guidepost.cli.data;

import guidepost.cli.output.CommandException;
import guidepost.journal.JournalException;
import guidepost.server.Engines;
import guidepost.server.LocalData;
import guidepost.server.v1.VerifyReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a data directory that no server has open holds, as text, in a file that is deleted when
/// this is closed unless it is still needed.
///
/// Threads: one.
final class DirectoryDump implements AutoCloseable {

  private final Path file;
  private boolean kept;

  private DirectoryDump(Path file) {
    this.file = file;
  }

  /// Reads a directory, which must be whole.
  ///
  /// @throws JournalException if there is none, or a server has it open
  /// @throws IOException if it cannot be written down
  static DirectoryDump of(Path directory) throws IOException {
    DirectoryDump dump = new DirectoryDump(Files.createTempFile("guidepost-dump", ".jsonl"));
    try (LocalData data = LocalData.openForReading(Engines.embedded(directory));
        Writer out = Files.newBufferedWriter(dump.file)) {
      requireWhole(directory, data);
      data.dump(lines -> write(out, lines));
      return dump;
    } catch (UncheckedIOException e) {
      dump.close();
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      dump.close();
      throw e;
    }
  }

  private static void requireWhole(Path directory, LocalData data) throws JournalException {
    VerifyReport.Builder report = VerifyReport.newBuilder();
    data.verify(part -> report.mergeFrom(part.getReport()));
    if (report.getWrong() > 0) {
      throw CommandException.rejected(
          "data directory %s: is damaged: %s".formatted(directory, report.getFindings(0)));
    }
  }

  private static void write(Writer out, String lines) {
    try {
      out.write(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it holds.
  BufferedReader lines() throws IOException {
    return Files.newBufferedReader(file);
  }

  /// Where it is.
  Path file() {
    return file;
  }

  /// It stays.
  void keep() {
    kept = true;
  }

  @Override
  public void close() throws IOException {
    if (!kept) {
      Files.deleteIfExists(file);
    }
  }
}
