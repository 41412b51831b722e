package guidepost.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;

/// How often something took how long, since the server started.
///
/// @param seconds all of it together
/// @param bounds upper bounds of the buckets in seconds, ascending; the last is infinite
/// @param counts how many were in each bucket and in none before it
public record Times(double seconds, List<Double> bounds, List<Long> counts) {

  /// Nothing was timed.
  static final Times NONE = new Times(0, List.of(), List.of());

  public Times {
    bounds = List.copyOf(bounds);
    counts = List.copyOf(counts);
  }

  /// Those of one combination of labels.
  static Times of(Histogram histogram, String... labels) {
    for (HistogramSnapshot.HistogramDataPointSnapshot point : histogram.collect().getDataPoints()) {
      if (hasValues(point.getLabels(), labels)) {
        return of(point);
      }
    }
    return NONE;
  }

  private static boolean hasValues(Labels labels, String... values) {
    for (int i = 0; i < values.length; i++) {
      if (!labels.getValue(i).equals(values[i])) {
        return false;
      }
    }
    return labels.size() == values.length;
  }

  private static Times of(HistogramSnapshot.HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    List<Double> bounds = new ArrayList<>(buckets.size());
    List<Long> counts = new ArrayList<>(buckets.size());
    for (int i = 0; i < buckets.size(); i++) {
      bounds.add(buckets.getUpperBound(i));
      counts.add(buckets.getCount(i));
    }
    return new Times(point.getSum(), bounds, counts);
  }

  /// How many there were.
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
