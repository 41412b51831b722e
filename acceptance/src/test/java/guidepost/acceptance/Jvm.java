package guidepost.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command that the launcher ends in.
final class Jvm {

  /// True while this thread starts processes that are measured.
  static final ThreadLocal<Boolean> AS_SHIPPED = ThreadLocal.withInitial(() -> false);

  private Jvm() {}

  static List<String> command(String... arguments) {
    Path lib = SharedData.root().resolve("cli/target/lib");
    if (!Files.isDirectory(lib)) {
      throw new IllegalStateException(lib + " is missing: run mvn verify, or ./guidepost build");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(tuning(arguments));
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add(
        arguments[0].equals("serve") || arguments[0].equals("demo")
            ? "-XX:AOTCache=" + lib.resolveSibling("server.aot")
            : "-XX:AOTCache=" + lib.resolveSibling("client.aot"));
    command.add("-Xlog:disable");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.library.path=" + lib);
    command.add("-cp");
    command.add(lib + "/*");
    command.add("guidepost.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }

  /// Most processes here live for seconds. What moves many rows runs as it is shipped; so do the
  /// servers of a test that says so.
  private static List<String> tuning(String... arguments) {
    List<String> words = List.of(arguments);
    return AS_SHIPPED.get() || words.contains("import") || words.contains("export")
        ? List.of()
        : List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }
}
