package guidepost.routes.service;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the caller of one call may do with routes, tables and sources. Each operation is judged by
/// itself, before anything is looked up: whether what it names exists is not told.
///
/// Threads: one at a time.
final class RouteAccess {

  /// Everything, for whoever is not a caller.
  static final RouteAccess ALL = new RouteAccess(Caller.NOBODY, "");

  private final Caller caller;
  private final String owner;
  // The last answer: operations come in runs of one table and source.
  private @Nullable String lastTable;
  private @Nullable String lastSource;
  private boolean last;

  private RouteAccess(Caller caller, String owner) {
    this.caller = caller;
    this.owner = owner;
  }

  /// Of the call that this thread is in.
  static RouteAccess ofCurrentCall() {
    return new RouteAccess(Caller.current(), Caller.currentOwner());
  }

  /// Denies a question about a table that the caller of this thread's call may not see.
  ///
  /// @param table may be empty: the default one
  /// @throws guidepost.calls.RejectedException PERMISSION_DENIED
  static void requireReadable(String table) {
    Caller caller = Caller.current();
    if (caller.isKnown()) {
      String name = Catalog.tableName(table);
      Denial.require(caller.mayReadTable(name), caller, "table " + name);
    }
  }

  /// Denies a question about a source that the caller of this thread's call may not see.
  ///
  /// @throws guidepost.calls.RejectedException PERMISSION_DENIED
  static void requireSourceReadable(String source) {
    Caller caller = Caller.current();
    Denial.require(caller.mayReadSource(source), caller, "source " + source);
  }

  /// Whose refreshes a writer begins; empty if unknown.
  String owner() {
    return owner;
  }

  /// The same operations, in their order, the denied ones as such.
  List<RouteOperation> allowed(List<RouteOperation> operations) {
    return caller.isKnown() ? operations.stream().map(this::judged).toList() : operations;
  }

  /// Those of the sources that may be written in the table.
  Set<String> allowed(String table, Set<String> sources) {
    return caller.isKnown()
        ? sources.stream().filter(each -> mayWrite(table, each)).collect(Collectors.toSet())
        : sources;
  }

  private RouteOperation judged(RouteOperation operation) {
    if (mayDo(operation)) {
      return operation;
    }
    Denial.log(caller, what(operation));
    return new RouteOperation.Denied(operation.scope());
  }

  private boolean mayDo(RouteOperation operation) {
    return switch (operation) {
      case RouteOperation.Put put -> mayWrite(put.table(), put.route().source());
      case RouteOperation.Delete delete -> mayWrite(delete.table(), delete.route().source());
      case RouteOperation.Replace replace -> mayWrite(replace.table(), replace.source());
      case RouteOperation.BeginSync begin -> mayWrite(begin.table(), begin.source());
      case RouteOperation.EndSync end -> mayWrite(end.table(), end.source());
      case RouteOperation.Flush flush -> caller.mayWriteRoutes(flush.table(), flush.source());
      case RouteOperation.CreateTable create -> caller.mayWriteRoutes(create.table(), null);
      case RouteOperation.DropTable drop -> caller.mayWriteRoutes(drop.table(), null);
      case RouteOperation.PutSource put -> mayPut(put.change());
      case RouteOperation.DeleteSource delete -> caller.mayWriteSourceInAllTables(delete.source());
      case RouteOperation.Unreadable _, RouteOperation.Denied _ -> true;
      case RouteOperation.EndCall _, RouteOperation.Expire _ -> false; // the domain's own
    };
  }

  /// A source that deletes its routes does so in every table.
  private boolean mayPut(SourceChange change) {
    boolean deletes = Boolean.TRUE.equals(change.deletes()) || change.deleteAfter() != null;
    return deletes
        ? caller.mayWriteSourceInAllTables(change.name())
        : caller.mayWriteSource(change.name());
  }

  private boolean mayWrite(String table, String source) {
    if (!Objects.equals(table, lastTable) || !Objects.equals(source, lastSource)) {
      last = caller.mayWriteRoutes(table, source);
      lastTable = table;
      lastSource = source;
    }
    return last;
  }

  private static String what(RouteOperation operation) {
    Optional<RouteOperation.Scope> scope = operation.scope();
    String kind = operation.getClass().getSimpleName();
    return scope
        .map(of -> "%s of source %s in table %s".formatted(kind, of.source(), of.table()))
        .orElse(kind);
  }
}
