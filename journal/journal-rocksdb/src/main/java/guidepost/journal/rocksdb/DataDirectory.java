package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A data directory of ours, locked: made if absent, recognised by its `FORMAT` file.
///
/// Threads: one.
final class DataDirectory implements AutoCloseable {

  /// The format this version reads and writes.
  static final int FORMAT = 2;

  /// The directory of the engine's files, within it.
  static final String ENGINE = "rocksdb";

  private static final String ACKNOWLEDGED = "acknowledged";

  /// What a crash while the directory is made may leave in it.
  private static final Set<String> MADE_FIRST = Set.of("LOCK", "FORMAT.new");

  private static final Pattern FORMAT_LINE =
      Pattern.compile("guidepost data format (\\d{1,9})\\s*");

  private final Path path;
  private final FileChannel lockFile;
  private final int format;
  private final long timeline;

  private DataDirectory(Path path, FileChannel lockFile, int format, long timeline) {
    this.path = path;
    this.lockFile = lockFile;
    this.format = format;
    this.timeline = timeline;
  }

  static DataDirectory open(Path path) throws JournalException {
    return open(path, false);
  }

  /// Makes a directory that is not one of ours before it is [#upgraded]: until then nobody can open
  /// it.
  static DataDirectory draft(Path path) throws JournalException {
    return open(path, true);
  }

  /// True if a directory looks like one that was made as a draft and never finished.
  static boolean isUnfinished(Path path) {
    return Files.isDirectory(path.resolve(ENGINE)) && !Files.exists(path.resolve("FORMAT"));
  }

  private static DataDirectory open(Path path, boolean isDraft) throws JournalException {
    try {
      if (!Files.exists(path)) {
        Files.createDirectories(path);
      }
      refuseForeign(path);
      FileChannel lock = lock(path);
      try {
        int format = isDraft ? FORMAT : checkedFormat(path);
        Files.createDirectories(path.resolve(ACKNOWLEDGED));
        return new DataDirectory(path, lock, format, TimelineFile.read(path));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// Where the engine's own files are.
  Path engine() {
    return path.resolve(ENGINE);
  }

  /// The format it was found in, or made with.
  int format() {
    return format;
  }

  /// Which timeline its revisions are of: see [guidepost.journal.Journal#timeline].
  long timeline() {
    return timeline;
  }

  /// Says that everything in it has the newest format now.
  void upgraded() throws JournalException {
    try {
      writeFormat(path);
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// The witness of what a domain acknowledged.
  Acknowledged acknowledged(String domain) throws JournalException {
    try {
      return Acknowledged.open(path.resolve(ACKNOWLEDGED).resolve(domain));
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// Where a bulk load of a domain may make a file.
  Path loadFile(String domain) {
    return path.resolve("load-" + domain + ".sst");
  }

  private static void refuseForeign(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new JournalException(
          Reason.FOREIGN, "data directory %s: is not a directory".formatted(path), null);
    }
    try (Stream<Path> files = Files.list(path)) {
      boolean empty =
          files.map(file -> file.getFileName().toString()).allMatch(MADE_FIRST::contains);
      if (!empty && !Files.exists(path.resolve("FORMAT"))) {
        throw new JournalException(
            Reason.FOREIGN,
            "data directory %s: holds files of another program, or of a load or restore that was cut"
                    .formatted(path)
                + " off (no FORMAT file); choose an empty one",
            null);
      }
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw new JournalException(
          Reason.LOCKED,
          "data directory %s: is in use by another server; stop it or choose another with --data"
              .formatted(path),
          null);
    }
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static int checkedFormat(Path path) throws IOException {
    Path file = path.resolve("FORMAT");
    if (!Files.exists(file)) {
      writeFormat(path);
      return FORMAT;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Matcher matcher = FORMAT_LINE.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: its FORMAT file is not Guidepost's; choose another".formatted(path),
          null);
    }
    int format = Integer.parseInt(matcher.group(1));
    if (format > FORMAT) {
      throw new JournalException(
          Reason.NEWER_FORMAT,
          "data directory %s: has format %d, this version knows %d; upgrade Guidepost"
              .formatted(path, format, FORMAT),
          null);
    }
    return format;
  }

  /// Makes a directory that holds an engine's files one of ours.
  static void mark(Path path) throws IOException {
    writeFormat(path);
  }

  /// A crash half-way leaves no FORMAT file at all: it is renamed into place.
  private static void writeFormat(Path path) throws IOException {
    write(path, "FORMAT", "guidepost data format %d%n".formatted(FORMAT));
  }

  /// Writes a small file whole or not at all: it is renamed into place, and then on disk.
  static void write(Path directory, String name, String text) throws IOException {
    Path draft = directory.resolve(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(directory);
  }

  private static void syncDirectory(Path path) throws IOException {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  static JournalException translated(Path path, IOException e) {
    if (e instanceof AccessDeniedException || isReadOnly(e)) {
      return new JournalException(
          Reason.NO_PERMISSION,
          "data directory %s: %s may not be written by this user".formatted(path, e.getMessage()),
          e);
    }
    if (String.valueOf(e.getMessage()).contains("No space left")) {
      return new JournalException(
          Reason.DISK_FULL, "data directory %s: the device is full".formatted(path), e);
    }
    return new JournalException(Reason.IO, "data directory %s: %s".formatted(path, reason(e)), e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "%s cannot be made there".formatted(missing.getFile());
      case FileAlreadyExistsException file -> "%s is not a directory".formatted(file.getFile());
      case FileSystemException other when other.getReason() != null ->
          "%s: %s".formatted(other.getFile(), other.getReason());
      default -> "cannot be read or written (%s)".formatted(e.getMessage());
    };
  }

  private static boolean isReadOnly(IOException e) {
    return e instanceof FileSystemException f
        && String.valueOf(f.getReason()).contains("Read-only file system");
  }

  @Override
  public void close() throws JournalException {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw translated(path, e);
    }
  }
}
