package guidepost.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A rival's server in a process of its own, with a directory of its own and without privileges.
///
/// Threads: one.
final class RivalProcess implements AutoCloseable {

  /// What PostgreSQL and Redis both say.
  private static final String READY = "ready to accept connections";

  private static final long END_SECONDS_MAX = 30;

  private final Process process;

  private RivalProcess(Process process) {
    this.process = process;
  }

  /// Starts one and waits until it is ready.
  ///
  /// @param user the account that runs it if this program runs as root
  static RivalProcess start(String user, List<String> command) throws IOException {
    Process process = builder(user, command).start();
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.toLowerCase(Locale.ROOT).contains(READY)) {
        Thread.ofPlatform().daemon().start(() -> drain(out));
        return new RivalProcess(process);
      }
    }
    throw new IOException("%s did not start:%n%s".formatted(command.getFirst(), said));
  }

  private static void drain(BufferedReader out) {
    try {
      out.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // It has ended.
    }
  }

  /// Runs a command to its end.
  static void run(String user, List<String> command) throws IOException, InterruptedException {
    Process process = builder(user, command).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("%s failed:%n%s".formatted(command.getFirst(), said));
    }
  }

  private static ProcessBuilder builder(String user, List<String> command) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    }
    all.addAll(command);
    return new ProcessBuilder(all).redirectErrorStream(true).directory(Path.of("/").toFile());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /// An empty directory that belongs to a user.
  ///
  /// @param parent must let everybody through
  static Path directoryOf(String user, Path parent) throws IOException {
    Path directory = Files.createDirectory(parent.resolve(user));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    if (isRoot()) {
      Files.setOwner(
          directory,
          directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    }
    return directory;
  }

  /// A port of the loopback device that nobody listens on.
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  long processorNanos() throws IOException {
    return ProcessorTime.nanosOf(process.toHandle());
  }

  /// Asks it to end, by SIGTERM, and waits.
  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
