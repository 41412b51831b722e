package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is not a whole backup is refused as a whole, and nothing that is there is overwritten.
final class BackupTest {

  @TempDir Path directory;
  private Path backup;

  @BeforeEach
  void backUpAServer() throws Exception {
    backup = directory.resolve("backup.zip");
    try (ServedCommands server = new ServedCommands(directory.resolve("data"))) {
      for (int i = 0; i < 20; i++) {
        server.ok("", "route", "add", "10.%d.0.0/16".formatted(i), "--nh", "192.0.2.1");
      }
      server.ok("", "backup", backup.toString());
    }
  }

  private static ServedCommands.Ran restore(Path file, Path data) throws Exception {
    return ServedCommands.runAlone("", "restore", file.toString(), "--data", data.toString());
  }

  @Test
  void shouldRefuseADirectoryThatIsNotEmpty() throws Exception {
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("mine"), "1");
    ServedCommands.Ran restore = restore(backup, full);
    assertThat(restore.code()).isEqualTo(1);
    assertThat(restore.err()).contains("full: is not empty; choose another");
    try (Stream<Path> files = Files.list(full)) {
      assertThat(files).containsExactly(full.resolve("mine"));
    }
  }

  @Test
  void shouldRefuseADamagedBackupAndLeaveNothingBehind() throws Exception {
    byte[] good = Files.readAllBytes(backup);
    for (int length : List.of(1, good.length - 1)) {
      Files.write(backup, Arrays.copyOf(good, length));
      shouldRefuse("is cut off, or is none");
    }
    byte[] flipped = good.clone();
    flipped[indexOf(good, "rocksdb/000") + 300] ^= 1;
    Files.write(backup, flipped);
    shouldRefuse("file rocksdb/000");
    Files.write(backup, good);
    Path whole = directory.resolve("whole");
    assertThat(restore(backup, whole).err()).isEmpty();
    assertThat(ServedCommands.runAlone("", "verify", "--data", whole.toString()).out())
        .endsWith("ok\n");
  }

  /// The copy does not know what the original wrote after the backup. A client that resumes from
  /// there must be told to start again, though the copy has such a revision too.
  @Test
  void shouldBeginATimelineOfItsOwn() throws Exception {
    WatchResponse seen = resumed(directory.resolve("data"), 20, 0);
    assertThat(seen.getProgress().getTimeline()).isNotZero();
    assertThat(resumed(directory.resolve("data"), 20, seen.getProgress().getTimeline()))
        .isEqualTo(seen);
    Path copy = directory.resolve("copy");
    assertThat(restore(backup, copy).err()).isEmpty();
    assertThatThrownBy(() -> resumed(copy, 20, seen.getProgress().getTimeline()))
        .hasMessageStartingWith("OUT_OF_RANGE: start.after.timeline")
        .hasMessageContaining("must be the server's");
    assertThat(resumed(copy, 20, 0).getProgress().getTimeline())
        .isNotEqualTo(seen.getProgress().getTimeline());
  }

  /// The first message of a watch of a server on that directory.
  private static WatchResponse resumed(Path data, long revision, long timeline) throws Exception {
    try (ServedCommands server = new ServedCommands(data)) {
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget(server.address()).usePlaintext().build();
      try {
        WatchRequest request =
            WatchRequest.newBuilder()
                .setStart(
                    WatchStart.newBuilder()
                        .setAfter(
                            Progress.newBuilder().setRevision(revision).setTimeline(timeline)))
                .build();
        return RoutesGrpc.newBlockingStub(channel).watch(request).next();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void shouldRefuse(String why) throws Exception {
    Path target = directory.resolve("restored");
    ServedCommands.Ran restore = restore(backup, target);
    assertThat(restore.code()).isEqualTo(1);
    assertThat(restore.err()).contains(why).hasLineCount(1);
    assertThat(target).doesNotExist();
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void shouldNotReplaceAFileUnlessToldTo() throws Exception {
    Files.writeString(backup, "precious");
    try (ServedCommands server = new ServedCommands(directory.resolve("data"))) {
      ServedCommands.Ran refused = server.run("", "backup", backup.toString());
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("exists; replace it with --force");
      assertThat(backup).hasContent("precious");
      server.ok("", "backup", backup.toString(), "--force");
      assertThat(Files.size(backup)).isGreaterThan(100);
    }
  }
}
