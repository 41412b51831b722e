package guidepost.feeds;

import java.io.IOException;

/// The text as a whole cannot be read on: its format is not known, its header names an unknown
/// column, or its structure is broken. Rows handed over before stay valid.
///
/// Threads: any; immutable.
public final class InvalidFeedException extends IOException {

  private static final long serialVersionUID = 1;

  /// @param message what is wrong and where, for people
  public InvalidFeedException(String message) {
    super(message);
  }

  /// @param message what is wrong and where, for people
  public InvalidFeedException(String message, Throwable cause) {
    super(message, cause);
  }
}
