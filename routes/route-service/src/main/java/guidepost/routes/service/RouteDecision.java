package guidepost.routes.service;

import static guidepost.routes.service.RouteRefusals.conflict;
import static guidepost.routes.service.RouteRefusals.full;
import static guidepost.routes.service.RouteRefusals.invalid;
import static guidepost.routes.service.RouteRefusals.missingSource;
import static guidepost.routes.service.RouteRefusals.refused;
import static guidepost.routes.service.RouteRefusals.tooMany;
import static guidepost.routes.service.RouteRefusals.unknownSource;
import static guidepost.routes.service.RouteRefusals.unknownTable;
import static guidepost.routes.service.RouteRefusals.unswept;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides one request, operation by operation, in view of all that was decided before.
///
/// What comes of it is a list of edits; only when the whole request is decided do they go into a
/// batch, so that an atomic request with a refused operation, or a dry run, leaves nothing.
///
/// Threads: the writer's alone.
final class RouteDecision {

  /// A route put into a table or taken out of it.
  record Edit(String tableName, RouteTable table, @Nullable Route before, @Nullable Route after) {

    /// The route as it is, or was.
    Route route() {
      return after == null ? Objects.requireNonNull(before) : after;
    }
  }

  /// A route that was written, for the refreshes under way.
  private record Mark(RouteTable table, String source, Family family, long installed) {

    Mark(RouteTable table, Route route, long installed) {
      this(table, route.source(), route.prefix().family(), installed);
    }
  }

  /// What the decision needs of its domain.
  ///
  /// @param decided the routes as decided so far
  /// @param counts how many routes each source has as decided so far
  /// @param syncs the refreshes under way
  /// @param nextInstalled gives the next place in the order of installation
  /// @param sources which calls named which source
  record State(
      RouteLimits limits,
      DecidedRoutes decided,
      DecidedCounts counts,
      Syncs syncs,
      LongSupplier nextInstalled,
      SourceCalls sources) {

    /// The same for a dry run, which leaves the refreshes under way as they are.
    State trial() {
      return new State(limits, decided, counts, syncs.trial(), nextInstalled, sources);
    }
  }

  private final State state;
  private final long revision;
  private final List<Edit> edits = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final CatalogDecision decidedCatalog;

  /// @param catalog the tables and sources as decided so far
  /// @param revision that of the batch
  RouteDecision(State state, Catalog catalog, long revision) {
    this.state = state;
    this.decidedCatalog = new CatalogDecision(catalog, revision);
    this.revision = revision;
  }

  /// The tables and sources with what was decided.
  Catalog catalog() {
    return decidedCatalog.catalog();
  }

  /// The routes' edits, in order.
  List<Edit> edits() {
    return edits;
  }

  /// True if there are refreshes under way, as decided so far.
  boolean areSyncsUnderWay() {
    return state.syncs().areUnderWay();
  }

  /// Takes back what was decided of routes.
  void rollBack() {
    state.decided().rollBack();
    edits.forEach(state.counts()::takenBack);
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    decidedCatalog.addTo(batch);
    edits.forEach(edit -> add(edit, batch));
  }

  /// Tells the refreshes under way what was written. Not before it is certain that the request is
  /// done; so an atomic request must begin and end none. (A dry run has refreshes of its own.)
  void applyMarks() {
    marks.forEach(
        mark ->
            state.syncs().written(mark.table(), mark.source(), mark.family(), mark.installed()));
    marks.clear();
  }

  private static void add(Edit edit, Batch batch) {
    Route after = edit.after();
    if (after == null) {
      Route gone = Objects.requireNonNull(edit.before());
      batch.delete(RouteRecord.key(edit.tableName(), gone), stored(gone));
    } else {
      batch.put(
          RouteRecord.key(edit.tableName(), after),
          RouteRecord.value(after),
          stored(edit.before()));
    }
  }

  private static @Nullable Value stored(@Nullable Route route) {
    return route == null ? null : new Value(route.revision(), RouteRecord.value(route));
  }

  /// Decides an operation.
  ///
  /// @return its outcome, once its revision is known
  LongFunction<RouteOutcome> decide(RouteOperation operation) {
    return switch (operation) {
      case RouteOperation.Put put -> put(put);
      case RouteOperation.Delete delete -> delete(delete);
      case RouteOperation.Replace replace -> replace(replace);
      case RouteOperation.BeginSync begin -> beginSync(begin);
      case RouteOperation.EndSync end -> endSync(end);
      case RouteOperation.EndCall end -> endCall(end);
      case RouteOperation.Flush flush -> flush(flush);
      case RouteOperation.Expire expire -> expire(expire);
      case RouteOperation.CreateTable create -> createTable(create.table());
      case RouteOperation.DropTable drop -> dropTable(drop.table());
      case RouteOperation.PutSource put -> putSource(put.change());
      case RouteOperation.DeleteSource delete -> deleteSource(delete.source());
      case RouteOperation.Unreadable unreadable -> invalid(unreadable.reason());
    };
  }

