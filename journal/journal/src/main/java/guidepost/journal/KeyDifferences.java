package guidepost.journal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What became of a journal's keys from one revision to a later one: not the steps, but what they
/// came to, out of its log.
///
/// Cost: some microseconds a change between the two, and the memory of every key that changed.
public final class KeyDifferences {

  private KeyDifferences() {}

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
  }

  /// The differences in the order of the keys.
  ///
  /// @param to not before `from`
  /// @param wanted which keys
  /// @throws CompactedException if the log does not go back that far
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  /// @throws CancellationException if the thread was interrupted
  public static List<Difference> between(
      Journal journal, long from, long to, Predicate<byte[]> wanted) throws JournalException {
    Map<byte[], Difference> byKey = new TreeMap<>(Arrays::compareUnsigned);
    if (from < to) {
      journal.read(
          from,
          (revision, time, batch) -> {
            requireTime();
            batch.forEach(
                (key, value, prior) -> {
                  if (wanted.test(key)) {
                    note(byKey, key, value == null ? null : new Value(revision, value), prior);
                  }
                });
            return revision < to;
          });
    }
    return byKey.values().stream().filter(each -> !each.isNone()).toList();
  }

  private static void note(
      Map<byte[], Difference> byKey, byte[] key, @Nullable Value after, @Nullable Value prior) {
    Difference earlier = byKey.get(key);
    byKey.put(key, new Difference(key, earlier == null ? prior : earlier.before(), after));
  }

  /// Who asked may be gone, and the journal about to close.
  private static void requireTime() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server is stopping");
    }
  }
}
