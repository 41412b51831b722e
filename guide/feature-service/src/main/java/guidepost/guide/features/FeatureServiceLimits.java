package guidepost.guide.features;

import guidepost.calls.HistoryCalls;
import guidepost.journal.DomainWriter;

/// What bounds the memory that callers can make the features take.
///
/// @param queuedChanges changes that may wait for the writer; more is refused as overload
/// @param watches watches at once; one more is refused
/// @param historyWaiting questions about earlier states that may wait; one more is refused
public record FeatureServiceLimits(int queuedChanges, int watches, int historyWaiting) {

  /// Ten thousand watches: each takes some kilobytes, and a message a second while others write.
  public static final FeatureServiceLimits DEFAULTS =
      new FeatureServiceLimits(DomainWriter.QUEUED_CHANGES_MAX, 10_000, HistoryCalls.WAITING_MAX);

  /// @throws IllegalArgumentException if a limit is not positive
  public FeatureServiceLimits {
    if (queuedChanges < 1 || watches < 1 || historyWaiting < 1) {
      throw new IllegalArgumentException(
          "limits of features must be at least 1: %d, %d, %d"
              .formatted(queuedChanges, watches, historyWaiting));
    }
  }

  /// The same with another bound on what waits for the writer.
  public FeatureServiceLimits withQueuedChanges(int newQueuedChanges) {
    return new FeatureServiceLimits(newQueuedChanges, watches, historyWaiting);
  }
}
