package guidepost.guide.features;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.calls.LoggedChanges;
import guidepost.calls.Moment;
import guidepost.calls.PartsSearch;
import guidepost.calls.PastRevisions;
import guidepost.calls.RevisionTimes;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.LoggedFeatureChange;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.KeyDifferences;
import guidepost.journal.Value;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Earlier states of the features, as far back as the journal's log goes.
///
/// A state is made from the nearest newer one at hand by undoing what came between: each change in
/// the log holds what was there before it. States share their memory, so one costs what differs.
///
/// Cost: of a state some microseconds a change between; of a part of the differences the same.
///
/// Threads: one at a time.
final class FeatureHistory {

  /// States kept: those last asked for.
  private static final int KEPT_MAX = 4;

  private final Journal journal;
  private final Supplier<FeatureSnapshot> published;
  private final PastRevisions revisions;
  private final Map<Long, FeatureSnapshot> kept = new LinkedHashMap<>(8, 0.75f, true);

  /// @param published what readers see
  FeatureHistory(Journal journal, Supplier<FeatureSnapshot> published, InstantSource clock) {
    this.journal = journal;
    this.published = published;
    this.revisions = new PastRevisions(journal, () -> published.get().revision(), clock);
  }

  /// The revision that a moment means, which the log leads back to.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or the log does
  ///   not go back that far
  long revision(Moment moment) throws JournalException {
    return revisions.retained(moment);
  }

  /// Says when features were written.
  FeatureTelling telling() {
    return FeatureTelling.withTimes(journal);
  }

  /// When a revision that the log leads back to was written; empty for 0.
  Optional<Instant> timeOf(long revision) throws JournalException {
    return journal.timeOf(revision);
  }

  /// The timeline of its revisions.
  long timeline() {
    return journal.timeline();
  }

  /// The features at a moment.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or the log does
  ///   not go back that far
  FeatureSnapshot at(Moment moment) throws JournalException {
    return revisions.read(moment, this::at);
  }

  private FeatureSnapshot at(long revision) throws JournalException {
    FeatureSnapshot newer = published.get();
    for (FeatureSnapshot each : kept.values()) {
      newer = each.revision() >= revision && each.revision() < newer.revision() ? each : newer;
    }
    FeatureSnapshot state = newer.revision() == revision ? newer : undone(newer, revision);
    keep(state);
    return state;
  }

  private FeatureSnapshot undone(FeatureSnapshot newer, long revision) throws JournalException {
    FeatureIndex earlier = FeatureIndex.from(newer);
    journal.readBackwards(
        newer.revision(),
        revision,
        (at, time, batch) -> {
          requireTime();
          batch.forEachBackwards((key, value, prior) -> undo(earlier, key, prior));
          return true;
        });
    earlier.publish(revision);
    return earlier.snapshot();
  }

  private static void undo(FeatureIndex index, byte[] key, @Nullable Value prior) {
    if (prior == null) {
      index.remove(FeatureStorage.id(key));
      return;
    }
    try {
      index.put(
          FeatureStorage.feature(key, prior.bytes(), prior.revision()),
          FeatureStorage.rank(prior.bytes()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "features: revision %d is broken".formatted(prior.revision()), e);
    }
  }

  /// The thread is interrupted when the server stops: the journal is about to close.
  private static void requireTime() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server is stopping");
    }
  }

  private void keep(FeatureSnapshot state) {
    kept.remove(state.revision());
    kept.put(state.revision(), state);
    if (kept.size() > KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  /// A feature that is not the same in two states.
  ///
  /// @param before in the one; null if it was not there
  /// @param after in the other; null if it is not there
  record Difference(@Nullable Feature before, @Nullable Feature after) {

    private Difference turned() {
      return new Difference(/* before= */ after, /* after= */ before);
    }

    /// True if it was changed and changed back, or deleted and put again as it was.
    private boolean isNone() {
      return before != null
          && after != null
          && before.equals(after.withRevision(before.revision()));
    }

    private boolean touches(FeatureWatch.Watched wanted) {
      return (before != null && wanted.test(before)) || (after != null && wanted.test(after));
    }
  }

  /// What differs between two revisions, by id, part by part.
  ///
  /// @param wanted only features that are of these in one of the states
  /// @param partBytesMax the most that a part takes in memory
  PartsSearch.Parts<Difference> differences(
      long from, long to, FeatureWatch.Watched wanted, long partBytesMax) {
    KeyDifferences differences =
        new KeyDifferences(
            journal, Math.min(from, to), Math.max(from, to), _ -> true, partBytesMax / 2);
    return new PartsSearch.Parts<>() {
      @Override
      public boolean isOver() {
        return differences.isOver();
      }

      @Override
      public List<Difference> next() throws JournalException {
        return differences.next().stream()
            .map(
                each ->
                    new Difference(
                        known(each.key(), each.before()), known(each.key(), each.after())))
            .filter(each -> !each.isNone() && each.touches(wanted))
            .map(each -> from <= to ? each : each.turned())
            .toList();
      }
    };
  }

  /// What was written between two revisions, the newest first.
  ///
  /// @param wanted only changes of features that are of these before or after
  LoggedChanges<LoggedFeatureChange> changes(
      long from, long to, int limit, FeatureWatch.Watched wanted) {
    FeatureTelling telling = FeatureTelling.withoutTimes();
    return new LoggedChanges<>(
        journal,
        from,
        to,
        limit,
        (revision, time, key, value, prior) -> {
          Difference step =
              new Difference(
                  known(key, prior),
                  value == null ? null : FeatureStorage.known(key, value, revision));
          return step.touches(wanted) ? message(revision, time, step, telling) : null;
        });
  }

  private static LoggedFeatureChange message(
      long revision, Instant time, Difference step, FeatureTelling telling) {
    LoggedFeatureChange.Builder message =
        LoggedFeatureChange.newBuilder()
            .setRevision(revision)
            .setTime(RevisionTimes.timestamp(time));
    if (step.before() != null) {
      message.setBefore(telling.message(step.before()));
    }
    if (step.after() != null) {
      message.setAfter(telling.message(step.after()));
    }
    return message.build();
  }

  /// The revision before the oldest that is in the log.
  long oldest() {
    return journal.oldestRevision() - 1;
  }

  private static @Nullable Feature known(byte[] key, @Nullable Value value) {
    return value == null ? null : FeatureStorage.known(key, value.bytes(), value.revision());
  }
}
