package guidepost.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Large real-world files that stand beside the repository on some machines, never in it.
final class SharedData {

  private SharedData() {}

  /// The repository.
  static Path root() {
    return Path.of(System.getProperty("guidepost.root", "..")).toAbsolutePath().normalize();
  }

  /// A file of that data; the test that asks is skipped, and says so, where it is absent.
  static Path require(String name) {
    Path file = root().resolve("../shared/data").resolve(name).normalize();
    assumeTrue(Files.isRegularFile(file), () -> "SKIPPED: needs ../shared/data/" + name);
    return file;
  }
}
