package guidepost.guide.notes;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.notes.NoteDomain.Happened;
import guidepost.guide.v1.NoteEvent;
import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.TrimmedException;
import guidepost.journal.Value;
import guidepost.storage.v1.NoteEnd;
import guidepost.storage.v1.StoredNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened to notes, read back out of their journal's log.
///
/// A batch says what each key holds after and held before, which is all that there is to know:
///
/// | in the batch | happened |
/// |---|---|
/// | a value, nothing before | ADDED |
/// | a value, another before | UPDATED if a denial came, else CONFIRMED |
/// | a value with an end, then its tombstone | CLOSED, EVICTED |
/// | a tombstone alone | EXPIRED |
///
/// Threads: any; reads the disk.
final class NoteLog {

  /// Batches read for one page: bounds how long a page keeps the others waiting.
  private static final int BATCHES_MAX = 4_096;

  /// Changes in a page: bounds its memory.
  private static final int CHANGES_MAX = 1_024;

  /// Bytes of stored notes in a page, and one batch more: bounds the memory of large ones.
  private static final long BYTES_MAX = 1 << 20;

  /// @param through the last revision that it looked at
  record Page(List<Happened> happened, long through) {}

  private final Journal journal;
  private final Duration textTtl;

  NoteLog(Journal journal, Duration textTtl) {
    this.journal = journal;
    this.textTtl = textTtl;
  }

  long revision() {
    return journal.revision();
  }

  /// Which timeline the revisions are of.
  long timeline() {
    return journal.timeline();
  }

  /// The oldest revision that can be resumed after.
  long oldest() {
    return journal.oldestRevision() - 1;
  }

  /// The next that happened, up to a bound.
  ///
  /// @param after the revision after which to begin
  /// @param through the last one to look at
  /// @throws TrimmedException if the log does not go back that far
  /// @throws JournalException if stored bytes cannot be read
  Page read(long after, long through) throws JournalException {
    Reader reader = new Reader(after, through);
    journal.read(after, (revision, time, batch) -> reader.take(revision, batch));
    if (reader.unreadable != null) {
      throw reader.unreadable;
    }
    return new Page(reader.happened, reader.through);
  }

  private final class Reader {
    private final List<Happened> happened = new ArrayList<>();
    private final long last;
    private long through;
    private int batches;
    private int changes;
    private long bytes;
    private @Nullable JournalException unreadable;

    Reader(long after, long last) {
      this.through = after;
      this.last = last;
    }

    boolean take(long revision, Batch batch) {
      if (revision > last) {
        return false;
      }
      List<NoteChange> changed = new ArrayList<>();
      batch.forEach((key, value, prior) -> add(changed, revision, key, value, prior));
      if (!changed.isEmpty()) {
        happened.add(new Happened(revision, changed));
      }
      through = revision;
      batches++;
      changes += changed.size();
      return unreadable == null && !isFull();
    }

    private boolean isFull() {
      return batches == BATCHES_MAX || changes >= CHANGES_MAX || bytes >= BYTES_MAX;
    }

    private void add(
        List<NoteChange> changed,
        long revision,
        byte[] key,
        byte @Nullable [] value,
        @Nullable Value prior) {
      if (NoteStorage.isKeyOfKey(key)) {
        return;
      }
      bytes += value == null ? 0 : value.length;
      bytes += prior == null ? 0 : prior.bytes().length;
      try {
        NoteChange change = change(NoteStorage.id(key), revision, value, prior, textTtl);
        if (change != null) {
          changed.add(change);
        }
      } catch (InvalidProtocolBufferException | RuntimeException e) {
        unreadable =
            new JournalException(
                JournalException.Reason.CORRUPT,
                "notes: revision %d of the log cannot be read: %s"
                    .formatted(revision, e.getMessage()),
                e);
      }
    }
  }

  /// What happened to one note.
  ///
  /// @param textTtl that of a chat's notes
  /// @return null for a tombstone whose end was told with the value before it
  static @Nullable NoteChange change(
      long id, long revision, byte @Nullable [] value, @Nullable Value prior, Duration textTtl)
      throws InvalidProtocolBufferException {
    StoredNote before = prior == null ? null : StoredNote.parseFrom(prior.bytes());
    if (value != null) {
      return change(id, revision, StoredNote.parseFrom(value), before, textTtl);
    }
    if (prior == null || before == null || before.getEnd() != NoteEnd.NOTE_END_UNSPECIFIED) {
      return null;
    }
    Note last = NoteStorage.note(id, before, prior.revision(), textTtl);
    return new NoteChange(NoteEvent.Type.TYPE_EXPIRED, last);
  }

  private static NoteChange change(
      long id, long revision, StoredNote after, @Nullable StoredNote before, Duration textTtl) {
    Note note = NoteStorage.note(id, after, revision, textTtl);
    if (after.getEnd() != NoteEnd.NOTE_END_UNSPECIFIED) {
      return new NoteChange(NoteStorage.type(after.getEnd()), note);
    }
    if (before == null) {
      return new NoteChange(NoteEvent.Type.TYPE_ADDED, note);
    }
    boolean denied = after.getDeniedByCount() > before.getDeniedByCount();
    return new NoteChange(
        denied ? NoteEvent.Type.TYPE_UPDATED : NoteEvent.Type.TYPE_CONFIRMED, note);
  }
}
