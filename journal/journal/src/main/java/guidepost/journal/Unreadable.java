package guidepost.journal;

import org.jspecify.annotations.Nullable;

/// The first value of a replay that is not what this program writes: the replay goes on, and then
/// fails with it.
///
/// Threads: one at a time.
public final class Unreadable {

  private final String domain;
  private @Nullable JournalException first;

  /// None yet.
  ///
  /// @param domain whose values are read
  public Unreadable(String domain) {
    this.domain = domain;
  }

  /// A value cannot be read.
  public void note(String key, Exception cause) {
    if (first == null) {
      first =
          new JournalException(
              JournalException.Reason.CORRUPT,
              "%s: the value of key %s cannot be read: %s"
                  .formatted(domain, key, cause.getMessage()),
              cause);
    }
  }

  /// Fails if any value could not be read.
  ///
  /// @throws JournalException CORRUPT, naming the first key
  public void throwIfAny() throws JournalException {
    if (first != null) {
      throw first;
    }
  }
}
