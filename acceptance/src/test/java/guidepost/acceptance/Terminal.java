package guidepost.acceptance;

import guidepost.testing.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs the command line in a process of its own and keeps what it prints.
///
/// @param exitCode its exit code
/// @param out its standard output
/// @param err its standard error
record Terminal(int exitCode, String out, String err) {

  /// What asks by the socket in the data directory.
  private static final Set<String> ADMIN = Set.of("backup", "compact", "dump", "health", "verify");

  private static final long SECONDS_MAX = Patience.SECONDS;

  /// Runs a command that needs no server.
  static Terminal run(String... arguments) throws IOException, InterruptedException {
    return run("", arguments);
  }

  /// Runs a command of a server's.
  static Terminal run(ServerProcess server, String... arguments)
      throws IOException, InterruptedException {
    return runWith("", server, arguments);
  }

  /// Runs a command of a server's that reads standard input.
  static Terminal runWith(String input, ServerProcess server, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (ADMIN.contains(arguments[0])) {
      Collections.addAll(all, "--data", server.data().toString());
    } else {
      Collections.addAll(all, "--server", server.address());
    }
    return run(input, all.toArray(String[]::new));
  }

  private static Terminal run(String input, String[] arguments)
      throws IOException, InterruptedException {
    return run(List.of(), input, arguments);
  }

  /// Runs a command that another program runs.
  ///
  /// @param prefix that program with its arguments
  static Terminal run(List<String> prefix, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(Jvm.command(arguments));
    Process process = new ProcessBuilder(command).start();
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + String.join(" ", arguments));
    }
    return new Terminal(process.exitValue(), out.join(), err.join());
  }

  private static CompletableFuture<String> read(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
