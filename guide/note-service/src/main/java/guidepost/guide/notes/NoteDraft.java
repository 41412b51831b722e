package guidepost.guide.notes;

import guidepost.guide.notes.NoteKeys.Used;
import guidepost.guide.v1.NoteEvent;
import guidepost.journal.Batch;
import guidepost.journal.Value;
import guidepost.storage.v1.NoteEnd;
import java.util.ArrayList;
import java.util.List;

/// One decision of the notes while it is made: keeps the ledger, the batch and the list of what
/// happened in step.
///
/// Threads: the writer of its domain.
final class NoteDraft {

  private final NoteLedger ledger;
  private final long revision;
  private final Batch batch;
  private final List<NoteChange> changes = new ArrayList<>();

  /// @param revision the revision that the batch gets
  NoteDraft(NoteLedger ledger, long revision, Batch batch) {
    this.ledger = ledger;
    this.revision = revision;
    this.batch = batch;
  }

  long revision() {
    return revision;
  }

  List<NoteChange> changes() {
    return changes;
  }

  /// Changes of keys so far.
  int size() {
    return batch.size();
  }

  long bytes() {
    return batch.bytes();
  }

  void add(Note note) {
    ledger.add(note);
    batch.put(NoteStorage.key(note.id()), NoteStorage.value(note));
    changes.add(new NoteChange(NoteEvent.Type.TYPE_ADDED, note));
  }

  /// A note has another state.
  void change(NoteEvent.Type type, Note before, Note after) {
    ledger.change(after);
    batch.put(NoteStorage.key(after.id()), NoteStorage.value(after), prior(before));
    changes.add(new NoteChange(type, after));
  }

  /// A note's TTL is over.
  void expire(Note note) {
    ledger.remove(note);
    batch.delete(NoteStorage.key(note.id()), prior(note));
    changes.add(new NoteChange(NoteEvent.Type.TYPE_EXPIRED, note));
  }

  /// A note has ended early. Its last state goes into the log with the reason, and its tombstone
  /// after it.
  ///
  /// @param last its last state; may be the one it has
  void end(NoteEnd why, Note before, Note last) {
    ledger.remove(before);
    byte[] key = NoteStorage.key(before.id());
    byte[] lastWords = NoteStorage.value(last, why);
    batch.put(key, lastWords, prior(before));
    batch.delete(key, new Value(revision, lastWords));
    changes.add(new NoteChange(NoteStorage.type(why), last));
  }

  private static Value prior(Note note) {
    return new Value(note.revision(), NoteStorage.value(note));
  }

  void add(Used used) {
    ledger.keys().add(used);
    batch.put(used.digest().array(), NoteStorage.value(used));
  }

  void remove(Used used) {
    ledger.keys().remove(used);
    batch.delete(used.digest().array(), new Value(used.note(), NoteStorage.value(used)));
  }
}
