package guidepost.routes.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many routes each source has, in all tables.
///
/// Threads: [#add] is the writer's; [#of] any thread's, and may run ahead of what is published.
final class SourceCounts {

  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  /// @param change may be negative
  void add(String source, int change) {
    if (change != 0) {
      counts.merge(source, (long) change, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  long of(String source) {
    return counts.getOrDefault(source, 0L);
  }
}
