package guidepost.guide.features;

import guidepost.calls.Denial;
import guidepost.calls.Failures;
import guidepost.calls.Role;
import guidepost.calls.Streaming;
import guidepost.calls.WatchPlan;
import guidepost.calls.WatchSnapshot;
import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Lag;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.FeatureView;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.FeatureChanges;
import guidepost.guide.v1.FeatureList;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.journal.Changefeed;
import guidepost.journal.TrimmedException;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// What one Watch call of an area is sent.
///
/// Threads: one at a time.
final class FeatureWatch implements WatchPlan<FeatureEvent, WatchResponse> {

  /// Which features are watched.
  record Watched(AreaPages.Area area, FeatureFilter filter) {

    boolean test(Feature feature) {
      return area.holds(feature.point()) && filter.wants(feature);
    }

    boolean test(FeatureView view) {
      return filter.test(view) && area.holds(view.point());
    }
  }

  private final Watched watched;
  private final Streaming.Search<WatchResponse> snapshot;
  private final Changefeed<FeatureEvent>.Cursor changes;
  private final long timeline;

  private FeatureWatch(
      Watched watched,
      Streaming.Search<WatchResponse> snapshot,
      Changefeed<FeatureEvent>.Cursor changes,
      long timeline) {
    this.watched = watched;
    this.snapshot = snapshot;
    this.changes = changes;
    this.timeline = timeline;
  }

  /// The plan of a request.
  ///
  /// @param now taken before the changefeed is asked: what comes between is among the changes after
  ///   it
  /// @throws StatusRuntimeException if the request breaks a rule or names a revision that is gone
  ///   or not reached
  static FeatureWatch open(
      WatchRequest request, FeatureSnapshot now, Changefeed<FeatureEvent> changefeed) {
    try {
      Denial.requireFeatures(Role.READER);
      Watched watched = FeatureQueries.watched(request);
      WatchStart start = request.getStart();
      return switch (start.getStartCase()) {
        case START_NOT_SET, CHANGES_ONLY ->
            start.getChangesOnly()
                ? changesOnly(watched, changefeed, changefeed.newest())
                : new FeatureWatch(
                    watched,
                    snapshot(now, watched, changefeed.timeline()),
                    cursor(changefeed, now.revision(), watched),
                    changefeed.timeline());
        case AFTER -> changesOnly(watched, changefeed, past(start.getAfter(), changefeed));
      };
    } catch (TrimmedException e) {
      long after = request.getStart().getAfter().getRevision();
      throw Failures.trimmed("start.after.revision", after, e);
    }
  }

  private static FeatureWatch changesOnly(
      Watched watched, Changefeed<FeatureEvent> changefeed, long after) throws TrimmedException {
    return new FeatureWatch(
        watched, WatchSnapshot.none(), cursor(changefeed, after, watched), changefeed.timeline());
  }

  private static long past(Progress after, Changefeed<FeatureEvent> changefeed) {
    long revision = after.getRevision();
    WatchPlan.requireTimeline(after.getTimeline(), changefeed, revision);
    WatchPlan.requirePresent(changefeed, revision);
    return revision;
  }

  private static Changefeed<FeatureEvent>.Cursor cursor(
      Changefeed<FeatureEvent> changefeed, long after, Watched watched) throws TrimmedException {
    return changefeed.cursor(after, event -> event.concerns(watched::test));
  }

  private static Streaming.Search<WatchResponse> snapshot(
      FeatureSnapshot now, Watched watched, long timeline) {
    return new WatchSnapshot<>(
        new Views(now.inBox(watched.area().box())),
        watched::test,
        view -> FeatureMessages.message(view.feature()),
        part ->
            WatchResponse.newBuilder()
                .setSnapshot(FeatureList.newBuilder().addAllFeatures(part))
                .build(),
        count ->
            WatchResponse.newBuilder()
                .setEndOfSnapshot(EndOfSnapshot.newBuilder().setEntries(count))
                .setProgress(
                    Progress.newBuilder().setRevision(now.revision()).setTimeline(timeline))
                .build());
  }

  /// The features of a cursor, of which nothing is copied that is not wanted.
  private record Views(FeatureCursor cursor) implements Iterator<FeatureView> {

    @Override
    public boolean hasNext() {
      return cursor.hasNext();
    }

    @Override
    public FeatureView next() {
      return cursor.nextView();
    }
  }

  Watched watched() {
    return watched;
  }

  @Override
  public Streaming.Search<WatchResponse> snapshot() {
    return snapshot;
  }

  @Override
  public Changefeed<FeatureEvent>.Cursor changes() {
    return changes;
  }

  @Override
  public WatchResponse changes(List<FeatureEvent> gathered, long resumeAfter) {
    FeatureChanges.Builder list = FeatureChanges.newBuilder();
    for (FeatureEvent event : gathered) {
      list.addChanges(
          FeatureChange.newBuilder()
              .setKind(kind(event))
              .setFeature(FeatureMessages.message(event.feature())));
    }
    return message(resumeAfter).setChanges(list).build();
  }

  private WatchResponse.Builder message(long resumeAfter) {
    return WatchResponse.newBuilder()
        .setProgress(Progress.newBuilder().setRevision(resumeAfter).setTimeline(timeline));
  }

  /// As it looks from the area.
  private ChangeKind kind(FeatureEvent event) {
    Feature before = event.before();
    Feature after = event.after();
    if (after == null || !watched.test(after)) {
      return ChangeKind.CHANGE_KIND_REMOVED;
    }
    return before != null && watched.test(before)
        ? ChangeKind.CHANGE_KIND_UPDATED
        : ChangeKind.CHANGE_KIND_ADDED;
  }

  @Override
  public WatchResponse progress(long resumeAfter) {
    return message(resumeAfter).build();
  }

  @Override
  public WatchResponse lag(long behind, long newest, long oldest, long resumeAfter) {
    return message(resumeAfter)
        .setLag(
            Lag.newBuilder()
                .setRevisionsBehind(behind)
                .setNewestRevision(newest)
                .setOldestRevision(oldest))
        .build();
  }

  @Override
  public Optional<StatusRuntimeException> over() {
    return Optional.empty();
  }
}
