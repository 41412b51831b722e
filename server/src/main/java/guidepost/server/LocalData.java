package guidepost.server;

import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.rocksdb.RocksJournalStore;
import guidepost.server.v1.CompactResponse;
import guidepost.server.v1.VerifyResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A data directory that no server has open, looked after directly; locked for as long as this is
/// open.
///
/// Threads: one.
public final class LocalData implements AutoCloseable {

  private final RocksJournalStore store;

  private LocalData(RocksJournalStore store) {
    this.store = store;
  }

  /// Opens a data directory; makes none. An older format is brought to the present one, as a server
  /// would.
  ///
  /// @throws JournalException if there is none, or it is in use, damaged, or of a newer format
  public static LocalData open(Path data) throws JournalException {
    requireOurs(data);
    return new LocalData(RocksJournalStore.open(data));
  }

  /// Opens a data directory to be looked at: nothing in it changes, and it need not be writable.
  ///
  /// @throws JournalException as [#open]
  public static LocalData openForReading(Path data) throws JournalException {
    requireOurs(data);
    return new LocalData(RocksJournalStore.openForReading(data));
  }

  private static void requireOurs(Path data) throws JournalException {
    if (!Files.exists(data.resolve("FORMAT"))) {
      throw new JournalException(
          JournalException.Reason.FOREIGN,
          "data directory %s: %s"
              .formatted(data, Files.exists(data) ? "is none (no FORMAT file)" : "does not exist"),
          null);
    }
  }

  /// Reads everything and checks it, as a server's `Verify` does, with indexes made for the
  /// purpose.
  ///
  /// @param parts gets what it is at, and last the report
  /// @throws JournalException if the device fails
  public void verify(Consumer<VerifyResponse> parts) throws JournalException {
    try {
      new Verification(parts::accept).run(store, Domains.GUIDEPOST.stored());
    } catch (AdminCall.EndedException | OverloadedException e) {
      throw new IllegalStateException("nothing ends it, and nobody else writes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes everything as text: see `guidepost.storage.v1.DumpLine`.
  ///
  /// @param lines gets whole lines
  /// @throws JournalException if stored bytes cannot be read
  public void dump(Consumer<String> lines) throws JournalException {
    try {
      DumpWriter.write(Domains.GUIDEPOST.stored(), store, lines::accept);
    } catch (AdminCall.EndedException e) {
      throw new IllegalStateException("nothing ends it", e);
    }
  }

  /// Rewrites the files without what is no longer needed.
  ///
  /// @throws JournalException if that cannot be read or written
  public CompactResponse compact() throws JournalException {
    return Compaction.run(store);
  }

  @Override
  public void close() throws JournalException {
    store.close();
  }
}
