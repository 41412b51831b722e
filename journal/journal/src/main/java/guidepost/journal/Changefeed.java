package guidepost.journal;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A domain's changes in the order of their revisions, for any number of watchers, each at a pace
/// of its own and without a gap.
///
/// The newest changes are kept in memory, decoded; older ones come out of the journal's log. A
/// watcher is no more than a [Cursor], so one that stands still costs nothing:
///
/// ```
///   log      … 41 42 43 44 45 46 47 48      until trimmed
///   kept                  45 46 47 48      the newest, at most CHANGES_KEPT_MAX changes
///                 ▲            ▲     ▲
///            behind: read    next   newest, published
/// ```
///
/// Threads: [#add] and [#publish] belong to the domain's writer; everything else is any thread's. A
/// cursor belongs to one thread at a time.
///
/// @param <C> a change
public final class Changefeed<C> {

  /// Changes kept in memory. 64 Ki routes are some 15 MB.
  public static final int CHANGES_KEPT_MAX = 65_536;

  /// Changes that a cursor takes out of the log at once; also what a cursor that is behind may
  /// hold.
  public static final int CHANGES_READ_MAX = 16_384;

  /// Makes a change of what is in the log.
  ///
  /// @param <C> a change
  @FunctionalInterface
  public interface Decoder<C> {
    /// The change of one key.
    ///
    /// @param value the new value; null is the tombstone
    /// @param prior what the key held before; null if nothing
    /// @return null if it is nothing that is watched
    @Nullable C change(long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior);
  }

  /// Changes of one revision.
  ///
  /// @param changes in order; none if the revision changed nothing that is watched
  /// @param isLast true if no further changes of this revision follow
  /// @param <C> a change
  public record Entry<C>(long revision, List<C> changes, boolean isLast) {}

  /// A batch that is too large to be taken at once.
  private record Large(long revision, Batch batch) {}

  private final Journal journal;
  private final Decoder<C> decoder;

  /// The one that was read last: a cursor that takes its next part need not read all of it again.
  /// It goes when memory is needed.
  private volatile SoftReference<Large> large = new SoftReference<>(null);

  private final ConcurrentSkipListMap<Long, Entry<C>> kept = new ConcurrentSkipListMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  // The writer's.
  private int changesKept;
  private long added;

  private volatile long newest;

  /// A changefeed of what comes after the journal's present revision; what came before is in its
  /// log.
  public Changefeed(Journal journal, Decoder<C> decoder) {
    this.journal = journal;
    this.decoder = decoder;
    this.newest = journal.revision();
    this.added = newest;
  }

  /// Takes the changes of the next revision, which is durable. Not seen before [#publish].
  public void add(long revision, List<C> changes) {
    kept.put(revision, new Entry<>(revision, changes, true));
    added = revision;
    changesKept += weight(changes);
    while (changesKept > CHANGES_KEPT_MAX) {
      changesKept -= weight(kept.pollFirstEntry().getValue().changes());
    }
  }

  private static int weight(List<?> changes) {
    return 1 + changes.size();
  }

  /// Shows everything added to the watchers, and tells the listeners.
  public void publish() {
    if (newest != added) {
      newest = added;
      listeners.forEach(Runnable::run);
    }
  }

  /// Has `listener` called on the writer's thread whenever there is something new; it must be
  /// short.
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  /// Which timeline its revisions are of: see [Journal#timeline].
  public long timeline() {
    return journal.timeline();
  }

  /// The newest revision that watchers see.
  public long newest() {
    return newest;
  }

  /// The oldest revision after which changes can be read, now.
  public long oldest() {
    return journal.oldestRevision() - 1;
  }

  /// A cursor that begins with what comes after a revision.
  ///
  /// @param afterRevision from 0 to [#newest]
  /// @param wanted the changes to be shown
  /// @throws TrimmedException if the log no longer has what comes after it
  public Cursor cursor(long afterRevision, Predicate<C> wanted) throws TrimmedException {
    if (!kept.containsKey(afterRevision + 1) && afterRevision < oldest()) {
      throw new TrimmedException(afterRevision, journal.oldestRevision());
    }
    return new Cursor(afterRevision, wanted);
  }

