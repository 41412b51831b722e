package guidepost.guide.features;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.FeatureView;
import guidepost.journal.Batch;
import guidepost.journal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Decides one request, operation by operation, in view of all that was decided before.
///
/// Each operation changes the writer's side of the index at once, where the next one sees it and no
/// reader does. What comes of it is a list of edits: only when the whole request is decided do they
/// go into a batch, or are they undone, if it was a dry run or atomic and refused.
///
/// Threads: the writer's alone.
final class FeatureDecision {

  private final FeatureIndex index;
  private final FeatureIds ids;
  private final long revision;
  private final List<FeatureEvent> edits = new ArrayList<>();

  /// @param revision that of the batch
  FeatureDecision(FeatureIndex index, FeatureIds ids, long revision) {
    this.index = index;
    this.ids = ids;
    this.revision = revision;
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    edits.forEach(edit -> edit.addTo(batch));
  }

  /// What was decided, for watchers.
  List<FeatureEvent> events() {
    return edits;
  }

  /// Takes everything back out of the index.
  void undo() {
    edits.reversed().forEach(edit -> edit.undo(index));
    edits.clear();
  }

  /// Decides operations, in order.
  ///
  /// @param outcomes takes the outcome of each if the request is done
  void decide(List<FeatureOperation> operations, List<FeatureOutcome> outcomes) {
    for (int from = 0; from < operations.size(); from += FeatureIndex.FETCHED_MAX) {
      int to = Math.min(from + FeatureIndex.FETCHED_MAX, operations.size());
      List<FeatureOperation> next = operations.subList(from, to);
      fetch(next);
      next.forEach(operation -> outcomes.add(decide(operation)));
    }
  }

  private void fetch(List<FeatureOperation> operations) {
    List<String> named = new ArrayList<>();
    List<Point> places = new ArrayList<>();
    for (FeatureOperation operation : operations) {
      switch (operation) {
        case FeatureOperation.Put put -> {
          named.add(put.id());
          places.add(put.point());
        }
        case FeatureOperation.Delete delete -> named.add(delete.id());
        case FeatureOperation.Unreadable _ -> {}
      }
    }
    index.fetch(named, places);
  }

  private FeatureOutcome decide(FeatureOperation operation) {
    return switch (operation) {
      case FeatureOperation.Put put -> put(put);
      case FeatureOperation.Delete delete -> delete(delete);
      case FeatureOperation.Unreadable unreadable -> new FeatureOutcome.Refused(unreadable.why());
    };
  }

  private FeatureOutcome put(FeatureOperation.Put put) {
    String meant =
        put.id().isEmpty()
            ? index.firstNamed(put.point(), put.name()).map(Feature::id).orElse("")
            : put.id();
    Optional<FeatureView> old = meant.isEmpty() ? Optional.empty() : index.view(meant);
    if (isUnexpected(put.expected(), old)) {
      return conflict(called(put), put.expected(), old);
    }
    if (!meant.isEmpty()) {
      return put(put, meant, old);
    }
    return index.hasAtLeast(FeatureIds.FEATURES_PER_POINT_MAX, put.point())
        ? crowded()
        : put(put, ids.next(revision), old);
  }

  private static String called(FeatureOperation.Put put) {
    return put.id().isEmpty()
        ? "\"%s\" at %d,%d (E7)"
            .formatted(put.name(), put.point().latitudeE7(), put.point().longitudeE7())
        : "\"%s\"".formatted(put.id());
  }

  /// @param old where the index holds what was before
  private FeatureOutcome.Done put(FeatureOperation.Put put, String id, Optional<FeatureView> old) {
    if (old.isPresent() && isSame(old.get(), put)) {
      return new FeatureOutcome.Done(id, 0, revision);
    }
    Value prior = old.map(FeatureDecision::stored).orElse(null);
    FeatureLoad.Fields fields = put.id().isEmpty() ? put.fields().withId(id) : put.fields();
    long rank = index.put(fields, put.point(), revision, old);
    byte[] value = FeatureStorage.value(fields, put.point(), rank);
    edits.add(new FeatureEvent(revision, fields.id(), value, prior));
    return new FeatureOutcome.Done(id, 1, revision);
  }

  private static boolean isSame(FeatureView old, FeatureOperation.Put put) {
    return old.point().equals(put.point()) && old.fields().isLike(put.fields());
  }

  private static Value stored(FeatureView view) {
    return new Value(
        view.revision(), FeatureStorage.value(view.fields(), view.point(), view.rank()));
  }

  private FeatureOutcome delete(FeatureOperation.Delete delete) {
    Optional<FeatureView> old = index.view(delete.id());
    if (isUnexpected(delete.expected(), old)) {
      return conflict("\"%s\"".formatted(delete.id()), delete.expected(), old);
    }
    if (old.isEmpty()) {
      return new FeatureOutcome.Done(delete.id(), 0, revision);
    }
    Value prior = stored(old.get());
    edits.add(new FeatureEvent(revision, FeatureStorage.key(delete.id()), null, prior));
    index.remove(delete.id());
    return new FeatureOutcome.Done(delete.id(), 1, revision);
  }

  private static boolean isUnexpected(OptionalLong expected, Optional<FeatureView> found) {
    return expected.isPresent()
        && expected.getAsLong() != found.map(FeatureView::revision).orElse(0L);
  }

  private static FeatureOutcome conflict(
      String what, OptionalLong expected, Optional<FeatureView> found) {
    return new FeatureOutcome.Refused(
        Rejection.of(
            Reason.REVISION_STALE,
            "expected_revision",
            Long.toUnsignedString(expected.orElse(0)),
            "feature %s %s"
                .formatted(
                    what,
                    found
                        .map(each -> "was last written by revision " + each.revision())
                        .orElse("is not there"))));
  }

  private static FeatureOutcome crowded() {
    return new FeatureOutcome.Refused(
        Rejection.missing(
            "put.id",
            "%d features are at this point already, too many to be told apart by name"
                .formatted(FeatureIds.FEATURES_PER_POINT_MAX)));
  }
}
