package guidepost.journal;

import java.time.Duration;

/// A writer's queue is full: nothing of the request was done; ask again later.
///
/// Threads: any; immutable.
public final class OverloadedException extends Exception {

  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  /// A full queue is written in about as long.
  private static final Duration SOON = Duration.ofMillis(200);

  private OverloadedException(String text, Duration retryAfter) {
    super(text);
    this.retryAfter = retryAfter;
  }

  /// One of several writers of a domain has too much in hand.
  ///
  /// @param text the limit
  public static OverloadedException of(String text) {
    return new OverloadedException(text, SOON);
  }

  OverloadedException(String domain, int queuedChangesMax, Duration retryAfter) {
    super(
        "%s: more than %d changes wait to be written; try again in %d ms"
            .formatted(domain, queuedChangesMax, retryAfter.toMillis()));
    this.retryAfter = retryAfter;
  }

  /// How long to wait before asking again.
  public Duration retryAfter() {
    return retryAfter;
  }
}
