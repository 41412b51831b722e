package guidepost.cli.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/// A file that gets its name when all of it is on the disk: until then it has another, `NAME.part`,
/// and is gone if that is never reached, also when a signal ends the program.
///
/// Threads: one.
public final class PartFile implements AutoCloseable {

  private final Path file;
  private final Path part;
  private final Thread removal;

  private PartFile(Path file) {
    this.file = file.toAbsolutePath();
    this.part = this.file.resolveSibling(this.file.getFileName() + ".part");
    this.removal = Thread.ofPlatform().unstarted(this::removeQuietly);
  }

  /// A new file beside the one that it is to become.
  ///
  /// @param file the name that it is to get
  public static PartFile of(Path file) throws IOException {
    PartFile made = new PartFile(file);
    Runtime.getRuntime().addShutdownHook(made.removal);
    Files.deleteIfExists(made.part);
    return made;
  }

  /// One that only its user may read, whatever the umask is.
  ///
  /// @param file the name that it is to get
  public static PartFile ofOwner(Path file) throws IOException {
    PartFile made = of(file);
    if (Files.getFileAttributeView(made.part.resolveSibling(""), PosixFileAttributeView.class)
        != null) {
      Files.createFile(
          made.part,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return made;
  }

  /// Where to write.
  public Path path() {
    return part;
  }

  /// All of it is written: gives it its name.
  public void complete() throws IOException {
    sync(part);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    sync(file.resolveSibling(""));
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void removeQuietly() {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // It stays, under a name that says what it is.
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(part);
    try {
      Runtime.getRuntime().removeShutdownHook(removal);
    } catch (IllegalStateException e) {
      // The program is ending, and the hook runs.
    }
  }
}
