package guidepost.calls;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// What was written between two revisions, step by step, the newest first, out of a journal's log.
///
/// Cost: some microseconds for each change between the two; of memory, the changes of one revision,
/// or of [#PART_REVISIONS] small ones.
///
/// Threads: one at a time.
///
/// @param <R> what a change is told as
public final class LoggedChanges<R> implements PartsSearch.Parts<R> {

  /// Most that may be asked for.
  public static final int LIMIT_MAX = 65_536;

  /// What is told if nobody says how much.
  public static final int LIMIT_DEFAULT = 1_000;

  /// Revisions that are read before others get their turn.
  private static final int PART_REVISIONS = 1_024;

  /// Changes that are enough for a part.
  private static final int PART_CHANGES = 512;

  /// Reads a change.
  ///
  /// @param <R> what it is told as
  @FunctionalInterface
  public interface Reader<R> {
    /// What a change is told as; null if it is not.
    ///
    /// @param value the new value; null if the key was removed
    /// @param prior what the key held before; null if nothing
    @Nullable R read(
        long revision, Instant time, byte[] key, byte @Nullable [] value, @Nullable Value prior);
  }

  private final Journal journal;
  private final long from;
  private final int limit;
  private final Reader<R> reader;
  private long next;
  private long told;

  /// @param from only what was written after that revision
  /// @param to only what was written up to that one
  /// @param limit ends after the revision with which so many changes are reached
  public LoggedChanges(Journal journal, long from, long to, int limit, Reader<R> reader) {
    this.journal = journal;
    this.from = from;
    this.next = to;
    this.limit = limit;
    this.reader = reader;
  }

  /// How many changes a request asks for.
  ///
  /// @param limit an unsigned number
  /// @throws RejectedException if that is too many
  public static int limit(int limit) {
    return limit == 0
        ? LIMIT_DEFAULT
        : (int) Fields.range("limit", Integer.toUnsignedLong(limit), 1, LIMIT_MAX);
  }

  @Override
  public boolean isOver() {
    return next <= from || told >= limit;
  }

  /// The revision to go on with after all parts; 0 if nothing is left.
  public long nextRevision() {
    return isOver() && next > from ? next : 0;
  }

  @Override
  public List<R> next() throws JournalException {
    List<R> part = new ArrayList<>();
    int[] revisions = {0};
    journal.readBackwards(
        next,
        from,
        (revision, time, batch) -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the server is stopping");
          }
          add(part, revision, time, batch);
          next = revision - 1;
          revisions[0]++;
          return part.size() < PART_CHANGES
              && revisions[0] < PART_REVISIONS
              && told + part.size() < limit;
        });
    told += part.size();
    return part;
  }

  private void add(List<R> part, long revision, Instant time, Batch batch) {
    batch.forEachBackwards(
        (key, value, prior) -> {
          R change = reader.read(revision, time, key, value, prior);
          if (change != null) {
            part.add(change);
          }
        });
  }
}
