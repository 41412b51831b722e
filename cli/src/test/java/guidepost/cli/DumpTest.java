package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.cli.output.ExitCodes;
import guidepost.journal.JournalException;
import guidepost.journal.rocksdb.RocksJournalStore;
import guidepost.server.Engines;
import guidepost.server.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is dumped loads, and comes out the same; what is not right is refused as a whole.
final class DumpTest {

  private static final String TRACK =
      """
      <gpx version="1.1"><trk><trkseg>
      <trkpt lat="46.9" lon="7.4"><time>2026-11-20T09:00:00Z</time></trkpt>
      <trkpt lat="46.91" lon="7.4"><ele>540.5</ele><time>2026-11-20T09:10:00Z</time></trkpt>
      </trkseg></trk></gpx>
      """;

  @TempDir Path directory;
  private Path dump;

  @BeforeEach
  void dumpAServer() throws Exception {
    dump = directory.resolve("dump.jsonl");
    try (ServedCommands server = new ServedCommands(directory.resolve("data"))) {
      server.ok("", "source", "put", "bgp", "--distance", "20", "--on-disconnect", "delete");
      server.ok("", "source", "put", "ospf", "--distance", "110");
      server.ok("", "table", "create", "red");
      server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1", "--source", "ospf");
      server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.2", "--table", "red");
      server.ok("", "route", "add", "2001:db8::/32", "--interface", "eth0", "--tag", "core");
      server.ok("", "route", "add", "192.0.2.0/24", "--blackhole", "--metric", "4294967295");
      server.ok(
          "name\tlatitude\tlongitude\tb\ta\nBern \"x\"\t46.9\t7.4\t1\t2\n",
          "feature",
          "import",
          "-");
      server.ok("hello\n", "chat", "46.9,7.4");
      server.ok(
          "", "note", "post", "46.9,7.4", "ice", "--kind", "hazard", "--idempotency-key", "first");
      server.ok(TRACK, "trip", "record", "-", "--id", "tour");
      server.ok("", "dump", dump.toString());
    }
  }

  private ServedCommands.Ran load(List<String> lines, Path data) throws Exception {
    Path file = directory.resolve("edited.jsonl");
    Files.write(file, lines);
    return ServedCommands.runAlone("", "load", file.toString(), "--data", data.toString());
  }

  @Test
  void shouldLoadWhatItDumpedAndDumpTheSameAgain() throws Exception {
    List<String> lines = Files.readAllLines(dump);
    assertThat(lines).hasSize(1 + 3 + 4 + 1 + 3 + 2 + 1);
    assertThat(lines)
        .anyMatch(
            line -> line.startsWith("{\"route\":{\"table\":\"red\",\"prefix\":\"10.0.0.0/8\""));
    assertThat(lines).noneMatch(line -> line.startsWith("{\"entry\""));
    assertThat(lines)
        .anyMatch(line -> line.startsWith("{\"trip\":{\"id\":\"tour\""))
        .anyMatch(line -> line.startsWith("{\"fixes\":{\"trip_id\":\"tour\",\"batch\":1,"))
        .anyMatch(line -> line.startsWith("{\"note_key\":{\"digest\":"));
    Path loaded = directory.resolve("loaded");
    ServedCommands.Ran load = load(lines, loaded);
    assertThat(load.err()).isEmpty();
    assertThat(load.out()).contains("routes at revision 7 with 7 entries");
    Path again = directory.resolve("again.jsonl");
    ServedCommands.runAlone("", "dump", again.toString(), "--data", loaded.toString());
    assertThat(again).hasSameTextualContentAs(dump);
    assertThat(ServedCommands.runAlone("", "verify", "--data", loaded.toString()).out())
        .endsWith("ok\n");
    try (ServedCommands server = new ServedCommands(loaded)) {
      assertThat(server.ok("", "route", "get", "10.1.1.1", "--table", "red")).contains("192.0.2.2");
      assertThat(server.ok("", "route", "list", "--count")).isEqualTo("3\n");
      assertThat(server.ok("", "source", "list")).containsPattern("ospf +110 +1 ");
      assertThat(server.ok("", "feature", "get", "46.9,7.4")).contains("Bern \"x\"");
    }
  }

