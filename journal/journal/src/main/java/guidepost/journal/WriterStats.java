package guidepost.journal;

import java.time.Duration;
import java.util.List;

/// What a [DomainWriter] has done since it started, and what waits.
///
/// Threads: any; immutable.
///
/// @param queuedChanges changes that wait now
/// @param groups appends that became durable, each with one fsync
/// @param batches batches in them, a revision each
/// @param changes changes in those
/// @param bytes bytes of their keys and values, prior ones included
/// @param failures groups that did not become durable
/// @param writing time spent in those appends
/// @param writingMax the longest of them
public record WriterStats(
    int queuedChanges,
    long groups,
    long batches,
    long changes,
    long bytes,
    long failures,
    Duration writing,
    Duration writingMax) {

  static final WriterStats NONE = new WriterStats(0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

  WriterStats withGroup(List<Batch> appended, Duration took) {
    return new WriterStats(
        queuedChanges,
        groups + 1,
        batches + appended.size(),
        changes + appended.stream().mapToLong(Batch::size).sum(),
        bytes + appended.stream().mapToLong(Batch::bytes).sum(),
        failures,
        writing.plus(took),
        took.compareTo(writingMax) > 0 ? took : writingMax);
  }

  WriterStats withFailure() {
    return new WriterStats(
        queuedChanges, groups, batches, changes, bytes, failures + 1, writing, writingMax);
  }

  WriterStats withQueued(int now) {
    return new WriterStats(now, groups, batches, changes, bytes, failures, writing, writingMax);
  }
}
