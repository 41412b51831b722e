package guidepost.routes.service;

import guidepost.calls.LoggedChanges;
import guidepost.calls.Moment;
import guidepost.calls.PartsSearch;
import guidepost.calls.PastRevisions;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.KeyDifferences;
import guidepost.journal.Value;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import guidepost.routes.v1.LoggedRouteChange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Earlier states of the route table, as far back as the journal's log goes.
///
/// A state is made from the nearest newer one at hand by undoing what came between: each change in
/// the log holds what was there before it. The tables share their memory, so a state costs what
/// differs.
///
/// ```
///   now ◀─ published
///    │ undo 90 .. 58
///    ▼
///    57  kept, for the next question about 57 or before
/// ```
///
/// Cost: of a state some microseconds a change between; of a difference the same, and the memory of
/// every route that changed.
///
/// Threads: one at a time.
final class RouteHistory {

  /// States kept: those last asked for.
  private static final int KEPT_MAX = 4;

  private final Journal journal;
  private final PublishedRoutes published;
  private final PastRevisions revisions;
  private final Map<Key, RouteSnapshot> kept = new LinkedHashMap<>(8, 0.75f, true);

  /// A state of a table.
  private record Key(String table, long revision) {}

  RouteHistory(Journal journal, PublishedRoutes published, InstantSource clock) {
    this.journal = journal;
    this.published = published;
    this.revisions = new PastRevisions(journal, published::revision, clock);
  }

  /// The revision that a moment means, which the log leads back to.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or the log does
  ///   not go back that far
  long revision(Moment moment) throws JournalException {
    return revisions.retained(moment);
  }

  /// Says when routes were written.
  RouteTelling telling() {
    return RouteTelling.withTimes(journal);
  }

  /// When a revision that the log leads back to was written; empty for 0.
  Optional<Instant> timeOf(long revision) throws JournalException {
    return journal.timeOf(revision);
  }

  /// The timeline of its revisions.
  long timeline() {
    return journal.timeline();
  }

  /// A table as of a moment. Before it was created: what an earlier one of its name held then, or
  /// nothing.
  ///
  /// @param table its name
  /// @throws guidepost.calls.RejectedException NOT_FOUND if there is no such table now
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or the log does
  ///   not go back that far
  PublishedRoutes.State at(String table, Moment moment) throws JournalException {
    return revisions.read(
        moment, revision -> new PublishedRoutes.State(at(table, revision), revision));
  }

  private RouteSnapshot at(String table, long revision) throws JournalException {
    PublishedRoutes.State now = published.state(table);
    Key nearest = nearest(table, revision, now.revision());
    RouteSnapshot newer = nearest == null ? now.routes() : kept.get(nearest);
    if (newer == null) {
      throw new IllegalStateException("a state that was kept is gone");
    }
    long from = nearest == null ? now.revision() : nearest.revision();
    RouteSnapshot state = from == revision ? newer : undone(table, newer, from, revision);
    keep(new Key(table, revision), state);
    return state;
  }

  /// The oldest of the states kept that is not older than a revision; null if the present one is
  /// nearer.
  private @Nullable Key nearest(String table, long revision, long now) {
    Key nearest = null;
    for (Key each : kept.keySet()) {
      boolean useful =
          each.table().equals(table) && each.revision() >= revision && each.revision() < now;
      if (useful && (nearest == null || each.revision() < nearest.revision())) {
        nearest = each;
      }
    }
    return nearest;
  }

  private RouteSnapshot undone(String table, RouteSnapshot newer, long from, long revision)
      throws JournalException {
    RouteTable earlier = new RouteTable(newer);
    journal.readBackwards(
        from,
        revision,
        (at, time, batch) -> {
          requireTime();
          batch.forEachBackwards(
              (key, value, prior) -> {
                if (isOf(table, key)) {
                  undo(earlier, key, value, prior);
                }
              });
          return true;
        });
    earlier.publish(revision);
    return earlier.snapshot();
  }

  private static boolean isOf(String table, byte[] key) {
    return !CatalogRecord.isCatalog(key) && RouteRecord.table(key).equals(table);
  }

