package guidepost.guide.features;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.index.FeatureIndex;
import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.Revisions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Decides what Modify calls do to the features.
///
/// A decision changes the writer's side of the index at once, where the next decision sees it and
/// no reader does: committing is publishing, abandoning is rolling back. See [FeatureDecision].
///
/// Threads: the writer of its domain.
final class FeatureDomain implements Domain<FeatureRequest, List<FeatureOutcome>> {

  private final FeatureIndex index;
  private final FeatureIds ids;
  private final Revisions revisions;
  private final Changefeed<FeatureEvent> changefeed;

  /// @param index with the journal's latest state, published
  /// @param journal that the index was made of
  FeatureDomain(FeatureIndex index, Journal journal) {
    this.index = index;
    this.ids = new FeatureIds(index);
    this.changefeed = FeatureEvent.changefeed(journal);
    this.revisions = new Revisions(index.snapshot().revision());
  }

  /// What was changed, for watchers.
  Changefeed<FeatureEvent> changefeed() {
    return changefeed;
  }

  @Override
  public Decision<List<FeatureOutcome>> decide(FeatureRequest request, Batch batch) {
    long newest = revisions.next() - 1;
    if (request.expectedTimeline() != 0 && request.expectedTimeline() != changefeed.timeline()) {
      return refuseAll(request, otherTimeline(request.expectedTimeline()));
    }
    if (isStale(request.expectedRevision(), newest)) {
      return refuseAll(request, stale(request.expectedRevision(), newest));
    }
    FeatureDecision decision = new FeatureDecision(index, ids, revisions.next());
    List<FeatureOutcome> outcomes = new ArrayList<>(request.operations().size());
    decision.decide(request.operations(), outcomes);
    boolean aborted = request.atomic() && hasRefused(outcomes);
    if (aborted || request.dryRun()) {
      decision.undo();
      return revision -> aborted ? abortedBeside(outcomes) : asOf(newest, outcomes);
    }
    decision.addTo(batch);
    revisions.count(batch);
    return revision -> {
      if (batch.isEmpty()) {
        return asOf(revision, outcomes);
      }
      changefeed.add(revision, decision.events());
      return outcomes;
    };
  }

  @Override
  public void apply(long revision, Instant time, Batch batch) {
    revisions.apply(revision);
    List<FeatureEvent> events = new ArrayList<>(batch.size());
    batch.forEach(
        (key, value, prior) -> {
          FeatureEvent event = FeatureEvent.read(revision, key, value, prior);
          if (event != null) {
            event.apply(index);
            events.add(event);
          }
        });
    changefeed.add(revision, events);
  }

  private static boolean isStale(OptionalLong expected, long newest) {
    return expected.isPresent() && expected.getAsLong() != newest;
  }

  private Rejection otherTimeline(long expected) {
    return Rejection.conflict(
        Reason.TIMELINE_OTHER,
        "expected_timeline",
        Long.toUnsignedString(expected),
        "the server is on timeline %s, as after a restore"
            .formatted(Long.toUnsignedString(changefeed.timeline())));
  }

  private static Rejection stale(OptionalLong expected, long newest) {
    return Rejection.of(
        Reason.REVISION_STALE,
        "expected_revision",
        Long.toUnsignedString(expected.orElseThrow()),
        "the features are at revision %d".formatted(newest));
  }

  private static Decision<List<FeatureOutcome>> refuseAll(FeatureRequest request, Rejection why) {
    FeatureOutcome refused = new FeatureOutcome.Refused(why);
    return revision -> request.operations().stream().map(each -> refused).toList();
  }

  private static boolean hasRefused(List<FeatureOutcome> outcomes) {
    return outcomes.stream().anyMatch(FeatureOutcome.Refused.class::isInstance);
  }

  private static List<FeatureOutcome> asOf(long revision, List<FeatureOutcome> outcomes) {
    return outcomes.stream()
        .map(
            outcome ->
                outcome instanceof FeatureOutcome.Done done
                    ? new FeatureOutcome.Done(done.featureId(), done.changed(), revision)
                    : outcome)
        .toList();
  }

  /// The outcomes of an atomic request that is not done: those refused say why, and the others that
  /// it was not for themselves.
  private static List<FeatureOutcome> abortedBeside(List<FeatureOutcome> outcomes) {
    int first = 0;
    while (!(outcomes.get(first) instanceof FeatureOutcome.Refused)) {
      first++;
    }
    FeatureOutcome aborted =
        new FeatureOutcome.Refused(
            Rejection.of(
                Reason.ABORTED_WITH_OTHERS,
                "atomic: operation %d of the message was rejected, so none was done"
                    .formatted(first)));
    return outcomes.stream()
        .map(outcome -> outcome instanceof FeatureOutcome.Refused ? outcome : aborted)
        .toList();
  }

  @Override
  public void publish() {
    index.publish(revisions.publish());
    changefeed.publish();
  }

  @Override
  public void abandon() {
    revisions.abandon();
    index.rollback();
  }
}
