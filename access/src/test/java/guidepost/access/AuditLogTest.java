package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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
        log.add(Map.of("line", i), false);
      }
    }
    assertThat(Files.readAllLines(file)).containsExactly("{\"line\":0}", "{\"line\":1}");
  }

  @Test
  void shouldLetNobodyElseReadAFileThatWasThere() throws Exception {
    Path file = Files.createFile(directory.resolve("audit.log"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    AuditLog.open(file).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void shouldBeginAnotherFileWhenOneIsFullAndKeepEveryLineOfTheNewestFiles() throws Exception {
    Path file = directory.resolve("audit.log");
    int lines = 0;
    try (AuditLog log = AuditLog.open(file, "1KB", InstantSource.system())) {
      while (lines < LINES_MAX && !Files.exists(directory.resolve("audit.log.1"))) {
        log.add(Map.of("line", lines++, "text", "x".repeat(100)), false);
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
  void shouldKeepChangesHoweverManyCallsFail() throws Exception {
    Path file = directory.resolve("audit.log");
    Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
    try (AuditLog log = AuditLog.open(file, AuditLog.FILE_BYTES_MAX, () -> now[0])) {
      for (int i = 0; i < 10_000; i++) {
        log.add(new HashMap<>(Map.of("failed", i)), true);
      }
      log.add(new HashMap<>(Map.of("changed", 1)), false);
      now[0] = now[0].plusSeconds(1);
      log.add(new HashMap<>(Map.of("failed", "later")), true);
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(AuditLog.FAILED_PER_SECOND + 2).contains("{\"changed\":1}");
    assertThat(lines.getLast())
        .contains("\"failed_calls_left_out\":" + (10_000 - AuditLog.FAILED_PER_SECOND));
  }

  @Test
  void shouldSayWhenTheFileCannotBeWritten() {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> AuditLog.open(directory))
        .withMessage("audit.file \"%s\": must be a writable file".formatted(directory));
  }
}
