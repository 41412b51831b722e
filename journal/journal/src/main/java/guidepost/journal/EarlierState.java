package guidepost.journal;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The latest values as they were at an earlier revision: the present ones, with what changed since
/// undone.
///
/// Cost: memory for every key that changed since, so it is meant for a revision of a moment ago.
///
/// Threads: one at a time.
public final class EarlierState implements Journal.Snapshot {

  private final Journal.Snapshot now;
  private final long revision;
  private final TreeMap<byte[], Optional<Value>> undone = new TreeMap<>(Arrays::compareUnsigned);

  private EarlierState(Journal.Snapshot now, long revision) {
    this.now = now;
    this.revision = revision;
  }

  /// The state at a revision.
  ///
  /// @param revision not after the newest, and still in the log or just before it
  /// @throws TrimmedException if the log does not go back that far
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  public static EarlierState at(Journal journal, long revision) throws JournalException {
    EarlierState state = new EarlierState(journal.snapshot(), revision);
    try {
      state.undo(journal);
      return state;
    } catch (JournalException | RuntimeException e) {
      state.close();
      throw e;
    }
  }

  private void undo(Journal journal) throws JournalException {
    if (revision > now.revision()) {
      throw new IllegalArgumentException(
          "revision: must not be after the newest, %d: %d".formatted(now.revision(), revision));
    }
    if (revision == now.revision()) {
      return;
    }
    journal.readBackwards(
        now.revision(),
        revision,
        (at, time, batch) -> {
          batch.forEachBackwards(
              (key, value, prior) -> undone.put(key, Optional.ofNullable(prior)));
          return true;
        });
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public Optional<Value> get(byte[] key) throws JournalException {
    Optional<Value> earlier = undone.get(key);
    return earlier == null ? now.get(key) : earlier;
  }

  @Override
  public void scan(byte[] from, byte @Nullable [] to, Journal.RangeVisitor visitor)
      throws JournalException {
    NavigableMap<byte[], Optional<Value>> range =
        to == null ? undone.tailMap(from, true) : undone.subMap(from, true, to, false);
    Merge merge = new Merge(new TreeMap<>(range), visitor);
    now.scan(from, to, merge::present);
    merge.rest();
  }

  /// Shows what was undone in its place among what was not.
  private static final class Merge {
    private final NavigableMap<byte[], Optional<Value>> waiting;
    private final Journal.RangeVisitor visitor;
    private boolean wanted = true;

    Merge(NavigableMap<byte[], Optional<Value>> waiting, Journal.RangeVisitor visitor) {
      this.waiting = waiting;
      this.visitor = visitor;
    }

    boolean present(byte[] key, byte[] value, long revision) {
      while (wanted && !waiting.isEmpty() && Arrays.compareUnsigned(waiting.firstKey(), key) < 0) {
        show(waiting.pollFirstEntry());
      }
      Optional<Value> earlier = waiting.remove(key);
      if (!wanted) {
        return false;
      }
      if (earlier == null) {
        wanted = visitor.entry(key, value, revision);
      } else {
        show(Map.entry(key, earlier));
      }
      return wanted;
    }

    private void show(Map.Entry<byte[], Optional<Value>> earlier) {
      earlier
          .getValue()
          .ifPresent(
              value -> wanted = visitor.entry(earlier.getKey(), value.bytes(), value.revision()));
    }

    void rest() {
      while (wanted && !waiting.isEmpty()) {
        show(waiting.pollFirstEntry());
      }
    }
  }

  @Override
  public void close() {
    now.close();
  }
}
