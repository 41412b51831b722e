package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Collects the points of a track: one that is bad is rejected alone.
final class TrackBuilder {

  private final List<Track.Fix> fixes = new ArrayList<>();
  private final List<FeatureRow.Rejected> rejected = new ArrayList<>();
  private final String unit;
  private final LeftOut leftOut;
  private final Instant latest;
  private Optional<String> untimed = Optional.empty();
  private long number;
  private boolean begins = true;

  /// @param unit what points are numbered by: `point` or `line`
  /// @param latest a point whose time is later is rejected
  TrackBuilder(String unit, LeftOut leftOut, Instant latest) {
    this.latest = latest;
    this.unit = unit;
    this.leftOut = leftOut;
  }

  /// The next point begins a segment.
  void beginSegment() {
    begins = true;
  }

  /// Adds the next point.
  ///
  /// @param fix gives it, or throws an [InvalidRowException]; is given its place: `point 7`
  void add(Function<String, Track.Fix> fix) throws InvalidFeedException {
    add(number + 1, fix);
  }

  /// Adds the point of a line.
  void add(long line, Function<String, Track.Fix> fix) throws InvalidFeedException {
    number = line;
    try {
      String place = "%s %d".formatted(unit, line);
      Track.Fix next = fix.apply(place).beginningSegment(begins);
      next.time().ifPresent(this::requireNotLater);
      fixes.add(next);
      begins = false;
      if (untimed.isEmpty() && next.time().isEmpty()) {
        untimed = Optional.of(place);
      }
    } catch (InvalidRowException e) {
      rejected.add(new FeatureRow.Rejected(line, e.reason()));
    }
    if (size() > Track.ROWS_MAX) {
      throw new InvalidFeedException(
          "track: must have at most %d points".formatted(Track.ROWS_MAX));
    }
  }

  private void requireNotLater(Instant time) {
    if (time.isAfter(latest)) {
      throw new InvalidRowException("time", time.toString(), "must be at most " + latest);
    }
  }

  /// Rejects what stands in the place of the next point: nothing is known of the way past it.
  void reject(String reason) throws InvalidFeedException {
    begins = true;
    add(
        _ -> {
          throw new InvalidRowException(reason);
        });
  }

  long size() {
    return (long) fixes.size() + rejected.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  Track build() {
    return new Track(fixes, rejected, unit, leftOut, untimed);
  }
}
