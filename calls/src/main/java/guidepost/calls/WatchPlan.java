package guidepost.calls;

import guidepost.journal.Changefeed;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;

/// What a Watch call is to be sent, and in which messages.
///
/// Threads: one at a time.
///
/// @param <C> a change
/// @param <M> a message
public interface WatchPlan<C, M> {

  /// What comes before the changes: a [WatchSnapshot], or none.
  Streaming.Search<M> snapshot();

  /// The place of the first change, after that of the snapshot.
  Changefeed<C>.Cursor changes();

  /// True for a change that is to be told.
  default boolean wants(C change) {
    return changes().wants(change);
  }

  /// A message with changes.
  ///
  /// @param resumeAfter the revision up to which everything was sent, this message included
  M changes(List<C> changes, long resumeAfter);

  /// A message that says only how far the watcher is.
  M progress(long resumeAfter);

  /// A message that says that the watcher lags.
  ///
  /// @param behind revisions
  M lag(long behind, long newest, long oldest, long resumeAfter);

  /// Rejects a watch that resumes on another timeline: its revisions mean nothing here.
  ///
  /// @param timeline that it knows; 0 if it knows none
  /// @param revision after which it resumes
  /// @throws StatusRuntimeException OUT_OF_RANGE
  static void requireTimeline(long timeline, Changefeed<?> changefeed, long revision) {
    if (timeline != 0 && timeline != changefeed.timeline()) {
      throw Failures.rejected(
          Rejection.of(
              Reason.TIMELINE_OTHER,
              "start.after.timeline",
              Long.toUnsignedString(timeline),
              "must be the server's, %s; start again with a snapshot"
                  .formatted(Long.toUnsignedString(changefeed.timeline()))));
    }
  }

  /// Rejects a watch that resumes after a revision that the server has not reached.
  ///
  /// @throws StatusRuntimeException OUT_OF_RANGE
  static void requirePresent(Changefeed<?> changefeed, long revision) {
    if (revision < 0 || revision > changefeed.newest()) {
      throw Failures.rejected(
          Rejection.of(
                  Reason.REVISION_AHEAD,
                  "start.after.revision",
                  Long.toUnsignedString(revision),
                  "must be at most the newest, %d".formatted(changefeed.newest()))
              .with("newest_revision", changefeed.newest())
              .with("oldest_revision", changefeed.oldest()));
    }
  }

  /// The watch has ended, however it did; called once.
  default void end() {}

  /// Why the call must end, if it must: what it watches is gone.
  Optional<StatusRuntimeException> over();
}
