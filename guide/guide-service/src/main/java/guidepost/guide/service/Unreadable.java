package guidepost.guide.service;

import guidepost.journal.JournalException;
import org.jspecify.annotations.Nullable;

/// The first value of a replay that is not what this program writes.
final class Unreadable {

  private final String domain;
  private @Nullable JournalException first;

  Unreadable(String domain) {
    this.domain = domain;
  }

  void note(String key, Exception cause) {
    if (first == null) {
      first =
          new JournalException(
              JournalException.Reason.CORRUPT,
              "%s: the value of key %s cannot be read: %s"
                  .formatted(domain, key, cause.getMessage()),
              cause);
    }
  }

  void throwIfAny() throws JournalException {
    if (first != null) {
      throw first;
    }
  }
}
