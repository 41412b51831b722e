package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Collects the points of a track: one that is bad is rejected alone.
final class TrackBuilder {

  private final List<Track.Fix> fixes = new ArrayList<>();
  private final List<FeatureRow.Rejected> rejected = new ArrayList<>();
  private final String unit;
  private final LeftOut leftOut;
  private long number;
  private boolean begins = true;

  /// @param unit what points are numbered by: `point` or `line`
  TrackBuilder(String unit, LeftOut leftOut) {
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
      fixes.add(fix.apply("%s %d".formatted(unit, line)).beginningSegment(begins));
      begins = false;
    } catch (InvalidRowException e) {
      rejected.add(new FeatureRow.Rejected(line, e.reason()));
    }
    if (size() > Track.ROWS_MAX) {
      throw new InvalidFeedException(
          "track: must have at most %d points".formatted(Track.ROWS_MAX));
    }
  }

  long size() {
    return (long) fixes.size() + rejected.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  Track build() {
    return new Track(fixes, rejected, unit, leftOut);
  }
}
