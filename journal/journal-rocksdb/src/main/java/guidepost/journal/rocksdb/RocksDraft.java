package guidepost.journal.rocksdb;

import guidepost.journal.JournalDraft;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A data directory that is made as a whole or not at all. The file that makes it ours, `FORMAT`,
/// is written last.
///
/// Threads: one.
final class RocksDraft implements JournalDraft {

  private static final String FORMAT_FILE = "FORMAT";

  /// Names that the engine gives its files: none of them is a directory, or leads out of one.
  private static final Pattern FILE_NAME =
      Pattern.compile(
          "FORMAT|rocksdb/(?:CURRENT|IDENTITY|MANIFEST-\\d{1,20}|OPTIONS-\\d{1,20}|\\d{1,20}\\.(?:sst|log|blob))");

  private final Path path;
  private final boolean absentBefore;
  private final boolean isReplica;

  /// What a FORMAT file among the files says; null without one.
  private @Nullable ByteArrayOutputStream format;

  private @Nullable RocksJournalStore store;
  private boolean complete;

  private RocksDraft(Path path, boolean absentBefore, boolean isReplica) {
    this.path = path;
    this.absentBefore = absentBefore;
    this.isReplica = isReplica;
  }

  /// Begins one in a directory that is absent or empty.
  static RocksDraft in(Path path) throws JournalException {
    try {
      requireEmpty(path);
      boolean absent = !Files.exists(path);
      Files.createDirectories(path);
      return new RocksDraft(path, absent, false);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }

  /// Begins one of the copy of a log, in a directory that has what makes it one, and no engine's
  /// files.
  static RocksDraft ofReplica(Path path) {
    return new RocksDraft(path, false, true);
  }

  private static void requireEmpty(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isDirectory(path)) {
      throw refused(path, "is not a directory");
    }
    try (Stream<Path> files = Files.list(path)) {
      if (files.findAny().isPresent()) {
        throw refused(
            path,
            "is not empty; choose another%s"
                .formatted(
                    DataDirectory.isUnfinished(path)
                        ? ", or delete it if it is of a load or restore that was cut off"
                        : ""));
      }
    }
  }

  private static JournalException refused(Path path, String what) {
    return new JournalException(
        JournalException.Reason.FOREIGN, "data directory %s: %s".formatted(path, what), null);
  }

  @Override
  public JournalStore store() throws JournalException {
    RocksJournalStore opened = store;
    if (opened == null) {
      opened = opened();
      store = opened;
    }
    return opened;
  }

  private RocksJournalStore opened() throws JournalException {
    ByteArrayOutputStream text = format;
    if (text == null) {
      return RocksJournalStore.draft(path);
    }
    try {
      fsync(path.resolve(DataDirectory.ENGINE));
      fsync(path);
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
    return RocksJournalStore.adopt(path, text.toString(StandardCharsets.ISO_8859_1));
  }

  @Override
  public Optional<JournalDraft.CopiedFiles> files() {
    return Optional.of(new Taken());
  }

  /// The files that it is made of.
  private final class Taken implements JournalDraft.CopiedFiles {

    @Override
    public boolean takes(String name) {
      return FILE_NAME.matcher(name).matches();
    }

    @Override
    public Set<String> required() {
      return Set.of(FORMAT_FILE);
    }

    @Override
    public long usableBytes() throws IOException {
      return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public OutputStream create(String name) throws IOException {
      if (!takes(name)) {
        throw refused(path, "has no file \"%s\"".formatted(name));
      }
      if (name.equals(FORMAT_FILE)) {
        format = new ByteArrayOutputStream();
        return format;
      }
      Path file = path.resolve(name);
      Files.createDirectories(path.resolve(DataDirectory.ENGINE));
      return new FilterOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
          super.close();
          fsync(file);
        }
      };
    }
  }

  private static void fsync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void complete() throws JournalException {
    RocksJournalStore filled = store;
    if (filled == null) {
      throw new IllegalStateException("a draft is filled before it is complete");
    }
    filled.complete();
    complete = true;
  }

  @Override
  public void close() throws JournalException {
    try (RocksJournalStore _ = store) {
      // Closed before its files are deleted.
    }
    if (!complete && isReplica) {
      DataDirectory.clearReplica(path);
    } else if (!complete) {
      clear();
    }
  }

  private void clear() throws JournalException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (absentBefore || !file.equals(path)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw DirectoryProblem.of(path, e);
    }
  }
}
