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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A data directory of ours, locked: made if absent, recognised by its `FORMAT` file.
///
/// Threads: one.
final class DataDirectory implements AutoCloseable {

  /// The format this version reads and writes.
  static final int FORMAT = 3;

  /// From this format on, TIMELINE, DOMAINS and the witnesses must be there.
  private static final int FORMAT_WITH_WITNESSES = 3;

  /// The directory of the engine's files, within it.
  static final String ENGINE = "rocksdb";

  /// As much as the largest message that a client sends.
  private static final int TRIED_BYTES = 4 << 20;

  private static final String FORMAT_FILE = "FORMAT";
  private static final String LOCK_FILE = "LOCK";
  private static final String ACKNOWLEDGED = "acknowledged";

  /// What a crash while the directory is made may leave in it.
  private static final Set<String> MADE_FIRST =
      Set.of(
          LOCK_FILE,
          "FORMAT.new",
          TimelineFile.NAME,
          "TIMELINE.new",
          DomainsFile.NAME,
          "DOMAINS.new",
          ACKNOWLEDGED);

  private static final Pattern FORMAT_LINE =
      Pattern.compile("guidepost data format (\\d{1,9})\\s*");

  /// What a directory is opened for.
  private enum Use {
    /// To be served.
    SERVE,
    /// To be filled: it becomes ours when it is complete.
    FILL,
    /// To be looked at: nothing in it changes.
    READ
  }

  private final Path path;
  private final Optional<FileChannel> lockFile;
  private final int format;
  private final Use use;
  private final long timeline;
  private final Set<String> domains;

  private DataDirectory(
      Path path,
      Optional<FileChannel> lockFile,
      int format,
      Use use,
      long timeline,
      Set<String> domains) {
    this.path = path;
    this.lockFile = lockFile;
    this.format = format;
    this.use = use;
    this.timeline = timeline;
    this.domains = domains;
  }

  static DataDirectory open(Path path) throws JournalException {
    return open(path, Use.SERVE, FORMAT);
  }

  /// Makes a directory that is not one of ours before it is [#complete]: until then nobody can open
  /// it.
  ///
  /// @param format of what is in it already
  static DataDirectory draft(Path path, int format) throws JournalException {
    return open(path, Use.FILL, format);
  }

  /// Opens one that nobody serves; nothing in it changes.
  static DataDirectory openForReading(Path path) throws JournalException {
    return open(path, Use.READ, FORMAT);
  }

  /// True if a directory looks like one that was made as a draft and never finished.
  static boolean isUnfinished(Path path) {
    return Files.isDirectory(path.resolve(ENGINE)) && !Files.exists(path.resolve(FORMAT_FILE));
  }