  private static LongFunction<RouteOutcome> done(int changed) {
    return revision -> new RouteOutcome.Done(changed, revision);
  }

  private static boolean isUnexpected(OptionalLong expected, long found) {
    return expected.isPresent() && expected.getAsLong() != found;
  }

  private LongFunction<RouteOutcome> put(RouteOperation.Put put) {
    Catalog.Table table = catalog().table(put.table());
    if (table == null) {
      return unknownTable(put.table());
    }
    Catalog.Source source = catalog().source(put.route().source());
    if (source == null) {
      return missingSource(put.route().source());
    }
    Route asked = put.route().withDistance(source.distance());
    List<Route> before = state.decided().of(table.routes(), asked.prefix());
    Route existing = sameIdentity(before, asked);
    if (isUnexpected(put.expected(), existing == null ? 0 : existing.revision())) {
      return conflict("route " + asked, put.expected(), existing == null ? 0 : existing.revision());
    }
    if (existing == null && before.size() >= state.limits().routesPerPrefixMax()) {
      return full(asked.prefix(), before.size());
    }
    return done(put(table, before, existing, asked) ? 1 : 0);
  }

  private static @Nullable Route sameIdentity(List<Route> routes, Route route) {
    for (Route each : routes) {
      if (each.sameIdentity(route)) {
        return each;
      }
    }
    return null;
  }

  /// @return true if that changed anything
  private boolean put(
      Catalog.Table table, List<Route> before, @Nullable Route existing, Route asked) {
    if (existing != null && existing.sameContent(asked)) {
      marks.add(new Mark(table.routes(), asked, existing.installed()));
      return false;
    }
    long installed = existing == null ? state.nextInstalled().getAsLong() : existing.installed();
    Route route = asked.written(asked.distance(), installed, revision);
    marks.add(new Mark(table.routes(), route, installed));
    List<Route> after = without(before, route);
    after.add(route);
    edit(table, existing, route, after);
    return true;
  }

  private static List<Route> without(List<Route> routes, Route route) {
    List<Route> others = new ArrayList<>(routes.size() + 1);
    for (Route each : routes) {
      if (!each.sameIdentity(route)) {
        others.add(each);
      }
    }
    return others;
  }

  private void edit(
      Catalog.Table table, @Nullable Route before, @Nullable Route after, List<Route> routes) {
    Edit edit = new Edit(table.name(), table.routes(), before, after);
    state.decided().set(table.routes(), edit.route().prefix(), routes);
    state.counts().decided(edit);
    edits.add(edit);
  }

  private LongFunction<RouteOutcome> delete(RouteOperation.Delete delete) {
    Catalog.Table table = catalog().table(delete.table());
    if (table == null) {
      return unknownTable(delete.table());
    }
    if (catalog().source(delete.route().source()) == null) {
      return unknownSource(delete.route().source());
    }
    Route existing =
        sameIdentity(state.decided().of(table.routes(), delete.route().prefix()), delete.route());
    long found = existing == null ? 0 : existing.revision();
    if (isUnexpected(delete.expected(), found)) {
      return conflict("route " + delete.route(), delete.expected(), found);
    }
    if (existing == null) {
      return done(0);
    }
    delete(table, existing);
    return done(1);
  }

  private void delete(Catalog.Table table, Route route) {
    edit(table, route, null, without(state.decided().of(table.routes(), route.prefix()), route));
  }

  private LongFunction<RouteOutcome> replace(RouteOperation.Replace replace) {
    Catalog.Table table = catalog().table(replace.table());
    if (table == null) {
      return unknownTable(replace.table());
    }
    Catalog.Source source = catalog().source(replace.source());
    if (source == null) {
      return unknownSource(replace.source());
    }
    List<Route> all = state.decided().of(table.routes(), replace.prefix());
    List<Route> own = all.stream().filter(each -> each.source().equals(source.name())).toList();
    long found = own.stream().mapToLong(Route::revision).max().orElse(0);
    if (isUnexpected(replace.expected(), found)) {
      return conflict(
          "source \"%s\" prefix %s".formatted(source.name(), replace.prefix()),
          replace.expected(),
          found);
    }
    int others = all.size() - own.size();
    int max = state.limits().routesPerPrefixMax();
    if (others + replace.routes().size() > max) {
      return tooMany(replace.prefix(), replace.routes().size(), others, max);
    }
    return done(replace(table, source, own, replace.routes()));
  }

