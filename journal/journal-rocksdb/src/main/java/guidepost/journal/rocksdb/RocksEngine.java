package guidepost.journal.rocksdb;

import guidepost.journal.JournalDraft;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded engine: a data directory on a disk of this machine.
///
/// Threads: any.
public final class RocksEngine implements JournalEngine {

  private static final Logger LOG = LoggerFactory.getLogger(RocksEngine.class);

  private final Path path;

  private RocksEngine(Path path) {
    this.path = path;
  }

  /// That of a data directory.
  public static RocksEngine in(Path path) {
    return new RocksEngine(path);
  }

  @Override
  public JournalStore open(Retention retention, InstantSource clock) throws JournalException {
    JournalStore store = RocksJournalStore.open(path, retention, clock);
    removeLeftovers();
    return store;
  }

  /// What cannot be deleted takes room, and nothing else.
  private void removeLeftovers() {
    try {
      CheckpointDirectory.removeLeftovers(path);
    } catch (IOException e) {
      LOG.warn("{}: an unfinished backup cannot be deleted", path, e);
    }
  }

  @Override
  public JournalStore openExisting() throws JournalException {
    requireOurs();
    return RocksJournalStore.open(path);
  }

  @Override
  public JournalStore openForReading() throws JournalException {
    requireOurs();
    return RocksJournalStore.openForReading(path);
  }

  private void requireOurs() throws JournalException {
    if (!Files.exists(path.resolve("FORMAT"))) {
      throw new JournalException(
          JournalException.Reason.FOREIGN,
          "data directory %s: %s"
              .formatted(path, Files.exists(path) ? "is none (no FORMAT file)" : "does not exist"),
          null);
    }
  }

  @Override
  public JournalDraft draft() throws JournalException {
    return RocksDraft.in(path);
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(path);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
