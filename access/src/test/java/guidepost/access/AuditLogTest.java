package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of the audit log.
final class AuditLogTest {

  private static final int LINES_MAX = 1_000_000;

  @TempDir Path directory;

  @Test
  void shouldAppendToWhatIsThere() throws Exception {
    Path file = directory.resolve("audit.log");
    for (int i = 0; i < 2; i++) {
      try (AuditLog log = AuditLog.open(file)) {
        log.add(Map.of("line", i));
      }
    }
    assertThat(Files.readAllLines(file)).containsExactly("{\"line\":0}", "{\"line\":1}");
  }

  @Test
  void shouldBeginAnotherFileWhenOneIsFullAndKeepEveryLineOfTheNewestFiles() throws Exception {
    Path file = directory.resolve("audit.log");
    int lines = 0;
    try (AuditLog log = AuditLog.open(file, "1KB", InstantSource.system())) {
      while (lines < LINES_MAX && !Files.exists(directory.resolve("audit.log.1"))) {
        log.add(Map.of("line", lines++, "text", "x".repeat(100)));
      }
    }
    assertThat(directory.resolve("audit.log.1")).exists();
    int written = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.toList()) {
        List<String> read = Files.readAllLines(each);
        assertThat(read).allMatch(line -> line.startsWith("{\"") && line.endsWith("}"));
        written += read.size();
      }
    }
    assertThat(written).isEqualTo(lines);
  }

  @Test
  void shouldSayWhenTheFileCannotBeWritten() {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> AuditLog.open(directory))
        .withMessage("audit.file \"%s\": must be a writable file".formatted(directory));
  }
}
