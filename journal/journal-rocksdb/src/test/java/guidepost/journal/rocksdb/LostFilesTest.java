package guidepost.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What must be there and is not, or is cut, is named, and the rest is not served.
final class LostFilesTest {

  private static final List<String> DOMAINS = List.of("features", "routes");
  private static final List<String> PARTS =
      List.of("FORMAT", "TIMELINE", "DOMAINS", "acknowledged", "rocksdb");

  private static final int ALL_BUT_TIMELINE = 0b11101;

  @TempDir Path directory;
  private Path data;

  @BeforeEach
  void write() throws Exception {
    data = directory.resolve("data");
    try (RocksJournalStore store = RocksJournalStore.open(data)) {
      for (String domain : DOMAINS) {
        for (byte i = 0; i < 5; i++) {
          store.journal(domain).append(List.of(new Batch().put(new byte[] {i}, new byte[] {i})));
        }
      }
    }
  }

  private JournalException refusal() {
    List<JournalException> refusals = new ArrayList<>();
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(
            () -> {
              try (RocksJournalStore store = RocksJournalStore.open(data)) {
                for (String domain : DOMAINS) {
                  store.journal(domain);
                }
              }
            })
        .satisfies(refusals::add);
    return refusals.getFirst();
  }

  private void shouldBeNamed(String message) {
    assertThat(refusal()).hasMessageContaining(message);
    assertThat(refusal().reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void shouldNameTheTimelineThatIsGone() throws Exception {
    Files.delete(data.resolve("TIMELINE"));
    shouldBeNamed("data directory " + data + ": file TIMELINE: is missing");
    assertThat(data.resolve("TIMELINE")).doesNotExist();
  }

  @Test
  void shouldNameTheWitnessesThatAreGone() throws Exception {
    remove(data.resolve("acknowledged"));
    shouldBeNamed("file acknowledged: is missing");
    assertThat(data.resolve("acknowledged")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 4_095})
  void shouldNameAWitnessThatIsCut(int bytes) throws Exception {
    Path witness = data.resolve("acknowledged/routes");
    Files.write(witness, Arrays.copyOf(Files.readAllBytes(witness), bytes));
    shouldBeNamed("file acknowledged/routes: is not as it was written");
    Files.write(witness, new byte[4_096]);
    shouldBeNamed("file acknowledged/routes: is not as it was written");
    Files.delete(witness);
    shouldBeNamed("file acknowledged/routes: is missing");
  }

  @Test
  void shouldNameTheListOfDomainsThatIsGoneOrShort() throws Exception {
    Path list = data.resolve("DOMAINS");
    Files.writeString(list, "guidepost domains 2\nfeatures\n");
    shouldBeNamed("file DOMAINS: is not as it was written");
    Files.writeString(list, "guidepost domains 1\nfeatures\n");
    shouldBeNamed("file DOMAINS: domain routes is gone");
    Files.delete(list);
    shouldBeNamed("file DOMAINS: is missing");
  }

  @Test
  void shouldNameTheEndOfTheLogThatIsCutOff() throws Exception {
    cutLogs();
    shouldBeNamed("ends at revision 0, but revision 5 was acknowledged");
  }

  @Test
  void shouldNameTheLossWhenTheWitnessesAreGoneWithTheEndOfTheLog() throws Exception {
    cutLogs();
    remove(data.resolve("acknowledged"));
    shouldBeNamed("file acknowledged: is missing");
  }

  @Test
  void shouldNameTheLossWhateverIsGoneTogether() throws Exception {
    for (int gone = 1; gone < (1 << PARTS.size()) - 1; gone++) {
      for (int part = 0; part < PARTS.size(); part++) {
        if ((gone & 1 << part) != 0) {
          remove(data.resolve(PARTS.get(part)));
        }
      }
      if (gone == ALL_BUT_TIMELINE) {
        assertThat(data.resolve("TIMELINE")).exists(); // what a crash leaves while one is made
      } else {
        assertThat(refusal()).hasMessageContaining(data.toString());
      }
      remove(data);
      write();
    }
  }

  private void cutLogs() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("rocksdb"))) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        Files.write(log, new byte[0]);
      }
    }
  }

  private static void remove(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