  @Test
  void shouldRefuseWhatIsNotRightAndLeaveNothing() throws Exception {
    assertRefused(lines -> lines.removeLast(), "line 15: is missing: the dump is cut off");
    assertRefused(lines -> lines.remove(5), "line 8: is no entry of domain \"routes\"");
    assertRefused(lines -> Collections.swap(lines, 4, 5), "line 6: is out of order");
    assertRefused(
        lines -> lines.replaceAll(line -> line.replace("10.0.0.0/8", "10.0.0.1/8")),
        "has host bits set");
    assertRefused(
        lines -> lines.replaceAll(line -> line.replace("\"installed\":", "\"instaled\":")),
        "line 5: cannot be read: Cannot find field: instaled");
    assertRefused(
        lines -> lines.set(0, lines.getFirst().replace("\"format\":1", "\"format\":2")),
        "line 1: format: must be 1: 2");
    assertRefused(
        lines -> lines.replaceAll(line -> line.replace("\"entries\":\"13\"", "\"entries\":\"12\"")),
        "must be the end with entries 13");
    assertRefused(lines -> lines.set(3, "{"), "line 4: cannot be read: ");
    assertRefused(
        lines ->
            lines.set(0, lines.getFirst().replace("\"domain\":\"trips\"", "\"domain\":\"notes\"")),
        "line 1: domains: must be routes, features, notes, trips, each once: ");
  }

  @Test
  void shouldRefuseWhatAServerCouldNotServe() throws Exception {
    assertRefused(
        edited(
            "\"prefix\":\"10.0.0.0/8\",\"source\":\"ospf\"",
            "\"prefix\":\"10.0.0.0/8\",\"source\":\"no\""),
        "is of no source");
    assertRefused(
        edited("{\"route\":{\"table\":\"red\"", "{\"route\":{\"table\":\"rod\""), "is of no table");
    assertRefused(edited("\"latitude_e7\":469000000", "\"latitude_e7\":2000000000"), "latitude");
    assertRefused(edited("{\"trip\":{\"id\":\"tour\"", "{\"trip\":{\"id\":\"other\""), "trip");
  }

  private static Consumer<List<String>> edited(String from, String to) {
    return lines -> {
      assertThat(lines).anyMatch(line -> line.contains(from));
      lines.replaceAll(line -> line.replace(from, to));
    };
  }

  @Test
  void shouldLeaveADirectoryThatCannotBeOpenedWhereverItIsKilled() throws Exception {
    Path data = directory.resolve("killed");
    try (Killing killing = new Killing(data)) {
      Load.load(killing, Engines.embedded(data));
      assertThat(killing.copies).hasSize(Files.readAllLines(dump).size());
      for (Path copy : killing.copies) {
        assertThatExceptionOfType(JournalException.class)
            .isThrownBy(() -> RocksJournalStore.open(copy))
            .withMessageContaining("of a load or restore that was cut off");
      }
      ServedCommands.Ran again =
          ServedCommands.runAlone(
              "", "load", dump.toString(), "--data", killing.copies.getLast().toString());
      assertThat(again.err()).contains("delete it if it is of a load or restore that was cut off");
    }
    RocksJournalStore.open(data).close();
  }

  /// A dump that copies the directory as a kill would leave it, whenever a line is read.
  private final class Killing extends BufferedReader {
    private final Path data;
    private final List<Path> copies = new ArrayList<>();

    Killing(Path data) throws IOException {
      super(Files.newBufferedReader(dump));
      this.data = data;
    }

    @Override
    public String readLine() throws IOException {
      Path copy = directory.resolve("copy" + copies.size());
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.toList()) {
          copy(file, copy.resolve(data.relativize(file).toString()));
        }
      }
      copies.add(copy);
      return super.readLine();
    }

    private static void copy(Path file, Path to) throws IOException {
      try {
        Files.copy(file, to);
      } catch (NoSuchFileException e) {
        // The engine has deleted it meanwhile: so would a kill a moment later find it.
      }
    }
  }

  private void assertRefused(Consumer<List<String>> edit, String reason) throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(dump));
    edit.accept(lines);
    Path data = directory.resolve("refused");
    ServedCommands.Ran load = load(lines, data);
    assertThat(load.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(load.err()).contains(reason).contains("nothing was loaded");
    assertThat(data).doesNotExist();
  }
}
