import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Makes the cache from which a server starts quicker (JEP 483, 514, 515): runs one on an empty
/// directory until it listens, and ends it.
///
/// The options beside those of the cache are the launcher's, since a cache of others is not used.
/// Without a cache a server starts all the same, so a failure is told and does not fail the build.
///
/// Usage: `java ServerCache.java TARGET`, where the jars are in `TARGET/lib`; the cache becomes
/// `TARGET/server.aot`.
final class ServerCache {

  private ServerCache() {}

  static void main(String[] arguments) throws IOException, InterruptedException {
    Path target = Path.of(arguments[0]);
    Path data = Files.createTempDirectory("guidepost-cache");
    try {
      train(target, data);
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void train(Path target, Path data) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:AOTCacheOutput=" + target.resolve("server.aot"));
    command.add("-Xlog:disable");
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", target.resolve("lib") + "/*", "guidepost.cli.Main"));
    command.addAll(List.of("serve", "--data", data.resolve("data").toString()));
    command.addAll(List.of("--listen", "127.0.0.1:0"));
    Process server =
        new ProcessBuilder(command)
            .redirectError(target.resolve("server-cache.log").toFile())
            .start();
    try (BufferedReader said = server.inputReader()) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith("listening on")) {
          server.toHandle().destroy(); // the process only: its output is still read
        }
      }
    }
    if (server.waitFor() != 0) {
      System.err.println("no cache for the start of servers: see server-cache.log");
    }
  }
}
