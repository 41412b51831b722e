package guidepost.cli.files;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What an import reads.
///
/// @param name for messages
/// @param in unpacked text
/// @param packed counts what has been read of the packed bytes
/// @param packedBytes how many there are, or -1
public record ImportSource(String name, InputStream in, Counter packed, long packedBytes)
    implements AutoCloseable {

  /// Counts the bytes that pass.
  static final class Counter extends FilterInputStream {
    private volatile long bytes;

    Counter(InputStream in) {
      super(in);
    }

    long bytes() {
      return bytes;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      count(Math.max(n, 0));
      return n;
    }

    /// One thread reads; another may ask.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void count(int n) {
      bytes += n;
    }
  }

  /// A file, or standard input for `-`, packed or not.
  ///
  /// @throws CommandException if it cannot be opened
  public static ImportSource open(Terminal terminal, String file) {
    boolean standard = file.equals("-");
    if (file.isBlank()) {
      throw CommandException.usage(
          "file \"%s\": must be the path of a file, or - for standard input".formatted(file));
    }
    try {
      if (!standard && Files.isDirectory(Path.of(file))) {
        throw CommandException.usage("file \"%s\": is a directory".formatted(file));
      }
      Counter counter = new Counter(standard ? terminal.in() : Files.newInputStream(Path.of(file)));
      return new ImportSource(
          standard ? "standard input" : file,
          Unpacked.open(counter),
          counter,
          standard ? -1 : Files.size(Path.of(file)));
    } catch (IOException e) {
      throw CommandFailures.of(file, e);
    }
  }

  /// What a program prints.
  ///
  /// @throws CommandException if there is no such program or it fails
  public static ImportSource ofProgram(List<String> command) {
    String name = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      String complaint =
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw CommandException.broken(
            "\"%s\" ended with %d: %s".formatted(name, process.exitValue(), complaint));
      }
      Counter counter = new Counter(new ByteArrayInputStream(output));
      return new ImportSource(name, counter, counter, output.length);
    } catch (IOException e) {
      throw CommandException.broken(
          "\"%s\" cannot be run: %s; is iproute2 installed?".formatted(name, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.broken("\"%s\" was interrupted".formatted(name));
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw CommandFailures.of(name, e);
    }
  }
}
