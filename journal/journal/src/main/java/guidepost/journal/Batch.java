package guidepost.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes that become durable together or not at all: for each key a new value or a tombstone.
///
/// Changes apply in the order added; a later change of a key wins over an earlier one. Each says
/// what the key held before it, so that a batch can be undone as well as done: that is how earlier
/// revisions are shown. The arrays are not copied: the caller gives them away. Not thread-safe
/// until handed to a journal.
///
/// Threads: one, until it is handed to the journal; then any, and nobody changes it.
public final class Batch {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(byte[] key, byte @Nullable [] value, @Nullable Value prior) {}

  private final List<Change> changes = new ArrayList<>();
  private long bytes;

  /// Gives a value to a `key` that has none.
  ///
  /// @return this batch
  public Batch put(byte[] key, byte[] value) {
    return add(key, value, null);
  }

  /// Gives `key` another value.
  ///
  /// @param prior what it holds now; null if nothing. A key that this very batch has changed holds
  ///   what it gave it, written by the batch's own revision.
  /// @return this batch
  public Batch put(byte[] key, byte[] value, @Nullable Value prior) {
    return add(key, value, prior);
  }

  /// Removes a `key` that has no value: harmless, and worth nothing but its place in the log.
  ///
  /// @return this batch
  public Batch delete(byte[] key) {
    return add(key, null, null);
  }

  /// Removes `key`.
  ///
  /// @param prior what it holds now; null if nothing
  /// @return this batch
  public Batch delete(byte[] key, @Nullable Value prior) {
    return add(key, null, prior);
  }

  private Batch add(byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    if (key.length == 0 || key.length > 0xffff) {
      throw new IllegalArgumentException("key: must have 1 to 65535 bytes: " + key.length);
    }
    changes.add(new Change(key, value, prior));
    bytes += key.length + (value == null ? 0 : value.length);
    bytes += prior == null ? 0 : Long.BYTES + prior.bytes().length;
    return this;
  }

  /// Number of changes.
  public int size() {
    return changes.size();
  }

  /// True if nothing changes: such a batch gets no revision.
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /// Bytes of all keys and values, prior ones included.
  public long bytes() {
    return bytes;
  }

  /// Shows every change to `visitor`, in order.
  public void forEach(Visitor visitor) {
    changes.forEach(change -> visitor.change(change.key(), change.value(), change.prior()));
  }

  /// Shows the changes `from` to `to`, that one excluded, to `visitor`, in order.
  public void forEach(int from, int to, Visitor visitor) {
    for (Change change : changes.subList(from, to)) {
      visitor.change(change.key(), change.value(), change.prior());
    }
  }

  /// Shows every change to `visitor`, the last one first: the order in which to undo them.
  public void forEachBackwards(Visitor visitor) {
    changes
        .reversed()
        .forEach(change -> visitor.change(change.key(), change.value(), change.prior()));
  }

  /// Takes one change after the other.
  @FunctionalInterface
  public interface Visitor {
    /// One change.
    ///
    /// @param value the new value; null is the tombstone
    /// @param prior what the key held before; null if nothing
    void change(byte[] key, byte @Nullable [] value, @Nullable Value prior);
  }
}
