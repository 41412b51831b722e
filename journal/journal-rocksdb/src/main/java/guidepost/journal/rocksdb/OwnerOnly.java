package guidepost.journal.rocksdb;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what is stored to the user whose it is: directories 0700, files 0600, whatever the umask
/// was and whichever program makes them. The engine makes files of its own by the umask alone, so
/// that of the process is set, for good.
///
/// Where there are no such permissions (not a POSIX system), it does nothing.
///
/// Threads: any.
final class OwnerOnly {

  private static final Logger LOG = LoggerFactory.getLogger(OwnerOnly.class);
  private static final int UMASK = 0_077;

  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private OwnerOnly() {}

  /// From now on whatever this process makes is its user's only.
  @SuppressWarnings("restricted") // a function that takes a number and changes no memory
  static void setUmask() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("umask")
        .ifPresent(
            address ->
                call(
                    linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))));
  }

  @SuppressWarnings("CatchingUnchecked") // whatever a handle throws
  private static void call(MethodHandle umask) {
    try {
      var _ = (int) umask.invokeExact(UMASK);
    } catch (Throwable e) {
      LOG.warn("the umask cannot be set", e);
    }
  }

  /// Gives a directory and all that is in it these permissions.
  ///
  /// @throws IOException if they cannot be had: the directory is another user's
  static void restrict(Path directory) throws IOException {
    if (Files.getFileAttributeView(directory, PosixFileAttributeView.class) == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
        restrictOne(file);
      }
    }
  }

  private static void restrictOne(Path file) throws IOException {
    try {
      Set<PosixFilePermission> wanted = Files.isDirectory(file) ? DIRECTORY : FILE;
      if (!Files.getPosixFilePermissions(file).equals(wanted) && isPlain(file)) {
        Files.setPosixFilePermissions(file, wanted);
      }
    } catch (FileSystemException e) {
      if (Files.exists(file)) {
        throw e;
      }
    }
  }

  private static boolean isPlain(Path file) {
    return Files.isDirectory(file) || Files.isRegularFile(file);
  }
}