  /// @return number of changes
  private int replace(
      Catalog.Table table, Catalog.Source source, List<Route> own, List<Route> wanted) {
    int changed = 0;
    for (Route each : own) {
      if (sameIdentity(wanted, each) == null) {
        delete(table, each);
        changed++;
      }
    }
    for (Route each : wanted) {
      Route asked = each.withDistance(source.distance());
      List<Route> before = state.decided().of(table.routes(), asked.prefix());
      changed += put(table, before, sameIdentity(before, asked), asked) ? 1 : 0;
    }
    return changed;
  }

  private LongFunction<RouteOutcome> beginSync(RouteOperation.BeginSync begin) {
    Catalog.Table table = catalog().table(begin.table());
    if (table == null) {
      return unknownTable(begin.table());
    }
    if (catalog().source(begin.source()) == null) {
      return missingSource(begin.source());
    }
    applyMarks();
    state.syncs().begin(table.routes(), begin.source(), begin.families(), begin.call());
    return done(0);
  }

  private LongFunction<RouteOutcome> endSync(RouteOperation.EndSync end) {
    Catalog.Table table = catalog().table(end.table());
    if (table == null) {
      return unknownTable(end.table());
    }
    if (catalog().source(end.source()) == null) {
      return unknownSource(end.source());
    }
    applyMarks();
    Syncs.UnderWay refresh =
        state.syncs().of(table.routes(), end.source(), end.families(), end.call());
    if (refresh == null) {
      return refused(
          Problem.PRECONDITION,
          "sync.not_begun",
          "end_sync",
          end.source(),
          "end_sync \"%s\": this call has begun no sync of it in table \"%s\", or another began after it"
              .formatted(InvalidRouteException.shortened(end.source()), table.name()));
    }
    List<Route> stale = ofSource(table, null, end.source());
    stale.removeIf(refresh.isStale().negate());
    if (refresh.refusals() > 0 && !end.despiteRefusals()) {
      return unswept(end.source(), stale.size(), refresh);
    }
    state.syncs().end(table.routes(), end.source(), end.families());
    return done(deleteAll(table, stale));
  }

  /// An operation of a call is refused: the refreshes that the call has under way hear of it.
  void noteRefusal(RouteOperation operation, Object call, String text) {
    operation.scope().ifPresent(scope -> noteRefusal(scope, call, text));
  }

  private void noteRefusal(RouteOperation.Scope scope, Object call, String text) {
    Catalog.Table table = catalog().table(scope.table());
    if (table != null) {
      state.syncs().refused(table.routes(), scope.source(), scope.families(), call, text);
    }
  }

  private LongFunction<RouteOutcome> endCall(RouteOperation.EndCall end) {
    state.syncs().endCall(end.call());
    state.sources().over(end.call());
    return done(0);
  }

  /// @return number of routes deleted
  private int deleteAll(Catalog.Table table, List<Route> routes) {
    routes.forEach(route -> delete(table, route));
    return routes.size();
  }

  private List<Route> all(Catalog.Table table, @Nullable Prefix within) {
    List<Route> found = new ArrayList<>();
    state.decided().forEach(table.routes(), within, found::add);
    return found;
  }

  /// Looks no further once it has found as many as the source has in all tables.
  private List<Route> ofSource(Catalog.Table table, @Nullable Prefix within, String source) {
    return ofSource(table, within, source, state.counts().of(source));
  }

  private List<Route> ofSource(
      Catalog.Table table, @Nullable Prefix within, String source, long most) {
    List<Route> found = new ArrayList<>();
    if (most > 0) {
      state
          .decided()
          .forEach(
              table.routes(),
              within,
              route -> {
                if (route.source().equals(source)) {
                  found.add(route);
                }
                return found.size() < most;
              });
    }
    return found;
  }

  private LongFunction<RouteOutcome> flush(RouteOperation.Flush flush) {
    if (flush.table() != null && catalog().table(flush.table()) == null) {
      return unknownTable(flush.table());
    }
    if (flush.source() != null && catalog().source(flush.source()) == null) {
      return unknownSource(flush.source());
    }
    int deleted = 0;
    for (Catalog.Table table : catalog().tables()) {
      if (flush.table() == null || flush.table().equals(table.name())) {
        deleted +=
            deleteAll(
                table,
                flush.source() == null
                    ? all(table, flush.prefix())
                    : ofSource(table, flush.prefix(), flush.source()));
      }
    }
    return done(deleted);
  }

