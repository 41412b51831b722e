package guidepost.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A backup that somebody made up, whose every digest is right: what it may not hold is refused by
/// name, and nothing is written anywhere.
final class RestoreEntriesTest {

  @TempDir Path directory;
  private final Map<String, byte[]> entries = new TreeMap<>();
  private String revisions = "";

  @BeforeEach
  void backUpAServer() throws Exception {
    Path backup = directory.resolve("backup.zip");
    try (ServedCommands server = new ServedCommands(directory.resolve("data"))) {
      server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");
      server.ok("", "backup", backup.toString());
    }
    try (ZipFile zip = new ZipFile(backup.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    entries.remove("guidepost-backup.json");
    revisions = "{\"features\":0,\"notes\":0,\"routes\":1,\"trips\":0}";
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /// @param unlisted an entry that the manifest does not name; empty: none
  private byte[] zip(String unlisted) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      digests.put(entry.getKey(), sha256(entry.getValue()));
    }
    String files =
        digests.entrySet().stream()
            .map(each -> "\"%s\":\"%s\"".formatted(escaped(each.getKey()), each.getValue()))
            .collect(Collectors.joining(","));
    byte[] manifest =
        "{\"format\":1,\"version\":\"1\",\"time\":\"now\",\"revisions\":%s,\"files\":{%s}}"
            .formatted(revisions, files)
            .getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(out, entry.getKey(), entry.getValue());
      }
      if (!unlisted.isEmpty()) {
        put(out, unlisted, new byte[1]);
      }
      put(out, "guidepost-backup.json", manifest);
      out.setComment("guidepost backup 1, guidepost-backup.json has SHA-256 " + sha256(manifest));
    }
    return bytes.toByteArray();
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\");
  }

  private static void put(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private ServedCommands.Ran restore(byte[] zip) throws IOException {
    Path file = Files.write(directory.resolve("made-up.zip"), zip);
    return ServedCommands.runAlone(
        "", "restore", file.toString(), "--data", directory.resolve("restored").toString());
  }

  private void shouldRefuse(byte[] zip, String message) throws IOException {
    ServedCommands.Ran restore = restore(zip);
    assertThat(restore.err()).contains(message).hasLineCount(1);
    assertThat(restore.code()).isEqualTo(1);
    assertThat(directory.resolve("restored")).doesNotExist();
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void shouldRestoreTheOneThatIsRight() throws Exception {
    assertThat(restore(zip("")).err()).isEmpty();
    assertThat(directory.resolve("restored/TIMELINE")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rocksdb/..",
        "rocksdb/.",
        "rocksdb/...",
        "rocksdb/",
        "rocksdb",
        "../out",
        "rocksdb/../../out",
        "/tmp/out",
        "rocksdb\\..\\..\\out",
        "..\\out",
        "C:\\out",
        "rocksdb/LOCK",
        "rocksdb/sub/000001.sst",
        "rocksdb/000001.sst/",
        "rocksdb/-1.sst",
        "FORMAT/",
        "format",
        "TIMELINE",
        "acknowledged/routes",
        "rocksdb/000001.sst\n",
        " "
      })
  void shouldRefuseByNameWhatIsNoFileOfADataDirectory(String name) throws Exception {
    String shown = "\"%s\": is no file of a data directory".formatted(name.replace("\n", "\\x0A"));
    shouldRefuse(zip(name), shown);
    if (!name.contains("\n")) {
      entries.put(name, new byte[1]);
      shouldRefuse(zip(""), shown);
    }
  }

  @Test
  void shouldRefuseAFileThatIsThereTwice() throws Exception {
    String twice = new String(zip("FORMAX"), ISO_8859_1).replace("FORMAX", "FORMAT");
    shouldRefuse(twice.getBytes(ISO_8859_1), "file FORMAT: is there twice");
  }

  @Test
  void shouldRefuseANewerFormatAndOneWithout() throws Exception {
    entries.put("FORMAT", "guidepost data format 4\n".getBytes(UTF_8));
    shouldRefuse(zip(""), "has format 4, this version knows 3; upgrade Guidepost");
    entries.remove("FORMAT");
    shouldRefuse(zip(""), "file FORMAT: is missing");
  }
}
