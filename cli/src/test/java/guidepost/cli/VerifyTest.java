package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.rocksdb.RocksJournalStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `verify` says of damaged data.
final class VerifyTest {

  @TempDir Path directory;

  private static ServedCommands.Ran verify(Path data) {
    return ServedCommands.runAlone("", "verify", "--data", data.toString());
  }

  @Test
  void shouldFindAFlippedByteInATableFile() throws Exception {
    Path data = directory.resolve("data");
    try (RocksJournalStore store = RocksJournalStore.open(data)) {
      Journal routes = store.journal("routes");
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        batches.add(new Batch().put(bytes("key" + i), bytes("value" + i)));
      }
      routes.append(batches);
      store.compact();
    }
    for (Path table : tables(data)) {
      byte[] content = Files.readAllBytes(table);
      content[20] ^= 1;
      Files.write(table, content);
    }
    ServedCommands.Ran verify = verify(data);
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out() + verify.err()).containsIgnoringCase("checksum mismatch");
  }

  @Test
  void shouldSayWhatTheEntriesAreThatAreNoRowsOfTheIndex() throws Exception {
    try (ServedCommands server = new ServedCommands(directory)) {
      server.ok("", "table", "create", "blue");
      server.ok("", "source", "put", "bgp", "--distance", "20");
      server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1", "--source", "bgp");
      assertThat(server.ok("", "verify"))
          .contains(
              "routes: revision 3, 3 entries: 1 route found in the index as stored, 2 for tables"
                  + " and sources, checked too; ")
          .endsWith("ok\n");
    }
  }

  @Test
  void shouldFindWhatIsStoredAndNotInTheIndex() throws Exception {
    Path data = directory.resolve("data");
    try (RocksJournalStore store = RocksJournalStore.open(data)) {
      store.journal("features").append(List.of(new Batch().put(bytes("f1"), new byte[] {8})));
      store.journal("notes").append(List.of(new Batch().put(new byte[7], new byte[0])));
    }
    ServedCommands.Ran verify = verify(data);
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out())
        .contains("WRONG features: key 6631: is no feature")
        .contains("WRONG features: the index holds 0 features, 1 are stored")
        .contains("WRONG notes: key 00000000000000: is no note")
        .endsWith("things are wrong\n");
  }

  @Test
  void shouldMakeNoDirectory() throws Exception {
    Path absent = directory.resolve("absent");
    ServedCommands.Ran verify = verify(absent);
    assertThat(verify.code()).isEqualTo(2);
    assertThat(verify.err()).contains("absent: does not exist");
    assertThat(absent).doesNotExist();
  }

  private static List<Path> tables(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("rocksdb"))) {
      return files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
