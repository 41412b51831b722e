package guidepost.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartFileTest {

  @TempDir Path directory;

  @Test
  void shouldAppearUnderItsNameWhenItIsComplete() throws Exception {
    Path file = directory.resolve("a.zip");
    try (PartFile part = PartFile.ofOwner(file)) {
      Files.writeString(part.path(), "all of it");
      assertThat(file).doesNotExist();
      part.complete();
    }
    assertThat(file).hasContent("all of it");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(directory.resolve("a.zip.part")).doesNotExist();
  }

  @Test
  void shouldBeGoneWhenItIsNot() throws Exception {
    Files.writeString(directory.resolve("a.zip.part"), "left by one that was killed");
    try (PartFile part = PartFile.of(directory.resolve("a.zip"))) {
      Files.writeString(part.path(), "half");
    }
    assertThat(directory).isEmptyDirectory();
  }

  /// A process of its own, which a signal ends.
  @Test
  void shouldBeGoneWhenASignalEndsTheProgram() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writing.class.getName(),
                directory.resolve("a.zip").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(writer.inputReader().readLine()).isEqualTo("begun");
    assertThat(directory.resolve("a.zip.part")).hasContent("half");
    writer.destroy();
    writer.waitFor();
    assertThat(directory).isEmptyDirectory();
  }

  /// Writes half of a file and waits.
  static final class Writing {

    private Writing() {}

    public static void main(String[] args) throws Exception {
      for (String name : List.of(args)) {
        try (PartFile part = PartFile.of(Path.of(name))) {
          Files.writeString(part.path(), "half");
          System.out.println("begun");
          Thread.sleep(Long.MAX_VALUE);
        }
      }
    }
  }
}
