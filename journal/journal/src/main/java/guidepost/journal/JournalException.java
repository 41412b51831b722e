package guidepost.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A journal could not be opened, read or written. The message names the place, what was found
/// there and what to do about it.
///
/// Threads: any; immutable.
public class JournalException extends IOException {

  private static final long serialVersionUID = 1;

  private final Reason reason;

  /// @param reason what sort of trouble it is
  /// @param message for people
  /// @param cause the engine's own error, if there is one
  public JournalException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /// What sort of trouble it is.
  public final Reason reason() {
    return reason;
  }

  /// Sorts of trouble, by what can be done about them.
  public enum Reason {
    /// Another process, or another store of this one, holds the directory: end it or choose
    /// another.
    LOCKED,
    /// The directory holds something that is not a journal: choose another.
    FOREIGN,
    /// A newer version wrote it: upgrade.
    NEWER_FORMAT,
    /// The directory may not be read or written by this user.
    NO_PERMISSION,
    /// The device is full: make room, then write again.
    DISK_FULL,
    /// Stored bytes are not what was written: restore a backup.
    CORRUPT,
    /// Batches that were asked for are no longer retained: start from the latest state.
    TRIMMED,
    /// The writer is closed: the server is shutting down, or a defect stopped the writer.
    CLOSED,
    /// What this was to follow was not written: send both again.
    ABANDONED,
    /// It is not known whether it was written: it may be found after a restart. Not shown to
    /// anybody until then.
    OUTCOME_UNKNOWN,
    /// Another server writes this journal now: nothing of this was written, and nothing will be.
    SUPERSEDED,
    /// The device failed in another way.
    IO
  }
}
