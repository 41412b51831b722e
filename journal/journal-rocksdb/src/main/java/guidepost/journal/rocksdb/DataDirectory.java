package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A data directory of ours, locked: made if absent, recognised by its `FORMAT` file.
///
/// Threads: one.
final class DataDirectory implements AutoCloseable {

  /// From this format on, TIMELINE, DOMAINS and the witnesses must be there.
  private static final int FORMAT_WITH_WITNESSES = 3;

  /// The directory of the engine's files, within it.
  static final String ENGINE = "rocksdb";

  /// As much as the largest message that a client sends.
  private static final int TRIED_BYTES = 4 << 20;

  private static final String ACKNOWLEDGED = "acknowledged";

  /// A file of the copies of a log that is kept elsewhere.
  static final String REPLICA = "REPLICA";

  /// What a crash while the directory is made may leave in it.
  private static final Set<String> MADE_FIRST =
      Set.of(
          DirectoryLock.NAME,
          "FORMAT.new",
          TimelineFile.NAME,
          "TIMELINE.new",
          REPLICA,
          DomainsFile.NAME,
          "DOMAINS.new",
          ACKNOWLEDGED);

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
  private final Optional<DirectoryLock> lock;
  private final int format;
  private final Use use;
  private final long timeline;
  private final Set<String> domains;

  private DataDirectory(
      Path path,
      Optional<DirectoryLock> lock,
      int format,
      Use use,
      long timeline,
      Set<String> domains) {
    this.path = path;
    this.lock = lock;
    this.format = format;
    this.use = use;
    this.timeline = timeline;
    this.domains = domains;
  }

  static DataDirectory open(Path path) throws JournalException {
    if (Files.exists(path.resolve(REPLICA))) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: is a server's copy of a cluster's log, and written as such alone; serve it with --journal, or restore a backup of it"
              .formatted(path),
          null);
    }
    return open(path, Use.SERVE, FormatFile.FORMAT);
  }

  /// Opens a copy of a log that is kept elsewhere.
  static DataDirectory openReplica(Path path) throws JournalException {
    return open(path, Use.SERVE, FormatFile.FORMAT);
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
    return open(path, Use.READ, FormatFile.FORMAT);
  }

  /// True if a directory looks like one that was made as a draft and never finished.
  static boolean isUnfinished(Path path) {
    return Files.isDirectory(path.resolve(ENGINE)) && !Files.exists(path.resolve(FormatFile.NAME));
  }

  /// Deletes the copy in a directory, and what is left of one; what else is there stays.
  ///
  /// @throws JournalException if a server has it open
  static void clearReplica(Path path) throws JournalException {
    try (DirectoryLock _ = DirectoryLock.alone(path)) {
      // First, so that nobody takes the rest for a whole.
      Files.deleteIfExists(path.resolve(FormatFile.NAME));
      CheckpointDirectory.delete(path.resolve(ENGINE));
      CheckpointDirectory.delete(path.resolve(ACKNOWLEDGED));
      Files.deleteIfExists(path.resolve(DomainsFile.NAME));
      Files.deleteIfExists(path.resolve(TimelineFile.NAME));
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
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
      Optional<DirectoryLock> lock =
          use == Use.READ ? DirectoryLock.toRead(path) : Optional.of(DirectoryLock.alone(path));
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
      throw DirectoryProblem.of(path, e);
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
      Path path, Optional<DirectoryLock> lock, Use use, int draftFormat) throws IOException {
    if (use != Use.READ) {
      OwnerOnly.restrict(path);
    }
    if (use == Use.SERVE && !Files.exists(path.resolve(FormatFile.NAME))) {
      make(path);
      FormatFile.write(path);
    } else if (use == Use.FILL) {
      make(path);
    }
    int format = use == Use.FILL ? draftFormat : FormatFile.read(path);
    if (use == Use.READ && format == 1) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: has format 1, which a server must bring to format %d first"
              .formatted(path, FormatFile.FORMAT),
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
      throw DirectoryProblem.damaged(path, ACKNOWLEDGED, "is missing" + UNKNOWN_LOSS);
    }
    for (String domain : domains) {
      Path witness = path.resolve(ACKNOWLEDGED).resolve(domain);
      if (!Files.exists(witness)) {
        throw DirectoryProblem.damaged(
            path, ACKNOWLEDGED + "/" + domain, "is missing" + UNKNOWN_LOSS);
      }
      if (!Acknowledged.isWhole(witness)) {
        throw DirectoryProblem.damaged(
            path, ACKNOWLEDGED + "/" + domain, "is not as it was written" + UNKNOWN_LOSS);
      }
    }
  }

  private static final String UNKNOWN_LOSS =
      ": whether acknowledged changes are lost cannot be told; restore a backup";

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

  /// True if it is a copy of a log that is kept elsewhere.
  boolean isReplica() {
    return Files.exists(path.resolve(REPLICA));
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
        throw DirectoryProblem.damaged(
            path, ENGINE, "domain %s is gone; restore a backup".formatted(domain));
      }
      return;
    }
    if (use == Use.READ && format < FORMAT_WITH_WITNESSES) {
      return;
    }
    if (!isEmpty && !isDraft()) {
      throw DirectoryProblem.damaged(
          path, DomainsFile.NAME, "domain %s is gone; restore a backup".formatted(domain));
    }
    try {
      addDomain(domain);
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }

  private void addDomain(String domain) throws IOException {
    Path directory = path.resolve(ACKNOWLEDGED);
    Files.createDirectories(directory);
    Path witness = directory.resolve(domain);
    if (!Acknowledged.isWhole(witness)) {
      Acknowledged.make(witness);
      SmallFile.syncDirectory(directory);
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
      SmallFile.syncDirectory(path);
      FormatFile.write(path);
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }

  /// The witness of what a domain acknowledged.
  Acknowledged acknowledged(String domain) throws JournalException {
    Path file = path.resolve(ACKNOWLEDGED).resolve(domain);
    try {
      return use == Use.READ ? Acknowledged.openForReading(file) : Acknowledged.open(file);
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
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
      if (!empty && !Files.exists(path.resolve(FormatFile.NAME))) {
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

  @Override
  public void close() throws JournalException {
    try {
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }
}
