package guidepost.metrics;

import java.util.List;

/// How often something took how long, since the server started.
///
/// @param seconds all of it together
/// @param counts how many were within each bound of [Metrics#bounds] and not within the one before
///   it, and at last those beyond all; empty if nothing is timed
public record Times(double seconds, List<Long> counts) {

  /// Nothing is timed.
  static final Times NONE = new Times(0, List.of());

  public Times {
    counts = List.copyOf(counts);
  }

  /// How many there were.
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
