package guidepost.routes.service;

import guidepost.calls.Denial;
import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/// Why operations are not done, in words; as [RouteDecision] gives outcomes.
///
/// Threads: any.
final class RejectedOutcomes {

  private RejectedOutcomes() {}

  /// An operation that is not done.
  static LongFunction<RouteOutcome> rejected(
      Problem problem, String rule, String field, String value, String text) {
    RouteOutcome rejected =
        new RouteOutcome.Rejected(
            problem, rule, field, InvalidRouteException.shortened(value), text);
    return revision -> rejected;
  }

  /// One that its caller may not do: in the words of every denial, whatever there is.
  static LongFunction<RouteOutcome> denied() {
    return rejected(Problem.DENIED, "permission.denied", "", "", Denial.DENIED.text());
  }

  /// One that breaks a rule of its own.
  static LongFunction<RouteOutcome> invalid(InvalidRouteException reason) {
    return invalid("", reason);
  }

  /// @param path where the field stands that the reason names; empty, or with a dot at its end
  static LongFunction<RouteOutcome> invalid(String path, InvalidRouteException reason) {
    return rejected(
        Problem.INVALID, reason.rule(), path + reason.field(), reason.value(), reason.getMessage());
  }

  static LongFunction<RouteOutcome> unknownTable(String name) {
    return unknownTable("table", name);
  }

  /// @param field of the request that names it
  static LongFunction<RouteOutcome> unknownTable(String field, String name) {
    return rejected(Problem.UNKNOWN, "table.unknown", field, name, Catalog.unknownTable(name));
  }

  /// For what would write as that source.
  static LongFunction<RouteOutcome> missingSource(String name) {
    return rejected(
        Problem.UNKNOWN,
        "source.unknown",
        "source",
        name,
        Catalog.unknownSource(name) + "; create it first (PutSource, or \"guidepost source put\")");
  }

  static LongFunction<RouteOutcome> unknownSource(String name) {
    return unknownSource("source", name);
  }

  /// @param field of the request that names it
  static LongFunction<RouteOutcome> unknownSource(String field, String name) {
    return rejected(Problem.UNKNOWN, "source.unknown", field, name, Catalog.unknownSource(name));
  }

  static LongFunction<RouteOutcome> conflict(String what, OptionalLong expected, long found) {
    return rejected(
        Problem.CONFLICT,
        "expected_revision.stale",
        "expected_revision",
        Long.toUnsignedString(expected.orElse(0)),
        "expected_revision %s: %s was last written by revision %d"
            .formatted(Long.toUnsignedString(expected.orElse(0)), what, found)
            .replace("was last written by revision 0", "is not there"));
  }

  /// For a prefix that is full.
  static LongFunction<RouteOutcome> full(Prefix prefix, int count) {
    return rejected(
        Problem.INVALID,
        "prefix.routes_max",
        "prefix",
        prefix.toString(),
        "prefix \"%s\": has %d routes already, the most there may be".formatted(prefix, count));
  }

  /// For a replacement that has more routes than the prefix has room for.
  ///
  /// @param others routes of other sources that the prefix has
  static LongFunction<RouteOutcome> tooMany(Prefix prefix, int asked, int others, int max) {
    String beside =
        others == 0 ? "" : ", beside %d of other sources: %d in all".formatted(others, max);
    return rejected(
        Problem.INVALID,
        "prefix.routes_max",
        "routes",
        Integer.toString(asked),
        "routes \"%d\": must be at most %d for prefix \"%s\"%s"
            .formatted(asked, max - others, prefix, beside));
  }

  /// For the end of a refresh of which something was rejected.
  ///
  /// @param stale routes that would have been deleted
  static LongFunction<RouteOutcome> unswept(String source, int stale, Syncs.UnderWay refresh) {
    String text =
        "end_sync \"%s\": %d stale %s not swept, since %d %s rejected after begin_sync, first: %s; begin it again, or set sweep_despite_rejections"
            .formatted(
                InvalidRouteException.shortened(source),
                stale,
                stale == 1 ? "route was" : "routes were",
                refresh.rejections(),
                refresh.rejections() == 1 ? "operation was" : "operations were",
                refresh.firstRejection());
    RouteOutcome rejected =
        new RouteOutcome.Rejected(
            Problem.ABORTED,
            "sync.rejections",
            "end_sync",
            InvalidRouteException.shortened(source),
            text,
            stale);
    return revision -> rejected;
  }
}
