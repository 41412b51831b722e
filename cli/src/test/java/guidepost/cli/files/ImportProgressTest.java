package guidepost.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportProgressTest {

  private final StringWriter shown = new StringWriter();
  private final ImportSource.Counter packed =
      new ImportSource.Counter(new ByteArrayInputStream(new byte[1000]));
  private long nanoTime;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | import  25%  2,048 rows  1,024/s  0:06 left",
        "46  | import  25%  2,048 rows  1,024/s  0:06 left",
        "43  | import  25%  2,048 rows  1,024/s",
        "31  | import  25%  2,048 rows",
        "20  | import  25%",
        "5   | impo",
      })
  void lineHasWhatFitsIntoTheWindow(int columns, String line) throws IOException {
    try (ImportProgress progress = progress(columns, 1000)) {
      packed.readNBytes(250);
      read(progress, 2048, 2000);

      assertThat(last()).isEqualTo(line);
    }
    assertThat(shown.toString()).endsWith("\n");
  }

  @Test
  void whatIsLeftIsUnknownWhereTheSizeIs() {
    try (ImportProgress progress = progress(80, -1)) {
      read(progress, 2048, 2000);

      assertThat(last()).isEqualTo("import  2,048 rows  1,024/s");
    }
  }

  @Test
  void shorterLineCoversTheOneBefore() throws IOException {
    try (ImportProgress progress = progress(80, 1000)) {
      packed.readNBytes(1);
      read(progress, 1024, 60_000);
      packed.readNBytes(998);
      read(progress, 1024, 1000);
    }
    String[] lines = shown.toString().split("\r", -1);

    assertThat(lines[1]).isEqualTo("import   0%  1,024 rows  17/s  999:00 left");
    assertThat(lines[2]).isEqualTo("import 100%  2,048 rows  34/s  0:00 left  ");
  }

  @Test
  void shortImportShowsNoLineAndSoDoesAProgram() {
    try (ImportProgress progress = progress(80, 1000)) {
      read(progress, 100_000, 199);
    }
    try (ImportProgress progress = progress(0, 1000)) {
      read(progress, 100_000, 10_000);
    }
    assertThat(shown.toString()).isEmpty();
  }

  private ImportProgress progress(int columns, long packedBytes) {
    return new ImportProgress(
        new PrintWriter(shown),
        columns,
        () -> nanoTime,
        new ImportSource("test", packed, packed, packedBytes));
  }

  private void read(ImportProgress progress, int rows, long millis) {
    for (int i = 1; i <= rows; i++) {
      if (i == rows - rows % 1024) {
        nanoTime += TimeUnit.MILLISECONDS.toNanos(millis);
      }
      progress.row();
    }
  }

  private String last() {
    return Arrays.stream(shown.toString().split("\r", -1)).toList().getLast();
  }
}
