package guidepost.routes.service;

import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Changes that are written together, in order: one batch in the journal, one revision, one
/// [RouteOutcome] each. Unless the group is [#atomic], each is done or rejected for itself.
///
/// ```java
/// RouteGroup group = RouteGroup.of("default", "bgp").put(one).put(other).deletePrefix(gone);
/// ```
///
/// A route's own distance, place of installation and revision are ignored: it gets those of its
/// source and of the write.
///
/// Threads: one at a time; not to be changed once it was submitted.
public final class RouteGroup {

  /// Most changes in a group: few enough that the domain's writer is soon free for others.
  public static final int OPERATIONS_MAX = 16_384;

  /// The table that is always there.
  public static final String DEFAULT_TABLE = Catalog.DEFAULT_TABLE;

  private final String table;
  private final String source;
  private final List<RouteOperation> operations;
  private final Set<String> named = new HashSet<>();
  private String lastNamed = Route.STATIC;
  private boolean refreshes;
  private boolean atomic;
  private boolean dryRun;
  private OptionalLong expectedRevision = OptionalLong.empty();
  private long expectedTimeline;

  private RouteGroup(String table, String source, List<RouteOperation> operations) {
    this.table = table;
    this.source = source;
    this.operations = operations;
    name(source);
  }

  /// An empty group. Submitting it names the source, which connects the writer to it.
  ///
  /// @param table where routes are written; it need not exist before the group is decided
  /// @param source whose routes `deletePrefix`, `replace`, `flush` and the refreshes are about; a
  ///   route that is put or deleted names its own
  public static RouteGroup of(String table, String source) {
    return new RouteGroup(table, source, new ArrayList<>());
  }

  /// Operations of the source "static", each done for itself.
  ///
  /// @param operations at most [#OPERATIONS_MAX], not changed from now on
  static RouteGroup ofAll(List<RouteOperation> operations) {
    return new RouteGroup(Catalog.DEFAULT_TABLE, Route.STATIC, operations);
  }

  /// A single one.
  static RouteGroup ofOne(RouteOperation operation) {
    return ofAll(List.of(operation));
  }

  private void name(String sourceName) {
    if (!sourceName.equals(lastNamed)) {
      lastNamed = sourceName;
      named.add(sourceName);
    }
  }

  /// @param sourceName the source that the operation is about
  RouteGroup add(RouteOperation operation, String sourceName) {
    if (operations.size() >= OPERATIONS_MAX) {
      throw new IllegalStateException(
          "a group must have at most %d operations".formatted(OPERATIONS_MAX));
    }
    name(sourceName);
    refreshes |= operation instanceof RouteOperation.BeginSync;
    operations.add(operation);
    return this;
  }

  /// Adds a route, or updates the one with the same key. Rejected if its source does not exist, or
  /// its prefix has too many routes.
  public RouteGroup put(Route route) {
    return put(route, OptionalLong.empty());
  }

  /// The same, if the route was last written by this revision.
  ///
  /// @param expected 0: if there is no such route
  public RouteGroup put(Route route, long expected) {
    return put(route, OptionalLong.of(expected));
  }

  private RouteGroup put(Route route, OptionalLong expected) {
    return add(new RouteOperation.Put(table, route, expected), route.source());
  }

  /// Deletes the route with the same key; none is no error.
  public RouteGroup delete(Route route) {
    return delete(route, OptionalLong.empty());
  }

  /// The same, if the route was last written by this revision.
  ///
  /// @param expected 0: if there is no such route
  public RouteGroup delete(Route route, long expected) {
    return delete(route, OptionalLong.of(expected));
  }

  private RouteGroup delete(Route route, OptionalLong expected) {
    return add(new RouteOperation.Delete(table, route, expected), route.source());
  }

  /// Deletes every route of the group's source and exactly this prefix; none is no error.
  public RouteGroup deletePrefix(Prefix prefix) {
    return replace(prefix, List.of());
  }

  /// Makes these the only routes of the group's source and this prefix.
  ///
  /// @throws InvalidRouteException if one is of another prefix or source, or two have one key
  public RouteGroup replace(Prefix prefix, List<Route> routes) {
    requireOf(prefix, source, routes);
    return add(
        new RouteOperation.Replace(
            table, prefix, source, List.copyOf(routes), OptionalLong.empty()),
        source);
  }

  /// Checks the routes that are to replace those of a source and prefix.
  static void requireOf(Prefix prefix, String source, List<Route> routes) {
    require(routes, Route::prefix, prefix, "replace.prefix", "prefix");
    require(routes, Route::source, source, "replace.source", "source");
    record Way(NextHop nextHop, long pathId) {}
    long distinct =
        routes.stream().map(route -> new Way(route.nextHop(), route.pathId())).distinct().count();
    if (distinct != routes.size()) {
      throw new InvalidRouteException(
          "replace.twice",
          "routes",
          prefix.toString(),
          "must not have the same next hop, interface, kind and path id twice");
    }
  }

  private static void require(
      List<Route> routes, Function<Route, Object> part, Object wanted, String rule, String field) {
    for (Route route : routes) {
      Object found = part.apply(route);
      if (!found.equals(wanted)) {
        throw new InvalidRouteException(rule, field, found.toString(), "must be " + wanted);
      }
    }
  }

