package guidepost.journal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Is told what a [DomainWriter] does, so that others can count it, or follow one request into the
/// journal.
///
/// ```
///   submit ──▶ queued ──────▶ append ──▶ appended
///   the caller's thread       the writer's thread
/// ```
///
/// Threads: as each method says. Whatever it does, requests wait for it: it must be short, and must
/// not throw.
public interface WriterObserver {

  /// Nobody wants to know.
  WriterObserver NONE = new WriterObserver() {};

  /// A request is about to be queued: on the thread that submits it.
  ///
  /// @return what [#appended] is to be told of it; null for nothing
  default @Nullable Object queued() {
    return null;
  }

  /// A group became durable: on the writer's thread, before its requests are answered.
  ///
  /// @param told what [#queued] returned for the requests of the group, in their order
  /// @param took how long the append took
  /// @param revision the last of the group
  default void appended(List<Object> told, Duration took, long revision) {}
}
