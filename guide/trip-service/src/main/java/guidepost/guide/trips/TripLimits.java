package guidepost.guide.trips;

import guidepost.journal.DomainWriter;

/// What bounds the trips, and the memory that callers can make them take.
///
/// @param queuedChanges changes that may wait for the writer; more is refused as overload
/// @param trips trips that are kept; one more is refused
/// @param fixes fixes of one trip, skipped ones among them; one more is refused
/// @param metresPerSecond the greatest speed, 1 to 100,000; fixes that would need more are set
///   aside
public record TripLimits(int queuedChanges, int trips, int fixes, double metresPerSecond) {

  /// The greatest speed that a server can be told to believe: beyond it there is nothing to check.
  public static final double METRES_PER_SECOND_MAX = 100_000;

  /// A hundred thousand trips, some 100 MB if each has stops and features; a million fixes, eleven
  /// days of one a second (deleting a trip puts all of them into the log); 300 m/s, as fast as an
  /// airliner with a strong tailwind.
  public static final TripLimits DEFAULTS =
      new TripLimits(DomainWriter.QUEUED_CHANGES_MAX, 100_000, 1_000_000, 300);

  /// @throws IllegalArgumentException if a limit is out of range
  public TripLimits {
    if (queuedChanges < 1 || trips < 1 || fixes < 1) {
      throw new IllegalArgumentException(
          "limits of trips must be at least 1: %d, %d, %d".formatted(queuedChanges, trips, fixes));
    }
    if (!(metresPerSecond >= 1 && metresPerSecond <= METRES_PER_SECOND_MAX)) {
      throw new IllegalArgumentException("metresPerSecond must be 1..100000: " + metresPerSecond);
    }
  }

  /// The same with another greatest speed.
  public TripLimits withSpeed(double newMetresPerSecond) {
    return new TripLimits(queuedChanges, trips, fixes, newMetresPerSecond);
  }

  /// The same with another bound on what waits for the writer.
  public TripLimits withQueuedChanges(int newQueuedChanges) {
    return new TripLimits(newQueuedChanges, trips, fixes, metresPerSecond);
  }
}
