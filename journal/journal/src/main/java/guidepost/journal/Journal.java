package guidepost.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ordered, durable changelog of one domain: its latest value per key, and a retained log of
/// the batches that led there.
///
/// Revisions count from 1, one per batch, without holes; 0 is the empty beginning. Keys order as
/// unsigned bytes. Every batch has the time of its append in milliseconds; times never run
/// backwards from one revision to the next, whatever the clock does.
///
/// Threads: [#append], [#trim] and [#load] by one thread at a time; everything else by any thread,
/// also while appending.
public interface Journal {

  /// The revision of the last durable batch; 0 if there is none.
  long revision();

  /// Which timeline the revisions are of: a number, never 0, that was drawn when the store was
  /// made. A store that was restored or loaded has another one, since its revisions go on in
  /// another way than those of the store that it comes from.
  long timeline();

  /// The oldest revision whose batch is still in the log; `revision() + 1` if the log is empty.
  long oldestRevision();

  /// Bytes of the log.
  long logBytes();

  /// Makes batches durable, in order, with one fsync. Each gets the next revision, and each is
  /// atomic: after a crash it is there whole or not at all, and never without its predecessors.
  ///
  /// It ends in one of four ways; but for the first, nobody is shown any of the batches, and
  /// [#revision] is unchanged:
  ///
  /// | | what became of the batches | what comes next |
  /// |---|---|---|
  /// | durable: it returns | all are there | anything |
  /// | refused: a [JournalException] | none is there, or ever will be; with the reason OUTCOME_UNKNOWN they may be found when the store is opened the next time, not before | the next append may succeed |
  /// | unknown: an [UnsettledException] | a remote engine may have them, all or none | nothing may be appended until it is settled |
  /// | superseded: a [JournalException] with the reason SUPERSEDED | none is there, or ever will be | another server writes: none succeeds until this one [#leads] again |
  ///
  /// @param batches none of them empty
  /// @return the revision of the last batch
  /// @throws JournalException if not all of them are known to be durable: see above
  long append(List<Batch> batches) throws JournalException;

  /// The same for batches that were decided in view of a revision.
  ///
  /// @param revision the last one then
  /// @return the revision of the last batch
  /// @throws JournalException as [#append]; SUPERSEDED if another server has written since
  default long appendAfter(long revision, List<Batch> batches) throws JournalException {
    return append(batches);
  }

  /// True if this server writes the journal: always, unless several share it.
  default boolean leads() {
    return true;
  }

  /// Has `told` called whenever another server has written, or [#leads] has changed, on the thread
  /// that finds out: it must be short.
  default void onNews(Runnable told) {}

  /// Somebody waits for what another server has written: it is to be read soon.
  default void hurry() {}

  /// How long a writer may wait, before an append, for callers that it has just answered to come
  /// back: where an append is a round over a network, which costs several machines work, one for
  /// all of them is worth more than the wait.
  default Duration gathering() {
    return Duration.ZERO;
  }

  /// The latest values as of now, for as long as it is held.
  ///
  /// Cost: little; what is overwritten meanwhile stays on the disk until it is closed.
  ///
  /// @throws JournalException if it could not be taken
  Snapshot snapshot() throws JournalException;

  /// Shows the latest value of every key that has one, in key order, as of one revision.
  ///
  /// Cost: one pass over the live keys.
  ///
  /// @return the revision that this is the state of
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  default long replay(EntryVisitor visitor) throws JournalException {
    try (Snapshot snapshot = snapshot()) {
      snapshot.scan(
          new byte[0],
          null,
          (key, value, revision) -> {
            visitor.entry(key, value, revision);
            return true;
          });
      return snapshot.revision();
    }
  }

  /// Shows the same to several visitors at once: the keys are cut into ranges that take about as
  /// long as each other, and each range is shown in key order on a thread of its own.
  ///
  /// The arrays are lent: after the call that shows them they hold something else.
  ///
  /// Cost: one pass over the live keys, on as many processors as there are ranges.
  ///
  /// @param rangesMax at least 1
  /// @param visitors makes the visitor of each range, the one with the least keys first, before any
  ///   entry is shown
  /// @return the revision that this is the state of
  /// @throws JournalException if stored bytes cannot be read or fail their checksum: where several
  ///   ranges fail, that of the least keys. What a visitor throws is thrown in the same way.
  default long replay(int rangesMax, RangeVisitors visitors) throws JournalException {
    return replay(visitors.next(0));
  }