  /// The changes of a revision that watchers see, if they are still in memory; null if not.
  public @Nullable List<C> inMemory(long revision) {
    Entry<C> entry = revision > newest ? null : kept.get(revision);
    return entry == null ? null : entry.changes();
  }

  /// What a [Changefeed.Cursor] has next.
  public enum Next {
    /// An entry.
    ENTRY,
    /// Nothing: everything published was shown.
    NOTHING,
    /// What comes next is no longer in memory: [Changefeed.Cursor#read] it.
    BEHIND
  }

  /// A place among the changes.
  public final class Cursor {

    private final Predicate<C> wanted;
    private final Queue<Entry<C>> read = new ArrayDeque<>();
    // Everything up to this revision was taken or waits in `read`.
    private long last;
    // Changes of revision last + 1 that were read already, when it is too large to be read at once.
    private int skipped;

    private Cursor(long afterRevision, Predicate<C> wanted) {
      this.last = afterRevision;
      this.wanted = wanted;
    }

    /// True for a change that is shown.
    public boolean wants(C change) {
      return wanted.test(change);
    }

    /// What is next.
    public Next peek() {
      if (!read.isEmpty()) {
        return Next.ENTRY;
      }
      if (last >= newest) {
        return Next.NOTHING;
      }
      return skipped == 0 && kept.containsKey(last + 1) ? Next.ENTRY : Next.BEHIND;
    }

    /// The next entry.
    ///
    /// @return null if [#peek] would not say that there is one
    public @Nullable Entry<C> poll() {
      Entry<C> next = read.poll();
      if (next != null || skipped > 0 || last >= newest) {
        return next;
      }
      Entry<C> inMemory = kept.get(last + 1);
      if (inMemory == null) {
        return null;
      }
      last++;
      return new Entry<>(
          inMemory.revision(), inMemory.changes().stream().filter(wanted).toList(), true);
    }

    /// Passes over what is known not to be wanted; does nothing while changes that were read wait
    /// to be taken.
    ///
    /// @param revision up to which nothing is wanted
    /// @return true if nothing waits to be taken: then [#last] is how far the watcher is
    public boolean skipTo(long revision) {
      boolean isClear = read.isEmpty() && skipped == 0;
      if (isClear && revision > last) {
        last = Math.min(revision, newest);
      }
      return isClear;
    }

    /// The revision after which it goes on, but for entries that were read and not taken.
    public long last() {
      return last;
    }

    /// Revisions between what was taken and the newest.
    public long behind() {
      return newest - last;
    }

    /// Reads on in the log, some [#CHANGES_READ_MAX] changes: may wait for the disk.
    ///
    /// @throws TrimmedException if the log no longer has what comes next
    /// @throws JournalException if stored bytes cannot be read or fail their checksum
    public void read() throws JournalException {
      Large known = skipped > 0 ? large.get() : null;
      if (known != null && known.revision() == last + 1) {
        take(known.revision(), known.batch(), CHANGES_READ_MAX);
        return;
      }
      long shown = newest;
      int[] changes = {0};
      journal.read(
          last,
          (revision, time, batch) -> {
            if (revision > shown) {
              return false;
            }
            changes[0] += take(revision, batch, CHANGES_READ_MAX - changes[0]);
            return changes[0] < CHANGES_READ_MAX;
          });
    }

    /// @return number of changes looked at
    private int take(long revision, Batch batch, int atMost) {
      int from = skipped;
      int to = Math.min(batch.size(), from + atMost);
      List<C> changes = new ArrayList<>();
      batch.forEach(
          from,
          to,
          (key, value, prior) -> {
            C change = decoder.change(revision, key, value, prior);
            if (change != null && wanted.test(change)) {
              changes.add(change);
            }
          });
      boolean isLast = to == batch.size();
      skipped = isLast ? 0 : to;
      last = isLast ? revision : last;
      if (!isLast) {
        keep(revision, batch);
      }
      read.add(new Entry<>(revision, changes, isLast));
      return to - from;
    }

    private void keep(long revision, Batch batch) {
      Large kept = large.get();
      if (kept == null || kept.revision() != revision) {
        large = new SoftReference<>(new Large(revision, batch));
      }
    }
  }
}
