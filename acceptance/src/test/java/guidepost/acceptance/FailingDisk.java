package guidepost.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Makes every sync of a server fail for as long as a file is there: by a library that comes before
/// the system's.
final class FailingDisk {

  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <stdlib.h>
      #include <unistd.h>

      static int failing(void) {
        const char *flag = getenv("SYNCS_FAIL_WHILE");
        int before = errno;
        int fails = flag && access(flag, F_OK) == 0;
        errno = fails ? EIO : before;
        return fails;
      }

      int fsync(int fd) {
        int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
        return failing() ? -1 : real(fd);
      }

      int fdatasync(int fd) {
        int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
        return failing() ? -1 : real(fd);
      }
      """;

  private final Path library;
  private final Path flag;

  private FailingDisk(Path library, Path flag) {
    this.library = library;
    this.flag = flag;
  }

  /// Makes one that works; the test is skipped, and says so, where there is no C compiler.
  static FailingDisk require(Path directory) throws Exception {
    Path source = Files.writeString(directory.resolve("syncs.c"), SOURCE);
    Path library = directory.resolve("syncs.so");
    boolean made = false;
    try {
      made =
          new ProcessBuilder("cc", "-shared", "-fPIC", "-o", "" + library, "" + source, "-ldl")
                  .inheritIO()
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      made = false;
    }
    assumeTrue(made, "SKIPPED: needs cc, a C compiler, to make the device fail");
    return new FailingDisk(library, directory.resolve("fail"));
  }

  /// What a command must begin with to be concerned.
  List<String> prefix() {
    return List.of("env", "LD_PRELOAD=" + library, "SYNCS_FAIL_WHILE=" + flag);
  }

  void fail() throws IOException {
    Files.createFile(flag);
  }

  void work() throws IOException {
    Files.delete(flag);
  }
}
