package guidepost.guide.service;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Feed;
import guidepost.journal.Journal;
import guidepost.journal.Revisions;
import guidepost.journal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides what Modify calls do to the features.
///
/// A decision changes the writer's side of the index at once, where the next decision sees it and
/// no reader does: committing is publishing, abandoning is rolling back.
///
/// Threads: the writer of its domain.
final class FeatureDomain implements Domain<List<FeatureChange>, List<FeatureDomain.Outcome>> {

  /// How one operation ended.
  ///
  /// @param featureId of the feature meant; empty if refused
  record Outcome(OperationResult result, String featureId) {}

  /// Features at one place that get their ids from here: bounds what a careless import piles up.
  static final int FEATURES_PER_POINT_MAX = 10_000;

  private final FeatureIndex index;
  private final Revisions revisions;
  private final Feed<FeatureEvent> feed;

  /// Those of the request that is being decided.
  private List<FeatureEvent> deciding = new ArrayList<>();

  private long numberedRevision;
  private long nextNumber;

  /// @param index with the journal's latest state, published
  /// @param journal that the index was made of
  FeatureDomain(FeatureIndex index, Journal journal) {
    this.index = index;
    this.feed = FeatureEvent.feed(journal);
    this.revisions = new Revisions(index.snapshot().revision());
  }

  @Override
  public Decision<List<Outcome>> decide(List<FeatureChange> request, Batch batch) {
    List<Outcome> outcomes = new ArrayList<>(request.size());
    List<FeatureEvent> events = new ArrayList<>(request.size());
    deciding = events;
    for (FeatureChange change : request) {
      outcomes.add(decide(change, batch));
    }
    revisions.count(batch);
    boolean changes = !batch.isEmpty();
    return revision -> {
      if (changes) {
        feed.add(revision, events);
      }
      return outcomes.stream().map(outcome -> stamped(outcome, revision)).toList();
    };
  }

  /// What was changed, for watchers.
  Feed<FeatureEvent> feed() {
    return feed;
  }

  private Outcome decide(FeatureChange change, Batch batch) {
    return switch (change) {
      case FeatureChange.Put put -> put(put, batch);
      case FeatureChange.Delete delete -> delete(delete, batch);
      case FeatureChange.Refused refused -> refused(refused);
    };
  }

  private Outcome put(FeatureChange.Put put, Batch batch) {
    String id = idOf(put);
    if (id.isEmpty()) {
      return refused(crowded(put));
    }
    Feature feature = put.feature(id, revisions.next());
    Optional<Feature> old = index.get(id);
    if (old.isPresent() && old.get().equals(put.feature(id, old.get().revision()))) {
      return done(put.operation(), id, 0);
    }
    Value prior = old.map(this::stored).orElse(null);
    long rank = index.put(feature);
    batch.put(FeatureStorage.key(id), FeatureStorage.value(feature, rank), prior);
    deciding.add(new FeatureEvent(revisions.next(), old.orElse(null), feature));
    return done(put.operation(), id, 1);
  }

  /// A feature that the index holds, as the journal holds it.
  private Value stored(Feature feature) {
    long rank = index.rank(feature.id()).orElseThrow();
    return new Value(feature.revision(), FeatureStorage.value(feature, rank));
  }

  private static FeatureChange.Refused crowded(FeatureChange.Put put) {
    return new FeatureChange.Refused(
        put.operation(),
        "point.features_max",
        "put.id must be given where %d features are already".formatted(FEATURES_PER_POINT_MAX));
  }

  /// @return empty if a new id would be one too many at its place
  private String idOf(FeatureChange.Put put) {
    if (!put.id().isEmpty()) {
      return put.id();
    }
    return index
        .firstNamed(put.point(), put.name())
        .map(Feature::id)
        .orElseGet(() -> index.hasAtLeast(FEATURES_PER_POINT_MAX, put.point()) ? "" : unusedId());
  }

  /// Revisions never come again, so neither do ids made of them; a caller may have chosen one,
  /// though. Each number of a revision is tried once, so ids that callers chose ahead of time cost
  /// one look each, not one for every put.
  private String unusedId() {
    if (numberedRevision != revisions.next()) {
      numberedRevision = revisions.next();
      nextNumber = 0;
    }
    String id;
    do {
      id = "g%d-%d".formatted(numberedRevision, nextNumber++);
    } while (index.get(id).isPresent());
    return id;
  }

  private Outcome delete(FeatureChange.Delete delete, Batch batch) {
    Optional<Feature> old = index.get(delete.id());
    if (old.isEmpty()) {
      return done(delete.operation(), delete.id(), 0);
    }
    batch.delete(FeatureStorage.key(delete.id()), stored(old.get()));
    index.remove(delete.id());
    deciding.add(new FeatureEvent(revisions.next(), old.get(), null));
    return done(delete.operation(), delete.id(), 1);
  }

  private static Outcome done(long operation, String featureId, int changed) {
    OperationResult result =
        OperationResult.newBuilder()
            .setId(operation)
            .setCode(ResultCode.RESULT_CODE_OK)
            .setChanged(changed)
            .build();
    return new Outcome(result, featureId);
  }

  private static Outcome refused(FeatureChange.Refused refused) {
    OperationResult result =
        OperationResult.newBuilder()
            .setId(refused.operation())
            .setCode(ResultCode.RESULT_CODE_INVALID)
            .setText(refused.text())
            .setRule(refused.rule())
            .build();
    return new Outcome(result, "");
  }

  private static Outcome stamped(Outcome outcome, long revision) {
    boolean done = outcome.result().getCode() == ResultCode.RESULT_CODE_OK;
    return done
        ? new Outcome(
            outcome.result().toBuilder().setRevision(revision).build(), outcome.featureId())
        : outcome;
  }

  @Override
  public void publish() {
    index.publish(revisions.publish());
    feed.publish();
  }

  @Override
  public void abandon() {
    revisions.abandon();
    index.rollback();
  }
}
