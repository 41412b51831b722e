package guidepost.routes.service;

import guidepost.calls.Failures;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.calls.Streaming;
import guidepost.calls.WatchPlan;
import guidepost.calls.WatchSnapshot;
import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Lag;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.journal.Changefeed;
import guidepost.journal.TrimmedException;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.RouteChanges;
import guidepost.routes.v1.RouteList;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What one Watch call of a table is sent.
///
/// Threads: one at a time.
final class RouteWatch implements WatchPlan<RouteChange, WatchResponse> {

  private static final RouteText PREFIX = new RouteText("prefix", "prefix");

  private final PublishedRoutes published;
  private final Catalog.Table table;
  private final RouteSelection selection;
  private final Streaming.Search<WatchResponse> snapshot;
  private final Changefeed<RouteChange>.Cursor changes;
  private final long timeline;

  private RouteWatch(
      PublishedRoutes published,
      Catalog.Table table,
      RouteSelection selection,
      Streaming.Search<WatchResponse> snapshot,
      Changefeed<RouteChange>.Cursor changes,
      long timeline) {
    this.published = published;
    this.table = table;
    this.selection = selection;
    this.snapshot = snapshot;
    this.changes = changes;
    this.timeline = timeline;
  }

  /// The plan of a request.
  ///
  /// @throws StatusRuntimeException if the request breaks a rule, names an unknown table, or a
  ///   revision that is trimmed, or that does not exist yet
  static RouteWatch open(
      WatchRequest request, PublishedRoutes published, Changefeed<RouteChange> changefeed) {
    try {
      RouteAccess.requireReadable(request.getTable());
      return opened(request, published, changefeed);
    } catch (TrimmedException e) {
      long after = request.getStart().getAfter().getRevision();
      throw Failures.trimmed("start.after.revision", after, e);
    } catch (InvalidRouteException | RejectedException e) {
      throw RouteRejections.status(e);
    }
  }

  private static RouteWatch opened(
      WatchRequest request, PublishedRoutes published, Changefeed<RouteChange> changefeed)
      throws TrimmedException {
    // The revision first: what comes between is among the changes after it. The table is looked for
    // only once: between two looks it may be dropped and created again.
    long seen = published.revision();
    Catalog catalog = published.catalog();
    Catalog.Table table = catalog.required(request.getTable());
    RouteSelection selection = RouteSelection.of(request.getFilter());
    selection.requireNotBestOnly();
    selection.requireSources(catalog);
    PublishedRoutes.State state = PublishedRoutes.State.of(table, seen);
    Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
    Predicate<RouteChange> wanted = change -> isWanted(change, within, selection);
    long timeline = changefeed.timeline();
    WatchStart start = request.getStart();
    return switch (start.getStartCase()) {
      case START_NOT_SET, CHANGES_ONLY ->
          new RouteWatch(
              published,
              table,
              selection,
              start.getChangesOnly()
                  ? WatchSnapshot.none()
                  : snapshot(state, within, selection::fits, timeline),
              cursor(changefeed, state.revision(), table, wanted),
              timeline);
      case AFTER ->
          new RouteWatch(
              published,
              table,
              selection,
              WatchSnapshot.none(),
              cursor(changefeed, after(start.getAfter(), changefeed, table), table, wanted),
              timeline);
    };
  }

  private static boolean isWanted(
      RouteChange change, @Nullable Prefix within, RouteSelection selection) {
    if (within != null && !within.covers(change.route().prefix())) {
      return false;
    }
    return (change.before() != null && selection.fits(change.before()))
        || (change.after() != null && selection.fits(change.after()));
  }

  /// A watcher that knows something of before the table was created may know routes of an earlier
  /// one of its name, and would never be told that they are gone.
  private static long after(
      Progress after, Changefeed<RouteChange> changefeed, Catalog.Table table) {
    long revision = after.getRevision();
    WatchPlan.requireTimeline(after.getTimeline(), changefeed, revision);
    WatchPlan.requirePresent(changefeed, revision);
    if (revision > 0 && revision < table.created()) {
      throw Failures.rejected(
          new Rejection(
                  Status.Code.OUT_OF_RANGE,
                  "REVISION_BEFORE_TABLE",
                  "start.after.revision",
                  Long.toString(revision),
                  "start.after.revision \"%d\": must be 0 or at least %d, the revision that created table \"%s\""
                      .formatted(revision, table.created(), table.name()))
              .with("oldest_revision", table.created()));
    }
    return revision == 0 ? Math.max(0, table.created() - 1) : revision;
  }

  private static Changefeed<RouteChange>.Cursor cursor(
      Changefeed<RouteChange> changefeed,
      long after,
      Catalog.Table table,
      Predicate<RouteChange> wanted)
      throws TrimmedException {
    // Of a table that was dropped and created again only the present one is watched.
    return changefeed.cursor(
        after,
        change ->
            change.table().equals(table.name())
                && change.revision() >= table.created()
                && wanted.test(change));
  }

  private static Streaming.Search<WatchResponse> snapshot(
      PublishedRoutes.State state,
      @Nullable Prefix within,
      Predicate<Route> wanted,
      long timeline) {
    RouteSnapshot routes = state.routes();
    return new WatchSnapshot<>(
        within == null ? routes.all() : routes.longer(within),
        wanted,
        V1Messages::message,
        part ->
            WatchResponse.newBuilder()
                .setSnapshot(RouteList.newBuilder().addAllRoutes(part))
                .build(),
        count ->
            WatchResponse.newBuilder()
                .setEndOfSnapshot(EndOfSnapshot.newBuilder().setEntries(count))
                .setProgress(
                    Progress.newBuilder().setRevision(state.revision()).setTimeline(timeline))
                .build());
  }

  @Override
  public Streaming.Search<WatchResponse> snapshot() {
    return snapshot;
  }

  @Override
  public Changefeed<RouteChange>.Cursor changes() {
    return changes;
  }

  @Override
  public WatchResponse changes(List<RouteChange> gathered, long resumeAfter) {
    RouteChanges.Builder list = RouteChanges.newBuilder();
    gathered.forEach(change -> list.addChanges(V1Messages.message(change, selection)));
    return message(resumeAfter).setChanges(list).build();
  }

  private WatchResponse.Builder message(long resumeAfter) {
    return WatchResponse.newBuilder()
        .setProgress(Progress.newBuilder().setRevision(resumeAfter).setTimeline(timeline));
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
    Catalog.Table now = published.catalog().table(table.name());
    return now != null && now.routes() == table.routes()
        ? Optional.empty()
        : Optional.of(RouteRejections.dropped(table.name()));
  }
}
