import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Makes what commands start quicker from: the classes of a client command, from one call of every
/// kind (`demo`), and the classes of a server, from one that listens on an empty directory (JEP
/// 350; 483, 514 and 515).
///
/// The options beside those of a cache are the launcher's, since a cache of others is not used.
/// Without a cache a command starts all the same, so a failure is told and does not fail the build.
///
/// Usage: `java StartCaches.java TARGET`, where the jars are in `TARGET/lib`; the caches become
/// `TARGET/classes.jsa` and `TARGET/server.aot`.
final class StartCaches {

  private final Path target;
  private final Path directory;

  private StartCaches(Path target, Path directory) {
    this.target = target;
    this.directory = directory;
  }

  static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("guidepost-caches");
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      StartCaches caches = new StartCaches(Path.of(arguments[0]), directory);
      Future<?> client = beside.submit(caches::makeClient);
      caches.makeServer();
      client.get();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private Void makeClient() throws IOException, InterruptedException {
    Path cache = target.resolve("classes.jsa");
    List<String> jvm =
        List.of(
            "-XX:ArchiveClassesAtExit=" + cache,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + directory);
    make(cache, jvm, List.of("demo"), "The server stays up");
    return null;
  }

  private void makeServer() throws IOException, InterruptedException {
    Path cache = target.resolve("server.aot");
    List<String> serve = List.of("serve", "--data", directory.resolve("data").toString());
    make(cache, List.of("-XX:AOTCacheOutput=" + cache), serve, "listening on");
  }

  /// Runs a command until it prints a line, then ends it.
  private void make(Path cache, List<String> jvm, List<String> arguments, String last)
      throws IOException, InterruptedException {
    Path log = Path.of(cache + ".log");
    Process process =
        new ProcessBuilder(command(jvm, arguments)).redirectError(log.toFile()).start();
    try (BufferedReader said = process.inputReader()) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith(last)) {
          process.toHandle().destroy(); // the process only: its output is still read
        }
      }
    }
    if (process.waitFor() != 0) {
      System.err.println("no " + cache.getFileName() + ", commands start slower: see " + log);
    }
  }

  private List<String> command(List<String> jvm, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.add("-Xlog:disable");
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.library.path=" + target.resolve("lib"));
    command.addAll(List.of("-cp", target.resolve("lib") + "/*", "guidepost.cli.Main"));
    command.addAll(arguments);
    command.addAll(List.of("--listen", "127.0.0.1:0"));
    return command;
  }
}