  /// Begins a full refresh of the source's routes in the table: they are stale until they are put
  /// again. It belongs to the writer that the group is submitted to.
  ///
  /// @param families the routes that it is about; each family can be refreshed by itself
  /// @throws IllegalStateException if the group is atomic
  public RouteGroup beginRefresh(Set<Family> families) {
    requireNotAtomic();
    return add(new RouteOperation.BeginSync(table, source, Set.copyOf(families)), source);
  }

  /// Ends it: deletes the routes that are still stale. Rejected, and the refresh still under way,
  /// if the writer has begun none, or one of its operations on these routes was rejected since.
  ///
  /// @throws IllegalStateException if the group is atomic
  public RouteGroup endRefresh(Set<Family> families) {
    return endRefresh(families, /* despiteRejections= */ false);
  }

  /// Ends it though operations were rejected: their routes are deleted too, if they were there.
  ///
  /// @throws IllegalStateException if the group is atomic
  public RouteGroup endRefreshDespiteRejections(Set<Family> families) {
    return endRefresh(families, /* despiteRejections= */ true);
  }

  private RouteGroup endRefresh(Set<Family> families, boolean despiteRejections) {
    requireNotAtomic();
    return add(
        new RouteOperation.EndSync(table, source, Set.copyOf(families), despiteRejections), source);
  }

  /// Of both address families.
  public static Set<Family> bothFamilies() {
    return EnumSet.allOf(Family.class);
  }

  /// Deletes the source's routes in the table.
  public RouteGroup flush() {
    return flush((Prefix) null);
  }

  /// The same within a prefix.
  ///
  /// @param within only this prefix and more specific ones; null for all
  public RouteGroup flush(@Nullable Prefix within) {
    return add(new RouteOperation.Flush(table, source, within), source);
  }

  /// Creates the table, unless there is one of that name.
  ///
  /// @throws InvalidRouteException if its name breaks a rule
  public RouteGroup createTable() {
    return add(new RouteOperation.CreateTable(RouteText.name("name", table)), source);
  }

  /// Drops the table with its routes.
  ///
  /// @throws IllegalStateException if the group is atomic
  public RouteGroup dropTable() {
    requireNotAtomic();
    return add(new RouteOperation.DropTable(table), source);
  }

  /// Adds the source, or gives it and its routes another distance. Its routes stay when its writers
  /// are gone.
  ///
  /// @param distance 1..255, lower is better
  /// @throws InvalidRouteException if its name or distance breaks a rule
  public RouteGroup putSource(int distance) {
    return putSource(SourceChange.keeping(source, distance));
  }

  /// The same, but its routes are deleted once no writer has been connected to it for a while.
  ///
  /// @param deleteAfter 0..7 days, counted in milliseconds
  /// @throws InvalidRouteException if its name, its distance or the delay breaks a rule
  public RouteGroup putSource(int distance, Duration deleteAfter) {
    return putSource(SourceChange.deleting(source, distance, deleteAfter));
  }

  private RouteGroup putSource(SourceChange change) {
    return add(new RouteOperation.PutSource(change), source);
  }

  /// Deletes the source. Rejected if it has routes.
  ///
  /// @throws IllegalStateException if the group is atomic
  public RouteGroup deleteSource() {
    requireNotAtomic();
    return add(new RouteOperation.DeleteSource(source), source);
  }

  /// All or nothing: if one operation is rejected none is done, and the others' problem is
  /// `ABORTED`.
  ///
  /// @throws IllegalStateException if the group has refreshes, or drops a table or a source
  public RouteGroup atomic() {
    if (operations.stream().anyMatch(RouteGroup::isNeverAtomic)) {
      throw notAtomic();
    }
    atomic = true;
    return this;
  }

  private static boolean isNeverAtomic(RouteOperation operation) {
    return operation instanceof RouteOperation.BeginSync
        || operation instanceof RouteOperation.EndSync
        || operation instanceof RouteOperation.DropTable
        || operation instanceof RouteOperation.DeleteSource;
  }

  private void requireNotAtomic() {
    if (atomic) {
      throw notAtomic();
    }
  }

  private static IllegalStateException notAtomic() {
    return new IllegalStateException(
        "an atomic group must not begin or end a refresh, nor drop a table or a source");
  }

  /// Decides and answers, but does nothing.
  public RouteGroup dryRun() {
    dryRun = true;
    return this;
  }

  /// Do it only if nothing has changed since this revision, in any table: routes, but also tables
  /// and sources. Otherwise the problem of every operation is `CONFLICT`.
  public RouteGroup expecting(long revision) {
    expectedRevision = OptionalLong.of(revision);
    return this;
  }

  /// Do it only on this timeline, the one that the revisions expected belong to. Otherwise the
  /// problem of every operation is `CONFLICT`.
  ///
  /// @param timeline 0: not checked
  public RouteGroup onTimeline(long timeline) {
    expectedTimeline = timeline;
    return this;
  }

  /// Number of operations.
  public int size() {
    return operations.size();
  }

  /// True if the domain remembers its writer: it names a source, or begins a refresh.
  boolean isRemembered() {
    return !dryRun && (refreshes || !named.isEmpty());
  }

  /// @param writer what the group is submitted to
  /// @param access what its caller may do; the rest of the group is denied, and names no source
  RouteRequest request(Object writer, RouteAccess access) {
    return new RouteRequest(
        access.allowed(operations),
        atomic,
        dryRun,
        expectedRevision,
        expectedTimeline,
        new RouteRequest.Naming(writer, access.owner(), access.allowed(table, named)));
  }
}