  /// Shows the retained batches with a revision greater than `afterRevision`, oldest first, until
  /// the newest one at the time of the call or until the visitor has seen enough. Trimming does not
  /// disturb a call under way.
  ///
  /// @throws TrimmedException if batches after `afterRevision` are no longer retained
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  void read(long afterRevision, BatchVisitor visitor) throws JournalException;

  /// Shows the batches with revisions up to `fromRevision` and greater than `afterRevision`, newest
  /// first: undone in this order they lead from the state at the one to the state at the other.
  ///
  /// @throws TrimmedException if batches after `afterRevision` are no longer retained
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor)
      throws JournalException;

  /// The newest revision that was there at a time; 0 before the first.
  ///
  /// Cost: a few reads.
  ///
  /// @throws TrimmedException if the log does not go back that far
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  long revisionAt(Instant time) throws JournalException;

  /// When a revision was appended; empty for 0 and for what is trimmed, except the last trimmed
  /// one.
  ///
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  Optional<Instant> timeOf(long revision) throws JournalException;

  /// Forgets the log up to and including `throughRevision`; the latest values stay.
  ///
  /// @throws JournalException if that could not be written
  void trim(long throughRevision) throws JournalException;

  /// Fills an empty journal with the state at a revision, faster than batches could. The log begins
  /// after it. A crash half-way leaves an empty journal.
  ///
  /// @param revision what the state is called, at least 1
  /// @param time when it was so
  /// @param source shows every entry, in key order, each with a revision of at most `revision`
  /// @throws IllegalStateException if the journal is not empty
  /// @throws JournalException if that could not be written
  void load(long revision, Instant time, EntrySource source) throws JournalException;

  /// The latest values as of one revision.
  ///
  /// Threads: one at a time.
  interface Snapshot extends AutoCloseable {

    /// The revision that this is the state of.
    long revision();

    /// The value of a key; empty if it has none.
    ///
    /// @throws JournalException if stored bytes cannot be read or fail their checksum
    Optional<Value> get(byte[] key) throws JournalException;

    /// Shows the entries of a range of keys, in order, until the visitor has seen enough.
    ///
    /// @param from first key of the range; empty for all
    /// @param to first key after the range; null for none
    /// @throws JournalException if stored bytes cannot be read or fail their checksum
    void scan(byte[] from, byte @Nullable [] to, RangeVisitor visitor) throws JournalException;

    @Override
    void close();
  }

  /// Takes the latest value of one key after the other.
  @FunctionalInterface
  interface EntryVisitor {
    /// One entry.
    ///
    /// @param revision the revision of the batch that wrote it
    void entry(byte[] key, byte[] value, long revision);
  }

  /// Makes a visitor for each range of a replay.
  @FunctionalInterface
  interface RangeVisitors {
    /// The visitor of the next range.
    ///
    /// @param entries about how many it will be shown: a guess, to reserve room by
    EntryVisitor next(long entries);
  }

  /// Takes one entry of a range after the other.
  @FunctionalInterface
  interface RangeVisitor {
    /// One entry.
    ///
    /// @param revision the revision of the batch that wrote it
    /// @return true to be shown the next one
    boolean entry(byte[] key, byte[] value, long revision);
  }

  /// Shows entries to a visitor.
  @FunctionalInterface
  interface EntrySource {
    /// Shows all of them.
    ///
    /// @throws JournalException if they cannot be had
    void forEach(EntryVisitor visitor) throws JournalException;
  }

  /// Takes one batch after the other.
  @FunctionalInterface
  interface BatchVisitor {
    /// One batch.
    ///
    /// @param time of its append
    /// @return true to be shown the next one
    boolean batch(long revision, Instant time, Batch batch);
  }
}
