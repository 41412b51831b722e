package guidepost.server;

import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.OverloadedException;
import guidepost.server.v1.CompactResponse;
import guidepost.server.v1.VerifyResponse;
import java.util.function.Consumer;

/// Journals that no server has open, looked after directly; locked for as long as this is open.
///
/// Threads: one.
public final class LocalData implements AutoCloseable {

  private final JournalStore store;

  private LocalData(JournalStore store) {
    this.store = store;
  }

  /// Opens what is there; makes nothing. An older format is brought to the present one, as a server
  /// would.
  ///
  /// @throws JournalException if there is nothing, or it is in use, damaged, or of a newer format
  public static LocalData open(JournalEngine engine) throws JournalException {
    return new LocalData(engine.openExisting());
  }

  /// Opens what is there to be looked at: nothing changes, and it need not be writable.
  ///
  /// @throws JournalException as [#open]
  public static LocalData openForReading(JournalEngine engine) throws JournalException {
    return new LocalData(engine.openForReading());
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
  /// @throws IllegalStateException if the engine keeps no files
  public CompactResponse compact() throws JournalException {
    return Compaction.run(store.files().orElseThrow(IllegalStateException::new));
  }

  @Override
  public void close() throws JournalException {
    store.close();
  }
}
