package guidepost.journal;

import java.util.List;

/// The ordered, durable changelog of one domain: its latest value per key, and a retained log of
/// the batches that led there.
///
/// Revisions count from 1, one per batch, without holes; 0 is the empty beginning. Keys order as
/// unsigned bytes.
///
/// Threads: [#append] and [#trim] by one thread at a time; everything else by any thread, also
/// while appending.
public interface Journal {

  /// The revision of the last durable batch; 0 if there is none.
  long revision();

  /// The oldest revision whose batch is still in the log; `revision() + 1` if the log is empty.
  long oldestRevision();

  /// Makes batches durable, in order, with one sync. Each gets the next revision, and each is
  /// atomic: after a crash it is there whole or not at all, and never without its predecessors.
  ///
  /// @param batches none of them empty
  /// @return the revision of the last batch
  /// @throws JournalException if not all of them are known to be durable; then none may be
  ///   acknowledged, and [#revision] is unchanged
  long append(List<Batch> batches) throws JournalException;

  /// Shows the latest value of every key that has one, in key order, as of one revision.
  ///
  /// Cost: one pass over the live keys.
  ///
  /// @return the revision that this is the state of
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  long replay(EntryVisitor visitor) throws JournalException;

  /// Shows the retained batches with a revision greater than `afterRevision`, oldest first, until
  /// the newest one at the time of the call or until the visitor has seen enough.
  ///
  /// @throws CompactedException if batches after `afterRevision` are no longer retained
  /// @throws JournalException if stored bytes cannot be read or fail their checksum
  void read(long afterRevision, BatchVisitor visitor) throws JournalException;

  /// Forgets the log up to and including `throughRevision`; the latest values stay.
  ///
  /// @throws JournalException if that could not be written
  void trim(long throughRevision) throws JournalException;

  /// Takes the latest value of one key after the other.
  @FunctionalInterface
  interface EntryVisitor {
    /// One entry.
    ///
    /// @param revision the revision of the batch that wrote it
    void entry(byte[] key, byte[] value, long revision);
  }

  /// Takes one batch after the other.
  @FunctionalInterface
  interface BatchVisitor {
    /// One batch.
    ///
    /// @return true to be shown the next one
    boolean batch(long revision, Batch batch);
  }
}