  private static DataDirectory open(Path path, Use use, int draftFormat) throws JournalException {
    requireName(path);
    try {
      if (use != Use.READ) {
        OwnerOnly.setUmask();
        makeDirectory(path);
      }
      if (use != Use.FILL) {
        refuseForeign(path);
      }
      Optional<FileChannel> lock = use == Use.READ ? readLock(path) : Optional.of(lock(path));
      try {
        return locked(path, lock, use, draftFormat);
      } catch (IOException | RuntimeException e) {
        if (lock.isPresent()) {
          lock.get().close();
        }
        throw e;
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// The engine gets names in the encoding of Java's native interface, where a character beyond
  /// U+FFFF is none that a file system knows.
  private static void requireName(Path path) throws JournalException {
    Optional<String> beyond =
        path.toAbsolutePath()
            .toString()
            .codePoints()
            .filter(Character::isSupplementaryCodePoint)
            .mapToObj("U+%X"::formatted)
            .findFirst();
    if (beyond.isPresent()) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: its path has %s, a character beyond U+FFFF, which the storage engine cannot open; choose another"
              .formatted(path, beyond.get()),
          null);
    }
  }

  private static DataDirectory locked(
      Path path, Optional<FileChannel> lock, Use use, int draftFormat) throws IOException {
    if (use != Use.READ) {
      OwnerOnly.restrict(path);
    }
    if (use == Use.SERVE && !Files.exists(path.resolve(FORMAT_FILE))) {
      make(path);
      writeFormat(path);
    } else if (use == Use.FILL) {
      make(path);
    }
    int format = use == Use.FILL ? draftFormat : storedFormat(path);
    if (use == Use.READ && format == 1) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: has format 1, which a server must bring to format %d first"
              .formatted(path, FORMAT),
          null);
    }
    if (use != Use.FILL && format < FORMAT_WITH_WITNESSES) {
      long timeline = use == Use.SERVE ? TimelineFile.make(path) : 1;
      return new DataDirectory(path, lock, format, use, timeline, new TreeSet<>());
    }
    Set<String> domains = DomainsFile.read(path);
    requireWitnesses(path, domains);
    long timeline = TimelineFile.read(path, use != Use.READ);
    return new DataDirectory(path, lock, format, use, timeline, domains);
  }

  /// Makes what must be there beside the engine.
  private static void make(Path path) throws IOException {
    TimelineFile.make(path);
    Files.createDirectories(path.resolve(ACKNOWLEDGED));
    DomainsFile.write(path, Set.of());
  }

  private static void requireWitnesses(Path path, Set<String> domains) throws IOException {
    if (!Files.isDirectory(path.resolve(ACKNOWLEDGED))) {
      throw damaged(path, ACKNOWLEDGED, "is missing" + UNKNOWN_LOSS);
    }
    for (String domain : domains) {
      Path witness = path.resolve(ACKNOWLEDGED).resolve(domain);
      if (!Files.exists(witness)) {
        throw damaged(path, ACKNOWLEDGED + "/" + domain, "is missing" + UNKNOWN_LOSS);
      }
      if (!Acknowledged.isWhole(witness)) {
        throw damaged(path, ACKNOWLEDGED + "/" + domain, "is not as it was written" + UNKNOWN_LOSS);
      }
    }
  }

  private static final String UNKNOWN_LOSS =
      ": whether acknowledged changes are lost cannot be told; restore a backup";

  /// A file that must be there is gone, or is not what was written.
  static JournalException damaged(Path path, String file, String what) {
    return new JournalException(
        Reason.CORRUPT, "data directory %s: file %s: %s".formatted(path, file, what), null);
  }

  /// Where it is.
  Path path() {
    return path;
  }

  /// Where the engine's own files are.
  Path engine() {
    return path.resolve(ENGINE);
  }

  /// True if it is to become one of ours when it is [#complete].
  boolean isDraft() {
    return use == Use.FILL;
  }

  /// The format it was found in, or made with.
  int format() {
    return format;
  }

  /// Which timeline its revisions are of: see [guidepost.journal.Journal#timeline].
  long timeline() {
    return timeline;
  }

  /// True if it says that it has a domain.
  boolean hasDomain(String domain) {
    return domains.contains(domain);
  }

  /// Makes the witness of a domain that it has not had before.
  ///
  /// @param isEmpty false if the engine has changes of the domain
  /// @throws JournalException if there should be one
  void requireDomain(String domain, boolean isInEngine, boolean isEmpty) throws JournalException {
    if (domains.contains(domain)) {
      if (!isInEngine) {
        throw damaged(path, ENGINE, "domain %s is gone; restore a backup".formatted(domain));
      }
      return;
    }
    if (use == Use.READ && format < FORMAT_WITH_WITNESSES) {
      return;
    }
    if (!isEmpty && !isDraft()) {
      throw damaged(
          path, DomainsFile.NAME, "domain %s is gone; restore a backup".formatted(domain));
    }
    try {
      addDomain(domain);
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  private void addDomain(String domain) throws IOException {
    Path directory = path.resolve(ACKNOWLEDGED);
    Files.createDirectories(directory);
    Path witness = directory.resolve(domain);
    if (!Acknowledged.isWhole(witness)) {
      Acknowledged.make(witness);
      syncDirectory(directory);
    }
    domains.add(domain);
    DomainsFile.write(path, domains);
  }

  /// Says that everything in it has the newest format now, and is all there.
  ///
  /// @param present the domains that the engine has
  void complete(List<String> present) throws JournalException {
    try {
      for (String domain : present) {
        addDomain(domain);
      }
      DomainsFile.write(path, domains);
      syncDirectory(path);
      writeFormat(path);
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// The witness of what a domain acknowledged.
  Acknowledged acknowledged(String domain) throws JournalException {
    Path file = path.resolve(ACKNOWLEDGED).resolve(domain);
    try {
      return use == Use.READ ? Acknowledged.openForReading(file) : Acknowledged.open(file);
    } catch (IOException e) {
      throw translated(path, e);
    }
  }

  /// Where a bulk load of a domain may make a file.
  Path loadFile(String domain) {
    return path.resolve("load-" + domain + ".sst");
  }

  /// Writes as much as a client may send, and takes it away again.
  ///
  /// @throws IOException if the device does not take it
  void tryDevice(Device device) throws IOException {
    Path file = path.resolve("TRY");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(TRIED_BYTES);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      device.syncBytes(channel);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void makeDirectory(Path path) throws IOException {
    if (!Files.exists(path)) {
      Files.createDirectories(path);
    }
  }

  private static void refuseForeign(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new JournalException(
          Reason.FOREIGN, "data directory %s: is not a directory".formatted(path), null);
    }
    try (Stream<Path> files = Files.list(path)) {
      boolean empty = files.allMatch(DataDirectory::isMadeFirst);
      if (!empty && !Files.exists(path.resolve(FORMAT_FILE))) {
        throw new JournalException(
            Reason.FOREIGN,
            "data directory %s: holds files of another program, or of a load or restore that was cut"
                    .formatted(path)
                + " off (no FORMAT file); choose an empty one",
            null);
      }
    }
  }

  /// The domains come after FORMAT: where there are any, it is not missing, but lost.
  private static boolean isMadeFirst(Path file) {
    String name = file.getFileName().toString();
    return switch (name) {
      case ACKNOWLEDGED ->
          Objects.requireNonNullElse(file.toFile().list(), new String[1]).length == 0;
      case DomainsFile.NAME -> DomainsFile.isOfNone(file);
      default -> MADE_FIRST.contains(name);
    };
  }

  private static FileChannel lock(Path path) throws IOException {
    return locked(
        path,
        FileChannel.open(
            path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        false);
  }

  /// A directory without the file has no server.
  private static Optional<FileChannel> readLock(Path path) throws IOException {
    Path file = path.resolve(LOCK_FILE);
    return Files.exists(file)
        ? Optional.of(locked(path, FileChannel.open(file, StandardOpenOption.READ), true))
        : Optional.empty();
  }

  private static FileChannel locked(Path path, FileChannel channel, boolean shared)
      throws IOException {
    if (!tryLock(channel, shared)) {
      channel.close();
      throw new JournalException(
          Reason.LOCKED,
          "data directory %s: is in use by another server; stop it or choose another with --data"
              .formatted(path),
          null);
    }
    return channel;
  }

  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static int storedFormat(Path path) throws IOException {
    return format(
        path,
        new String(Files.readAllBytes(path.resolve(FORMAT_FILE)), StandardCharsets.ISO_8859_1));
  }

  /// The format that a FORMAT file says.
  ///
  /// @throws JournalException if it is not one of ours, or newer than this version
  static int format(Path path, String text) throws JournalException {
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
    write(path, FORMAT_FILE, "guidepost data format %d%n".formatted(FORMAT));
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
      if (lockFile.isPresent()) {
        lockFile.get().close();
      }
    } catch (IOException e) {
      throw translated(path, e);
    }
  }
}
