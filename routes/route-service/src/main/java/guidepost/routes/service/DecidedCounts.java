package guidepost.routes.service;

import java.util.HashMap;
import java.util.Map;

/// How many routes each source has, in all tables, once everything decided is committed.
///
/// Threads: the writer's alone.
final class DecidedCounts {

  private final SourceCounts committed;
  private final Map<String, Integer> decided = new HashMap<>();

  DecidedCounts(SourceCounts committed) {
    this.committed = committed;
  }

  long of(String source) {
    return committed.of(source) + decided.getOrDefault(source, 0);
  }

  /// An edit was decided.
  void decided(RouteEdits.Edit edit) {
    count(edit, 1);
  }

  /// It is taken back.
  void takenBack(RouteEdits.Edit edit) {
    count(edit, -1);
  }

  private void count(RouteEdits.Edit edit, int sign) {
    int change = (edit.after() == null ? 0 : 1) - (edit.before() == null ? 0 : 1);
    if (change != 0) {
      decided.merge(edit.route().source(), sign * change, Integer::sum);
    }
  }

  /// Everything decided was committed, or abandoned.
  void clear() {
    decided.clear();
  }
}
