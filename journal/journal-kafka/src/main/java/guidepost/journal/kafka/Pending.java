package guidepost.journal.kafka;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Records that the leader has sent and not yet seen the end of.
///
/// Threads: the acknowledgements are any thread's; the rest is guarded by the log's lock.
///
/// @param epoch that they were sent in
/// @param entries in order
/// @param acks their offsets, once durable
/// @param frame that they are; null if they are none, or a state
/// @param settled completes when a frame is known to count, or not to; for other records, when they
///   were judged
record Pending(
    long epoch,
    List<LogEntry> entries,
    List<CompletableFuture<Long>> acks,
    @Nullable Frame frame,
    CompletableFuture<Void> settled) {

  /// True once it is known what became of all sends.
  boolean isAcked() {
    return acks.stream().allMatch(CompletableFuture::isDone);
  }

  /// True if the end of some send is unknown, or where it is.
  boolean isUnknown() {
    return acks.stream().anyMatch(each -> each.isCompletedExceptionally() || each.getNow(-1L) < 0);
  }

  long firstOffset() {
    return acks.getFirst().getNow(-1L);
  }

  long lastOffset() {
    return acks.getLast().getNow(-1L);
  }

  /// True if nothing stands between its records.
  boolean isContiguous() {
    return lastOffset() - firstOffset() == acks.size() - 1L;
  }

  /// True if it is a frame, which somebody waits for.
  boolean isFrame() {
    return entries.getFirst() instanceof LogEntry.Data;
  }

  /// True if those who read it know from it that its server leads.
  boolean isSignOfLife() {
    return isFrame() || entries.getFirst() instanceof LogEntry.Beat;
  }

  /// The chain that the log has with a frame.
  long after() {
    return entries.getFirst() instanceof LogEntry.Data data ? data.after() : 0;
  }
}
