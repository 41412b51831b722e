package guidepost.server;

import guidepost.journal.JournalException;

/// A server could not start. The message names the address or directory, and what to do.
public final class ServerStartException extends Exception {

  private static final long serialVersionUID = 1;

  /// What kind of reason it is.
  public enum Reason {
    /// Another program holds the data directory or the address, or the device is full: end that
    /// program or make room, then start again.
    BUSY,
    /// The options name an address or a directory that cannot be used: name another.
    OPTIONS,
    /// What is stored is damaged, or the device failed.
    DATA
  }

  private final Reason reason;

  ServerStartException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  ServerStartException(String message) {
    super(message);
    this.reason = Reason.OPTIONS;
  }

  ServerStartException(JournalException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.reason =
        switch (cause.reason()) {
          case LOCKED, DISK_FULL -> Reason.BUSY;
          case FOREIGN, NEWER_FORMAT, NO_PERMISSION -> Reason.OPTIONS;
          case CORRUPT, TRIMMED, CLOSED, ABANDONED, OUTCOME_UNKNOWN, SUPERSEDED, IO -> Reason.DATA;
        };
  }

  /// What kind of reason it is.
  public Reason reason() {
    return reason;
  }
}
