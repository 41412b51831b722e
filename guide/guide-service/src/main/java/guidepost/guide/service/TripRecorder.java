package guidepost.guide.service;

import guidepost.calls.Failures;
import guidepost.calls.OpenCalls;
import guidepost.calls.RejectedException;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.messages.SeedMessages;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One RecordRoute call: takes points as they arrive and answers with the summary of the trip.
///
/// The distance is summed in double and cut to whole metres once, at the end. The counts and the
/// distance stop at the largest number that fits rather than turn negative.
///
/// Threads: those of its call, one at a time; any for [#fail]. The thread that sets `over` answers.
final class TripRecorder implements StreamObserver<guidepost.seed.routeguide.Point> {

  private final FeatureIndex features;
  private final LongSupplier nanoTime;
  private final Optional<TripMeasure> measure;
  private final StreamObserver<RouteSummary> caller;
  private final OpenCalls open;
  private final long startNanos;

  private long points;
  private long namedPoints;
  private double metres;
  private @Nullable Point previous;
  private final AtomicBoolean over = new AtomicBoolean();

  /// @param measure also takes the measures beyond the seed contract, if the caller wants them
  TripRecorder(
      FeatureIndex features,
      LongSupplier nanoTime,
      Optional<TripMeasure> measure,
      StreamObserver<RouteSummary> caller,
      OpenCalls open) {
    this.features = features;
    this.nanoTime = nanoTime;
    this.measure = measure;
    this.caller = caller;
    this.open = open;
    this.startNanos = nanoTime.getAsLong();
  }

  /// Listed among the open calls until it ends.
  TripRecorder start() {
    open.add(this, this::fail);
    return this;
  }

  @Override
  public void onNext(guidepost.seed.routeguide.Point message) {
    if (over.get()) {
      return;
    }
    points++;
    try {
      add(SeedMessages.point(message, ""));
    } catch (RejectedException e) {
      fail(Failures.rejected(e.rejection().at("point", points - 1)));
    }
  }

  private void add(Point point) {
    metres += previous == null ? 0 : Haversine.metres(previous, point);
    namedPoints += features.snapshot().firstAt(point).filter(Feature::isNamed).isPresent() ? 1 : 0;
    measure.ifPresent(each -> each.add(point, nanoTime.getAsLong()));
    previous = point;
  }

  @Override
  public void onCompleted() {
    if (end()) {
      caller.onNext(summary());
      caller.onCompleted();
    }
  }

  /// The client has gone: there is nobody to answer.
  @Override
  public void onError(Throwable gone) {
    var _ = end();
  }

  private void fail(StatusRuntimeException why) {
    if (end()) {
      caller.onError(why);
    }
  }

  /// @return true if the caller is to answer
  private boolean end() {
    open.remove(this);
    return over.compareAndSet(false, true);
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
