package guidepost.guide.features;

import guidepost.calls.RevisionTimes;
import guidepost.guide.index.Feature;
import guidepost.journal.Journal;
import org.jspecify.annotations.Nullable;

/// Makes messages of features, with the time at which each was written if that is asked for.
///
/// Cost: with times that of [RevisionTimes].
///
/// Threads: one at a time.
final class FeatureTelling {

  private final @Nullable RevisionTimes times;

  private FeatureTelling(@Nullable RevisionTimes times) {
    this.times = times;
  }

  /// Says nothing of times.
  static FeatureTelling withoutTimes() {
    return new FeatureTelling(null);
  }

  /// Says when features were written, as far as the journal knows.
  static FeatureTelling withTimes(Journal journal) {
    return new FeatureTelling(new RevisionTimes(journal));
  }

  /// @throws io.grpc.StatusRuntimeException if the journal cannot be read
  guidepost.guide.v1.Feature message(Feature feature) {
    guidepost.guide.v1.Feature message = FeatureMessages.message(feature);
    return times == null
        ? message
        : times
            .of(feature.revision())
            .map(time -> message.toBuilder().setUpdateTime(time).build())
            .orElse(message);
  }
}
