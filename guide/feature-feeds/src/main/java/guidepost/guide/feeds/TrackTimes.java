package guidepost.guide.feeds;

import guidepost.guide.geo.Haversine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How long a track took, by the times of its points.
///
/// A receiver that rests reports points metres apart. So a point counts only once it is 5 m away
/// from the last one that counted, and the time between two that counted is time spent moving
/// unless it was slower than the slowest walk, 0.3 m/s.
///
/// Points without a time take no part. Between segments, and where times run backwards, no time is
/// spent moving.
///
/// Threads: any; immutable.
///
/// @param elapsed from the earliest time to the latest
/// @param moving the part of it spent moving
public record TrackTimes(Duration elapsed, Duration moving) {

  /// As the seed contract measures: TripMeasure has the same.
  static final double JITTER_METRES = 5;

  /// Slower than the slowest walk.
  static final double MOVING_METRES_PER_SECOND = 0.3;

  private static final double MILLIS = 1e3;

  /// Those of a track; empty if fewer than two of its points have a time.
  public static Optional<TrackTimes> of(Track track) {
    List<Track.Fix> timed = track.fixes().stream().filter(f -> f.time().isPresent()).toList();
    if (timed.size() < 2) {
      return Optional.empty();
    }
    Duration elapsed = elapsed(timed.stream().flatMap(fix -> fix.time().stream()).toList());
    Duration moving = moving(timed);
    return Optional.of(new TrackTimes(elapsed, moving.compareTo(elapsed) > 0 ? elapsed : moving));
  }

  private static Duration elapsed(List<Instant> times) {
    Instant earliest = times.stream().min(Instant::compareTo).orElseThrow();
    Instant latest = times.stream().max(Instant::compareTo).orElseThrow();
    return Duration.between(earliest, latest);
  }

  private static Duration moving(List<Track.Fix> timed) {
    Duration moving = Duration.ZERO;
    Track.@Nullable Fix counted = null;
    for (Track.Fix fix : timed) {
      if (counted == null || fix.beginsSegment()) {
        counted = fix;
      } else if (metres(counted, fix) >= JITTER_METRES) {
        moving = moving.plus(moving(counted, fix));
        counted = fix;
      }
    }
    return moving;
  }

  private static Duration moving(Track.Fix from, Track.Fix to) {
    Duration step = Duration.between(from.time().orElseThrow(), to.time().orElseThrow());
    boolean moved = metres(from, to) >= MOVING_METRES_PER_SECOND * step.toMillis() / MILLIS;
    return step.isPositive() && moved ? step : Duration.ZERO;
  }

  private static double metres(Track.Fix from, Track.Fix to) {
    return Haversine.metres(from.point(), to.point());
  }
}
