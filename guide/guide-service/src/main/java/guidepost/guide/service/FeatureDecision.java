package guidepost.guide.service;

import guidepost.common.v1.ResultCode;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureView;
import guidepost.guide.index.Point;
import guidepost.journal.Batch;
import guidepost.journal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Decides one request, operation by operation, in view of all that was decided before.
///
/// Each operation changes the writer's side of the index at once, where the next one sees it and no
/// reader does. What comes of it is a list of edits: only when the whole request is decided do they
/// go into a batch, or are they undone, if it was a dry run or atomic and refused.
///
/// Threads: the writer's alone.
final class FeatureDecision {

  /// A feature as the index holds it.
  private record Ranked(Feature feature, long rank) {

    static Ranked of(FeatureView view) {
      return new Ranked(view.feature(), view.rank());
    }

    Value stored() {
      return new Value(feature.revision(), FeatureStorage.value(feature, rank));
    }
  }

  /// A feature put or removed.
  private record Edit(@Nullable Ranked before, @Nullable Ranked after) {

    String id() {
      return (after == null ? Objects.requireNonNull(before) : after).feature().id();
    }

    FeatureEvent event(long revision) {
      return new FeatureEvent(
          revision,
          before == null ? null : before.feature(),
          after == null ? null : after.feature());
    }
  }

  private final FeatureIndex index;
  private final FeatureIds ids;
  private final long revision;
  private final List<Edit> edits = new ArrayList<>();

  /// @param revision that of the batch
  FeatureDecision(FeatureIndex index, FeatureIds ids, long revision) {
    this.index = index;
    this.ids = ids;
    this.revision = revision;
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    for (Edit edit : edits) {
      Value prior = edit.before() == null ? null : edit.before().stored();
      byte[] key = FeatureStorage.key(edit.id());
      if (edit.after() == null) {
        batch.delete(key, prior);
      } else {
        batch.put(key, edit.after().stored().bytes(), prior);
      }
    }
  }

  /// What was decided, for watchers.
  List<FeatureEvent> events() {
    return edits.stream().map(edit -> edit.event(revision)).toList();
  }

  /// Takes everything back out of the index. A feature gets the rank back that it had, so the order
  /// at its place is what it was.
  void undo() {
    for (Edit edit : edits.reversed()) {
      if (edit.before() == null) {
        index.remove(edit.id());
      } else {
        index.put(edit.before().feature(), edit.before().rank());
      }
    }
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
      case FeatureOperation.Unreadable unreadable ->
          new FeatureOutcome.Refused(
              ResultCode.RESULT_CODE_INVALID, unreadable.rule(), unreadable.text());
    };
  }

  private FeatureOutcome put(FeatureOperation.Put put) {
    String meant =
        put.id().isEmpty()
            ? index.firstNamed(put.point(), put.name()).map(Feature::id).orElse("")
            : put.id();
    Optional<FeatureView> view = meant.isEmpty() ? Optional.empty() : index.view(meant);
    Optional<Ranked> before = view.map(Ranked::of);
    Optional<Feature> old = before.map(Ranked::feature);
    if (isUnexpected(put.expected(), old)) {
      return conflict(called(put), put.expected(), old);
    }
    if (!meant.isEmpty()) {
      return put(put, meant, view, before);
    }
    return index.hasAtLeast(FeatureIds.FEATURES_PER_POINT_MAX, put.point())
        ? crowded()
        : put(put, ids.next(revision), view, before);
  }

  private static String called(FeatureOperation.Put put) {
    return put.id().isEmpty()
        ? "\"%s\" at %d,%d (E7)"
            .formatted(put.name(), put.point().latitudeE7(), put.point().longitudeE7())
        : "\"%s\"".formatted(put.id());
  }

  /// @param view where the index holds what was before
  private FeatureOutcome.Done put(
      FeatureOperation.Put put, String id, Optional<FeatureView> view, Optional<Ranked> before) {
    Feature old = before.map(Ranked::feature).orElse(null);
    if (old != null && old.equals(put.feature(id, old.revision()))) {
      return new FeatureOutcome.Done(id, 0, revision);
    }
    Feature feature = put.feature(id, revision);
    Ranked after = new Ranked(feature, index.put(feature, view));
    edits.add(new Edit(before.orElse(null), after));
    return new FeatureOutcome.Done(id, 1, revision);
  }

  private FeatureOutcome delete(FeatureOperation.Delete delete) {
    Optional<Ranked> before = index.view(delete.id()).map(Ranked::of);
    Optional<Feature> old = before.map(Ranked::feature);
    if (isUnexpected(delete.expected(), old)) {
      return conflict("\"%s\"".formatted(delete.id()), delete.expected(), old);
    }
    if (before.isPresent()) {
      edits.add(new Edit(before.get(), null));
      index.remove(delete.id());
    }
    return new FeatureOutcome.Done(delete.id(), old.isPresent() ? 1 : 0, revision);
  }

  private static boolean isUnexpected(OptionalLong expected, Optional<Feature> found) {
    return expected.isPresent() && expected.getAsLong() != found.map(Feature::revision).orElse(0L);
  }

  private static FeatureOutcome conflict(
      String what, OptionalLong expected, Optional<Feature> found) {
    return new FeatureOutcome.Refused(
        ResultCode.RESULT_CODE_CONFLICT,
        "expected_revision.stale",
        "expected_revision %s: feature %s %s"
            .formatted(
                Long.toUnsignedString(expected.orElse(0)),
                what,
                found
                    .map(each -> "was last written by revision " + each.revision())
                    .orElse("is not there")));
  }

  private static FeatureOutcome crowded() {
    return new FeatureOutcome.Refused(
        ResultCode.RESULT_CODE_INVALID,
        "point.features_max",
        "put.id must be given where %d features are already"
            .formatted(FeatureIds.FEATURES_PER_POINT_MAX));
  }
}
