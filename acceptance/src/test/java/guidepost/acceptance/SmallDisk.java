package guidepost.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.testing.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A file system of a few MiB that only processes started through it can see: a tmpfs in a mount
/// namespace of its own, kept by a process that waits for as long as this one lives. It goes away
/// with that process.
final class SmallDisk implements AutoCloseable {

  private static final long SECONDS_MAX = Patience.SECONDS;

  private final Process keeper;
  private final Path directory;

  private SmallDisk(Process keeper, Path directory) {
    this.keeper = keeper;
    this.directory = directory;
  }

  /// Makes one; the test is skipped, and says so, where this user may not.
  static SmallDisk require(Path mountPoint, int mebibytes) throws Exception {
    assumeTrue(mayMount(), "SKIPPED: needs the right to mount (unshare -m) for a small disk");
    Process keeper =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o size=%dm none '%s' && echo ready && exec cat"
                    .formatted(mebibytes, mountPoint))
            .start();
    if (!"ready".equals(keeper.inputReader().readLine())) {
      throw new IOException("no tmpfs at " + mountPoint);
    }
    return new SmallDisk(keeper, mountPoint);
  }

  private static boolean mayMount() throws InterruptedException {
    try {
      Process test =
          new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt").start();
      return test.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// What a command must begin with to run where the disk is seen.
  List<String> prefix() {
    return List.of("nsenter", "-t", Long.toString(keeper.pid()), "-m");
  }

  void resize(int mebibytes) throws Exception {
    inside("mount -o remount,size=%dm '%s'".formatted(mebibytes, directory));
  }

  /// Takes what room is left.
  void fill() throws Exception {
    inside("cat /dev/zero 2>/dev/null >>'%s/ballast' || true".formatted(directory));
  }

  private void inside(String command) throws Exception {
    List<String> all = new ArrayList<>(prefix());
    all.addAll(List.of("sh", "-c", command));
    if (new ProcessBuilder(all).start().waitFor() != 0) {
      throw new IOException("could not do: " + command);
    }
  }

  @Override
  public void close() {
    keeper.destroyForcibly();
  }
}
