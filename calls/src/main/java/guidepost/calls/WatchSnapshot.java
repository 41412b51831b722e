package guidepost.calls;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The snapshot that a watch begins with: messages with what is wanted, and then the mark of the
/// end. It looks at so many entries and no more before others have their turn, however few of them
/// are wanted.
///
/// Threads: one at a time.
///
/// @param <E> an entry
/// @param <P> an entry as it is told
/// @param <M> a message
public final class WatchSnapshot<E, P extends MessageLite, M> implements Streaming.Search<M> {

  /// Entries in a message.
  private static final int ENTRIES_MAX = 512;

  /// A message is full beyond this: big entries must not make one that no client takes.
  private static final int MESSAGE_BYTES = 256 * 1024;

  /// Entries that one turn looks at: some tens of microseconds.
  private static final int LOOKS_MAX = 1_024;

  private final Iterator<E> entries;
  private final Predicate<? super E> wanted;
  private final Function<? super E, P> told;
  private final Function<List<P>, M> part;
  private final LongFunction<M> end;
  private List<P> gathered = new ArrayList<>();
  private int bytes;
  private long count;
  private boolean over;

  /// A snapshot of entries.
  ///
  /// @param wanted which of them
  /// @param told makes an entry what it is told as
  /// @param part makes a message of some
  /// @param end makes the mark of the end; takes how many there were
  public WatchSnapshot(
      Iterator<E> entries,
      Predicate<? super E> wanted,
      Function<? super E, P> told,
      Function<List<P>, M> part,
      LongFunction<M> end) {
    this.entries = entries;
    this.wanted = wanted;
    this.told = told;
    this.part = part;
    this.end = end;
  }

  /// No snapshot at all: no mark of its end either.
  ///
  /// @param <M> a message
  public static <M> Streaming.Search<M> none() {
    return new Streaming.Search<>() {
      @Override
      public @Nullable M look() {
        return null;
      }

      @Override
      public boolean isOver() {
        return true;
      }
    };
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public @Nullable M look() {
    for (int looks = 0; !isFull() && entries.hasNext(); looks++) {
      if (looks == LOOKS_MAX) {
        return null;
      }
      take(entries.next());
    }
    return gathered.isEmpty() ? end() : part();
  }

  private boolean isFull() {
    return gathered.size() == ENTRIES_MAX || bytes >= MESSAGE_BYTES;
  }

  private void take(E entry) {
    if (wanted.test(entry)) {
      P message = told.apply(entry);
      bytes += message.getSerializedSize();
      gathered.add(message);
    }
  }

  private M part() {
    M full = part.apply(gathered);
    count += gathered.size();
    gathered = new ArrayList<>();
    bytes = 0;
    return full;
  }

  private M end() {
    over = true;
    return end.apply(count);
  }
}