  /// The thread is interrupted when the server stops: the journal is about to close.
  private static void requireTime() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server is stopping");
    }
  }

  private static void undo(
      RouteTable table, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    if (prior != null) {
      table.put(RouteRecord.decode(key, prior.bytes(), prior.revision()));
    } else if (value != null) {
      table.remove(RouteRecord.decode(key, value, 0));
    }
  }

  private void keep(Key key, RouteSnapshot state) {
    kept.remove(key);
    kept.put(key, state);
    if (kept.size() > KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  /// A route that is not the same in two states.
  ///
  /// @param before in the one; null if it was not there
  /// @param after in the other; null if it is not there
  record Difference(@Nullable Route before, @Nullable Route after) {

    private Difference turned() {
      return new Difference(/* before= */ after, /* after= */ before);
    }

    /// True if it was changed and changed back, or deleted and added again as it was.
    private boolean isNone() {
      return before == null
          ? after == null
          : after != null && before.sameKey(after) && before.sameContent(after);
    }

    private boolean fits(RouteSelection selection) {
      return (before != null && selection.fits(before)) || (after != null && selection.fits(after));
    }

    private boolean isWithin(Prefix prefix) {
      Route route = before == null ? after : before;
      return route != null && prefix.covers(route.prefix());
    }
  }

  /// What differs between two revisions, in list order, part by part.
  ///
  /// @param table the name of the table
  /// @param within only routes of this prefix and of more specific ones; null for all
  /// @param selection only routes that fit in one of the states
  /// @param partBytesMax the most that a part takes in memory
  PartsSearch.Parts<Difference> differences(
      String table,
      long from,
      long to,
      @Nullable Prefix within,
      RouteSelection selection,
      long partBytesMax)
      throws JournalException {
    long earlier = Math.min(from, to);
    long later = Math.max(from, to);
    Compared compared =
        selection.isBestOnly()
            ? new Bests(at(table, earlier), at(table, later))
            : RouteHistory::decoded;
    KeyDifferences differences =
        new KeyDifferences(journal, earlier, later, key -> isOf(table, key), partBytesMax / 2);
    return new PartsSearch.Parts<>() {
      @Override
      public boolean isOver() {
        return differences.isOver();
      }

      @Override
      public List<Difference> next() throws JournalException {
        return differences.next().stream()
            .map(compared::of)
            .flatMap(Optional::stream)
            .filter(each -> !each.isNone() && each.fits(selection))
            .filter(each -> within == null || each.isWithin(within))
            .map(each -> from <= to ? each : each.turned())
            .toList();
      }
    };
  }

  /// What was written between two revisions, the newest first.
  ///
  /// @param table the name of the table
  /// @param within only routes of this prefix and of more specific ones; null for all
  /// @param selection only changes of which one of the routes fits
  LoggedChanges<LoggedRouteChange> changes(
      String table,
      long from,
      long to,
      int limit,
      @Nullable Prefix within,
      RouteSelection selection) {
    return new LoggedChanges<>(
        journal,
        from,
        to,
        limit,
        (revision, time, key, value, prior) -> {
          if (!isOf(table, key)) {
            return null;
          }
          Difference step =
              new Difference(
                  decoded(key, prior),
                  value == null ? null : RouteRecord.decode(key, value, revision));
          return step.fits(selection) && (within == null || step.isWithin(within))
              ? V1Messages.message(revision, time, step)
              : null;
        });
  }

  /// The revision before the oldest that is in the log.
  long oldest() {
    return journal.oldestRevision() - 1;
  }

  /// What a difference of a key is told as; empty if it is not.
  private interface Compared {
    Optional<Difference> of(KeyDifferences.Difference difference);
  }

  private static Optional<Difference> decoded(KeyDifferences.Difference difference) {
    return Optional.of(
        new Difference(
            decoded(difference.key(), difference.before()),
            decoded(difference.key(), difference.after())));
  }

  /// The best routes of the prefixes that differ, each prefix once: its keys follow each other.
  private static final class Bests implements Compared {
    private final RouteSnapshot before;
    private final RouteSnapshot after;
    private @Nullable Prefix last;

    Bests(RouteSnapshot before, RouteSnapshot after) {
      this.before = before;
      this.after = after;
    }

    @Override
    public Optional<Difference> of(KeyDifferences.Difference difference) {
      Prefix prefix = RouteRecord.prefix(difference.key());
      if (prefix.equals(last)) {
        return Optional.empty();
      }
      last = prefix;
      return Optional.of(new Difference(best(before, prefix), best(after, prefix)));
    }

    private static @Nullable Route best(RouteSnapshot routes, Prefix prefix) {
      List<Route> ofPrefix = routes.exact(prefix);
      return ofPrefix.isEmpty() ? null : ofPrefix.getFirst();
    }
  }

  private static @Nullable Route decoded(byte[] key, @Nullable Value value) {
    return value == null ? null : RouteRecord.decode(key, value.bytes(), value.revision());
  }
}
