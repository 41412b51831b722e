package guidepost.guide.notes;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.journal.EarlierState;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares the notes that are kept with the journal that they come from, at one revision.
final class NoteCheck {

  /// All notes that are kept.
  ///
  /// @param revision the state that they are of
  /// @param keys idempotency keys by digest
  record Kept(long revision, List<Note> notes, Map<ByteBuffer, NoteKeys.Used> keys) {}

  /// What words live for is no part of what is stored.
  private static final Duration ANY_LIFE = Duration.ofDays(1);

  private final Map<Long, Note> notes = new HashMap<>();
  private final Map<ByteBuffer, NoteKeys.Used> keys;
  private final Findings findings;
  private long stored;
  private long storedKeys;
  private long indexed;

  private NoteCheck(Kept kept, Findings findings) {
    kept.notes().forEach(note -> notes.put(note.id(), note));
    this.keys = kept.keys();
    this.findings = findings;
  }

  /// Compares notes in use.
  ///
  /// @return notes that are kept as they are stored
  static long compare(Kept kept, Journal journal, Findings findings) throws JournalException {
    try (Journal.Snapshot state = EarlierState.at(journal, kept.revision())) {
      return new NoteCheck(kept, findings).run(state);
    }
  }

  /// Reads all notes of a journal.
  ///
  /// @return notes that are stored as they must be
  static long compareNew(Journal journal, Findings findings) throws JournalException {
    NoteLedger ledger = new NoteLedger();
    long revision =
        journal.replay(
            (key, value, at) -> {
              try {
                NoteStorage.load(key, value, at, ledger, ANY_LIFE);
              } catch (InvalidProtocolBufferException
                  | BufferUnderflowException
                  | IllegalArgumentException e) {
                // Found again, and reported, when it is compared.
              }
            });
    return compare(new Kept(revision, ledger.all(), ledger.keys().all()), journal, findings);
  }

  private long run(Journal.Snapshot state) throws JournalException {
    state.scan(
        new byte[0],
        null,
        (key, value, revision) -> {
          compare(key, value, revision);
          return true;
        });
    if (notes.size() != stored) {
      add("%d notes are kept, %d are stored".formatted(notes.size(), stored));
    }
    if (keys.size() != storedKeys) {
      add("%d keys of posts are kept, %d are stored".formatted(keys.size(), storedKeys));
    }
    return indexed;
  }

  private void compare(byte[] key, byte[] value, long revision) {
    try {
      if (NoteStorage.isKeyOfKey(key)) {
        storedKeys++;
        compareKey(key, value, revision);
      } else {
        stored++;
        compare(key, value, NoteStorage.note(key, value, revision, ANY_LIFE));
      }
    } catch (InvalidProtocolBufferException
        | BufferUnderflowException
        | IllegalArgumentException e) {
      add("%s: is no note: %s".formatted(Findings.key(key), e.getMessage()));
    }
  }

  private void compare(byte[] key, byte[] value, Note note) {
    boolean canonical =
        Arrays.equals(key, NoteStorage.key(note.id()))
            && Arrays.equals(value, NoteStorage.value(note));
    if (!canonical) {
      add("note %d: is not stored as it must be".formatted(note.id()));
    } else if (note.id() > note.revision()) {
      add(
          "note %d: was written by revision %d, before its own"
              .formatted(note.id(), note.revision()));
    } else if (!isKept(note, value)) {
      add("note %d: is stored, and not so kept".formatted(note.id()));
    } else {
      indexed++;
    }
  }

  private boolean isKept(Note note, byte[] value) {
    Note kept = notes.get(note.id());
    return kept != null
        && kept.revision() == note.revision()
        && Arrays.equals(value, NoteStorage.value(kept));
  }

  private void compareKey(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    NoteKeys.Used used = NoteStorage.used(key, value);
    boolean kept = used.equals(keys.get(used.digest())) && used.note() == revision;
    if (!kept || !Arrays.equals(value, NoteStorage.value(used))) {
      add("%s: is stored, and not so kept".formatted(Findings.key(key)));
    } else {
      indexed++;
    }
  }

  private void add(String finding) {
    findings.add(StoredNotes.NAME, finding);
  }
}
