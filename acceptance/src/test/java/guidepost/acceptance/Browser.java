package guidepost.acceptance;

import guidepost.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Chromium without a window, at one page.
final class Browser implements AutoCloseable {

  private final Process process;

  private Browser(Process process) {
    this.process = process;
  }

  static boolean isInstalled() {
    return program().isPresent();
  }

  private static Optional<Path> program() {
    return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
        .flatMap(
            place ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// @param directory for its profile and its log
  static Browser open(String address, Path directory) throws IOException {
    return new Browser(
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--remote-debugging-port=0",
                address)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("browser.log").toFile())
            .start());
  }

  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    process.onExit().completeOnTimeout(process, Patience.SECONDS, TimeUnit.SECONDS).join();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join());
  }
}
