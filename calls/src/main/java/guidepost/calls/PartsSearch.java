package guidepost.calls;

import guidepost.journal.JournalException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An answer of rows that are found in parts of a bounded size, each when the client has taken the
/// one before. There is always a message, if only an empty one.
///
/// Threads: one at a time.
///
/// @param <R> row
/// @param <M> message
public final class PartsSearch<R, M> implements Streaming.Search<M> {

  private static final int PARTS_OF_HEAP = 64;

  /// A part of less would cost more to begin than to find.
  private static final long PART_BYTES_MIN = 1L << 20;

  /// Finds rows.
  ///
  /// @param <R> row
  public interface Parts<R> {
    /// The next part; may be empty.
    List<R> next() throws JournalException;

    /// True if there is no further one.
    boolean isOver();
  }

  private final Parts<R> parts;
  private final long partBytesMax;
  private final int rowsMax;
  private final Function<List<R>, M> message;
  private final Queue<R> rows = new ArrayDeque<>();
  private boolean sent;

  /// @param partBytesMax what a part takes in memory at most
  /// @param rowsMax the most in a message
  public PartsSearch(Parts<R> parts, long partBytesMax, int rowsMax, Function<List<R>, M> message) {
    this.parts = parts;
    this.partBytesMax = partBytesMax;
    this.rowsMax = rowsMax;
    this.message = message;
  }

  /// What a part may take in memory here: 1/64 of the heap, at least 1 MiB. The smaller it is, the
  /// more often the journal's log is read for a long answer.
  public static long partBytesMax() {
    return Math.max(PART_BYTES_MIN, Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
  }

  @Override
  public void prepare() throws JournalException {
    if (!isEnough()) {
      rows.addAll(parts.next());
    }
  }

  private boolean isEnough() {
    return rows.size() >= rowsMax || parts.isOver();
  }

  @Override
  public @Nullable M look() {
    if (!isEnough()) {
      return null;
    }
    List<R> some = new ArrayList<>();
    while (some.size() < rowsMax && !rows.isEmpty()) {
      some.add(rows.remove());
    }
    sent = true;
    return message.apply(some);
  }

  @Override
  public boolean isOver() {
    return sent && rows.isEmpty() && parts.isOver();
  }

  @Override
  public long bytesInHand() {
    return partBytesMax;
  }
}
