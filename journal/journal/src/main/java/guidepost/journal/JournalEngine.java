package guidepost.journal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// A place where journals are kept, by one engine or another: what a server, or an administrator of
/// its data, is told to use, and opens. Nothing is opened or made before it is asked for.
///
/// As text it is the name of the place, for messages.
///
/// Threads: any.
public interface JournalEngine {

  /// Opens the store to be served, or makes an empty one.
  ///
  /// @param retention of each domain's log
  /// @param clock for the times of batches
  /// @throws JournalException if it is in use, is not ours, has a newer format, may not be written
  ///   or is damaged
  JournalStore open(Retention retention, InstantSource clock) throws JournalException;

  /// Opens a store that no server has open; makes none. An older format is brought to the present
  /// one, as for a server.
  ///
  /// @throws JournalException if there is none, and as [#open]
  JournalStore openExisting() throws JournalException;

  /// Opens a store that no server has open, to be looked at: nothing in it changes, and it need not
  /// be writable.
  ///
  /// @throws JournalException if there is none, and as [#open]
  JournalStore openForReading() throws JournalException;

  /// Begins a new store where nothing is.
  ///
  /// @throws JournalException if something is there
  JournalDraft draft() throws JournalException;

  /// The directory of this machine that is the store's own, and whose owner may look after it;
  /// empty for an engine that needs none.
  Optional<Path> directory();
}