  private LongFunction<RouteOutcome> expire(RouteOperation.Expire expire) {
    Catalog.Source source = catalog().source(expire.source());
    boolean wanted =
        source != null && source.deleteOnDisconnect() && source.grace().equals(expire.grace());
    if (!wanted || !state.sources().isGone(expire.source(), expire.absence())) {
      return done(0);
    }
    return flush(new RouteOperation.Flush(null, expire.source(), null));
  }

  private LongFunction<RouteOutcome> createTable(String name) {
    if (catalog().table(name) != null) {
      return refused(
          Problem.EXISTS,
          "table.exists",
          "name",
          name,
          "table \"%s\": exists already".formatted(name));
    }
    if (catalog().tableCount() >= Catalog.TABLES_MAX) {
      return refused(
          Problem.LIMIT,
          "table.max",
          "name",
          name,
          "table \"%s\": there are %d tables, the most there may be"
              .formatted(name, Catalog.TABLES_MAX));
    }
    decidedCatalog.create(name);
    return done(1);
  }

  private LongFunction<RouteOutcome> dropTable(String name) {
    Catalog.Table table = catalog().table(name);
    if (table == null) {
      return unknownTable("name", name);
    }
    if (name.equals(Catalog.DEFAULT_TABLE)) {
      return refused(
          Problem.PRECONDITION,
          "table.default",
          "name",
          name,
          "table \"default\": is always there; flush it");
    }
    int deleted = deleteAll(table, all(table, null));
    state.syncs().dropTable(table.routes());
    decidedCatalog.drop(table);
    return done(deleted);
  }

  private LongFunction<RouteOutcome> putSource(SourceChange change) {
    if (change.name().equals(Route.STATIC)) {
      return refused(
          Problem.PRECONDITION,
          "source.static",
          "name",
          Route.STATIC,
          "source \"static\": is as it is for ever");
    }
    Catalog.Source before = catalog().source(change.name());
    try {
      return putSource(before, change.madeOf(before));
    } catch (InvalidRouteException e) {
      return invalid(e);
    }
  }

  private LongFunction<RouteOutcome> putSource(
      Catalog.@Nullable Source before, Catalog.Source asked) {
    if (before != null && before.sameAs(asked)) {
      return done(0);
    }
    if (before == null && catalog().sourceCount() >= Catalog.SOURCES_MAX) {
      return refused(
          Problem.LIMIT,
          "source.max",
          "name",
          asked.name(),
          "source \"%s\": there are %d sources, the most there may be"
              .formatted(asked.name(), Catalog.SOURCES_MAX));
    }
    Catalog.Source source = decidedCatalog.put(asked);
    return done(1 + (before == null ? 0 : redistance(source)));
  }

  /// Gives the source's routes its distance.
  ///
  /// @return number of routes changed
  private int redistance(Catalog.Source source) {
    long left = state.counts().of(source.name());
    int changed = 0;
    for (Catalog.Table table : catalog().tables()) {
      List<Route> found = ofSource(table, null, source.name(), left);
      left -= found.size();
      for (Route route : found) {
        changed += route.distance() == source.distance() ? 0 : again(table, route, source);
      }
    }
    return changed;
  }

  private int again(Catalog.Table table, Route route, Catalog.Source source) {
    Route other = route.withDistance(source.distance()).withRevision(revision);
    List<Route> routes = without(state.decided().of(table.routes(), route.prefix()), route);
    routes.add(other);
    edit(table, route, other, routes);
    return 1;
  }

  private LongFunction<RouteOutcome> deleteSource(String name) {
    Catalog.Source source = catalog().source(name);
    if (source == null) {
      return unknownSource("name", name);
    }
    if (name.equals(Route.STATIC)) {
      return refused(
          Problem.PRECONDITION,
          "source.static",
          "name",
          Route.STATIC,
          "source \"static\": is as it is for ever");
    }
    long routes = state.counts().of(name);
    if (routes > 0) {
      return refused(
          Problem.PRECONDITION,
          "source.routes",
          "name",
          name,
          "source \"%s\": has %d routes; flush them first".formatted(name, routes));
    }
    state.syncs().deleteSource(name);
    decidedCatalog.delete(source);
    return done(1);
  }
}
