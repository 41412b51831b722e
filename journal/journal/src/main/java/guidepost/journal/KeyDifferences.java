package guidepost.journal;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What became of a journal's keys from one revision to a later one: not the steps, but what they
/// came to, out of its log.
///
/// The log is in the order of time, and the differences are in that of the keys. So they come in
/// parts of a bounded size: each reads the log, and keeps what fits of the first keys that no
/// earlier part had.
///
/// ```
///   log  ─ c a b a d c b ─▶   1st part: a b   2nd part: c d
/// ```
///
/// Cost: of a part some microseconds for each change between the two revisions, and its bytes.
/// Threads: one at a time.
public final class KeyDifferences {

  /// What a key takes in memory beside its bytes.
  private static final int KEY_BYTES = 200;

  private final Journal journal;
  private final long from;
  private final long to;
  private final Predicate<byte[]> wanted;
  private final long partBytesMax;
  private byte @Nullable [] before;
  private boolean over;

  /// Differences of which no part was read.
  ///
  /// @param to not before `from`
  /// @param wanted which keys
  /// @param partBytesMax the most that a part takes in memory, or one key if that takes more
  public KeyDifferences(
      Journal journal, long from, long to, Predicate<byte[]> wanted, long partBytesMax) {
    this.journal = journal;
    this.from = from;
    this.to = to;
    this.wanted = wanted;
    this.partBytesMax = partBytesMax;
    this.over = from >= to;
  }

  /// A key that holds something else.
  ///
  /// @param before what it held; null if nothing
  /// @param after what it holds; null if nothing
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Difference(byte[] key, @Nullable Value before, @Nullable Value after) {

    private boolean isNone() {
      return Objects.equals(revision(before), revision(after));
    }

    private static @Nullable Long revision(@Nullable Value value) {
      return value == null ? null : value.revision();
    }

    private long bytes() {
      return KEY_BYTES + key.length + bytes(before) + bytes(after);
    }

    private static long bytes(@Nullable Value value) {
      return value == null ? 0 : value.bytes().length;
    }
  }

  /// True if there is no further part.
  public boolean isOver() {
    return over;
  }

  /// The next part, in the order of the keys; may be empty.
  ///
  /// @throws TrimmedException if the log does not go back that far
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  /// @throws CancellationException if the thread was interrupted
  public List<Difference> next() throws JournalException {
    Part part = new Part();
    if (!over) {
      journal.read(
          from,
          (revision, time, batch) -> {
            requireTime();
            batch.forEach(
                (key, value, prior) ->
                    part.note(key, value == null ? null : new Value(revision, value), prior));
            return revision < to;
          });
    }
    over = part.end == null;
    before = part.end;
    return part.byKey.values().stream().filter(each -> !each.isNone()).toList();
  }

  /// The first keys that no earlier part had.
  private final class Part {
    private final NavigableMap<byte[], Difference> byKey = new TreeMap<>(Arrays::compareUnsigned);
    private long bytes;

    /// The first key that did not fit; null if all did.
    private byte @Nullable [] end;

    void note(byte[] key, @Nullable Value after, @Nullable Value prior) {
      if (!isMine(key) || !wanted.test(key)) {
        return;
      }
      Difference earlier = byKey.get(key);
      Difference now = new Difference(key, earlier == null ? prior : earlier.before(), after);
      byKey.put(key, now);
      bytes += now.bytes() - (earlier == null ? 0 : earlier.bytes());
      while (bytes > partBytesMax && byKey.size() > 1) {
        end = byKey.lastKey();
        bytes -= Objects.requireNonNull(byKey.pollLastEntry()).getValue().bytes();
      }
    }

    private boolean isMine(byte[] key) {
      return (before == null || Arrays.compareUnsigned(key, before) >= 0)
          && (end == null || Arrays.compareUnsigned(key, end) < 0);
    }
  }

  /// The caller may have gone, and the journal may be about to close.
  private static void requireTime() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server is stopping");
    }
  }
}
