package guidepost.routes.service;

import guidepost.calls.Caller;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.calls.SharedPlaces;
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
  private final Optional<Bests> bests;

  private RouteWatch(
      PublishedRoutes published,
      Catalog.Table table,
      RouteSelection selection,
      Streaming.Search<WatchResponse> snapshot,
      Changefeed<RouteChange>.Cursor changes,
      long timeline,
      Optional<Bests> bests) {
    this.bests = bests;
    this.published = published;
    this.table = table;
    this.selection = selection;
    this.snapshot = snapshot;
    this.changes = changes;
    this.timeline = timeline;
  }

  /// The plan of a request.
  ///
  /// @param bestWatches places for watches of the best routes
  /// @throws StatusRuntimeException if the request breaks a rule, names an unknown table, or a
  ///   revision that is trimmed, or that does not exist yet
  static RouteWatch open(
      WatchRequest request,
      PublishedRoutes published,
      Changefeed<RouteChange> changefeed,
      SharedPlaces bestWatches) {
    try {
      RouteAccess.requireReadable(request.getTable());
      return opened(request, published, changefeed, bestWatches);
    } catch (TrimmedException e) {
      long after = request.getStart().getAfter().getRevision();
      throw Failures.trimmed("start.after.revision", after, e);
    } catch (InvalidRouteException | RejectedException e) {
      throw RouteRejections.status(e);
    }
  }

  private static RouteWatch opened(
      WatchRequest request,
      PublishedRoutes published,
      Changefeed<RouteChange> changefeed,
      SharedPlaces bestWatches)
      throws TrimmedException {
    // The revision first: what comes between is among the changes after it. The table is looked for
    // only once: between two looks it may be dropped and created again.
    long seen = published.revision();
    Catalog catalog = published.catalog();
    Catalog.Table table = catalog.required(request.getTable());
    RouteSelection selection = RouteSelection.of(request.getFilter());
    selection.requireSources(catalog);
    PublishedRoutes.State state = PublishedRoutes.State.of(table, seen);
    Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
    WatchStart start = request.getStart();
    boolean isResumed = start.hasAfter();
    long after = isResumed ? after(start.getAfter(), changefeed, table) : state.revision();
    Changefeed<RouteChange>.Cursor cursor =
        cursor(changefeed, after, table, change -> isWanted(change, within, selection));
    return new RouteWatch(
        published,
        table,
        selection,
        isResumed || start.getChangesOnly()
            ? WatchSnapshot.none()
            : snapshot(state, within, selection, changefeed.timeline()),
        cursor,
        changefeed.timeline(),
        selection.isBestOnly()
            ? Optional.of(bests(state, after, selection, bestWatches))
            : Optional.empty());
  }

  /// Which routes were the best at an earlier revision is no longer known.
  private static Bests bests(
      PublishedRoutes.State state, long after, RouteSelection selection, SharedPlaces bestWatches) {
    if (after != state.revision()) {
      throw Failures.rejected(
          Rejection.of(
                  Reason.REVISION_TRIMMED,
                  "start.after.revision",
                  after,
                  "must be the newest, %d, with best_only; start again with a snapshot"
                      .formatted(state.revision()))
              .with("oldest_revision", state.revision()));
    }
    Optional<String> owner = Caller.current().share();
    if (!bestWatches.take(owner)) {
      throw Failures.rejected(
          Reason.TOO_MANY_WATCHES, "watches with best_only: " + bestWatches.why(owner, "identity"));
    }
    return new Bests(new BestRoutes(state.routes(), selection), () -> bestWatches.leave(owner));
  }

  /// @param leave gives its place back when the watch has ended
  private record Bests(BestRoutes routes, Runnable leave) {}

  private static boolean isWanted(
      RouteChange change, @Nullable Prefix within, RouteSelection selection) {
    if (within != null && !within.covers(change.route().prefix())) {
      return false;
    }
    if (selection.isBestOnly()) {
      return true; // a route that does not fit may take the place of one that does
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
      RouteSelection selection,
      long timeline) {
    RouteSnapshot routes = state.routes();
    Predicate<Route> wanted = selection.isBestOnly() ? new Firsts(selection) : selection::fits;
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

  /// The first route of each prefix, if it is wanted: of routes in order.
  private static final class Firsts implements Predicate<Route> {
    private final RouteSelection selection;
    private @Nullable Prefix last;

    Firsts(RouteSelection selection) {
      this.selection = selection;
    }

    @Override
    public boolean test(Route route) {
      boolean isFirst = !route.prefix().equals(last);
      last = route.prefix();
      return isFirst && selection.fits(route);
    }
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
    for (RouteChange change : gathered) {
      if (bests.isPresent()) {
        bests.get().routes().apply(change, list::addChanges);
      } else {
        list.addChanges(V1Messages.message(change, selection));
      }
    }
    return list.getChangesCount() == 0
        ? progress(resumeAfter)
        : message(resumeAfter).setChanges(list).build();
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
  public void end() {
    bests.ifPresent(each -> each.leave().run());
  }

  @Override
  public Optional<StatusRuntimeException> over() {
    Catalog.Table now = published.catalog().table(table.name());
    return now != null && now.routes() == table.routes()
        ? Optional.empty()
        : Optional.of(RouteRejections.dropped(table.name()));
  }
}
