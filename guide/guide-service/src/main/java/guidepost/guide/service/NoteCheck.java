package guidepost.guide.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.journal.EarlierState;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.nio.BufferUnderflowException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares the notes that are kept with the journal that they come from, at one revision.
final class NoteCheck {

  /// All notes that are kept.
  ///
  /// @param revision the state that they are of
  record Kept(long revision, List<Note> notes) {}

  private final Map<Long, Note> notes = new HashMap<>();
  private final Findings findings;
  private long stored;
  private long indexed;

  private NoteCheck(Kept kept, Findings findings) {
    kept.notes().forEach(note -> notes.put(note.sequence(), note));
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
                ledger.add(NoteStorage.note(key, value));
              } catch (InvalidProtocolBufferException
                  | BufferUnderflowException
                  | IllegalArgumentException e) {
                // Found again, and reported, when it is compared.
              }
            });
    return compare(new Kept(revision, ledger.all()), journal, findings);
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
    return indexed;
  }

  private void compare(byte[] key, byte[] value, long revision) {
    stored++;
    try {
      compare(key, value, NoteStorage.note(key, value), revision);
    } catch (InvalidProtocolBufferException
        | BufferUnderflowException
        | IllegalArgumentException e) {
      add("%s: is no note: %s".formatted(Findings.key(key), e.getMessage()));
    }
  }

  private void compare(byte[] key, byte[] value, Note note, long revision) {
    boolean canonical =
        Arrays.equals(key, NoteStorage.key(note.sequence()))
            && Arrays.equals(value, NoteStorage.value(note));
    if (!canonical) {
      add("note %d: is not stored as it must be".formatted(note.sequence()));
    } else if (note.sequence() != revision) {
      add("note %d: was written by revision %d, not its own".formatted(note.sequence(), revision));
    } else if (!isKept(note.sequence(), value)) {
      add("note %d: is stored, and not so kept".formatted(note.sequence()));
    } else {
      indexed++;
    }
  }

  private boolean isKept(long sequence, byte[] value) {
    Note kept = notes.get(sequence);
    return kept != null && Arrays.equals(value, NoteStorage.value(kept));
  }

  private void add(String finding) {
    findings.add(GuideService.NOTES_DOMAIN, finding);
  }
}
