package guidepost.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes that become durable together or not at all: for each key a new value or a tombstone.
///
/// Changes apply in the order added; a later change of a key wins over an earlier one. The arrays
/// are not copied: the caller gives them away. Not thread-safe until handed to a journal.
public final class Batch {

  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte @Nullable []> values = new ArrayList<>();
  private long bytes;

  /// Gives `key` a new value.
  ///
  /// @return this batch
  public Batch put(byte[] key, byte[] value) {
    return add(key, value);
  }

  /// Removes `key`; harmless where there is no such key.
  ///
  /// @return this batch
  public Batch delete(byte[] key) {
    return add(key, null);
  }

  private Batch add(byte[] key, byte @Nullable [] value) {
    if (key.length == 0) {
      throw new IllegalArgumentException("key: must not be empty");
    }
    keys.add(key);
    values.add(value);
    bytes += key.length + (value == null ? 0 : value.length);
    return this;
  }

  /// Number of changes.
  public int size() {
    return keys.size();
  }

  /// True if nothing changes: such a batch gets no revision.
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /// Bytes of all keys and values.
  public long bytes() {
    return bytes;
  }

  /// Shows every change to `visitor`, in order.
  public void forEach(Visitor visitor) {
    for (int i = 0; i < keys.size(); i++) {
      visitor.change(keys.get(i), values.get(i));
    }
  }

  /// Takes one change after the other.
  @FunctionalInterface
  public interface Visitor {
    /// One change.
    ///
    /// @param value the new value; null is the tombstone
    void change(byte[] key, byte @Nullable [] value);
  }
}
