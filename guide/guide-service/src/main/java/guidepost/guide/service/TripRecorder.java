package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.Haversine;
import guidepost.guide.index.Point;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One RecordRoute call: takes points as they arrive and answers with the summary of the trip.
///
/// The distance is summed in double and cut to whole metres once, at the end. The counts and the
/// distance stop at the largest number that fits rather than turn negative.
///
/// Threads: those of its call, one at a time.
final class TripRecorder implements StreamObserver<guidepost.seed.routeguide.Point> {

  private final FeatureIndex features;
  private final LongSupplier nanoTime;
  private final Optional<TripMeasure> measure;
  private final StreamObserver<RouteSummary> caller;
  private final long startNanos;

  private long points;
  private long namedPoints;
  private double metres;
  private @Nullable Point previous;
  private boolean refused;

  /// @param measure also takes the measures beyond the seed contract, if the caller wants them
  TripRecorder(
      FeatureIndex features,
      LongSupplier nanoTime,
      Optional<TripMeasure> measure,
      StreamObserver<RouteSummary> caller) {
    this.features = features;
    this.nanoTime = nanoTime;
    this.measure = measure;
    this.caller = caller;
    this.startNanos = nanoTime.getAsLong();
  }

  @Override
  public void onNext(guidepost.seed.routeguide.Point message) {
    if (refused) {
      return;
    }
    points++;
    try {
      add(SeedMessages.point(message, ""));
    } catch (InvalidFieldException e) {
      refused = true;
      caller.onError(Failures.invalid("point at index %d: %s".formatted(points - 1, e.text())));
    }
  }

  private void add(Point point) {
    metres += previous == null ? 0 : Haversine.metres(previous, point);
    namedPoints += features.snapshot().firstAt(point, Feature::isNamed).isPresent() ? 1 : 0;
    measure.ifPresent(each -> each.add(point, nanoTime.getAsLong()));
    previous = point;
  }

  @Override
  public void onCompleted() {
    if (!refused) {
      caller.onNext(summary());
      caller.onCompleted();
    }
  }

  /// The client has gone: there is nobody to answer.
  @Override
  public void onError(Throwable gone) {
    refused = true;
  }

  private RouteSummary summary() {
    long elapsedNanos = nanoTime.getAsLong() - startNanos;
    RouteSummary.Builder summary =
        RouteSummary.newBuilder()
            .setPointCount(saturated(points))
            .setFeatureCount(saturated(namedPoints))
            .setDistance((int) metres)
            .setElapsedTime(saturated(TimeUnit.NANOSECONDS.toSeconds(elapsedNanos)));
    measure.ifPresent(each -> each.writeTo(summary));
    return summary.build();
  }

  private static int saturated(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }
}
