package guidepost.guide.notes;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import guidepost.calls.StoredDomain;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.storage.v1.DumpedNote;
import guidepost.storage.v1.DumpedNoteKey;
import guidepost.storage.v1.StoredNote;
import guidepost.storage.v1.StoredNoteKey;
import java.util.Optional;

/// What the notes' journal holds: notes, and the idempotency keys that they were posted with.
///
/// Threads: any.
final class StoredNotes implements StoredDomain {

  /// The journal domain that notes are in.
  static final String NAME = "notes";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long verify(Journal journal, Findings findings) throws JournalException {
    return NoteCheck.compareNew(journal, findings);
  }

  @Override
  public Optional<Message> line(byte[] key, byte[] value, long revision) {
    try {
      if (NoteStorage.isKeyOfKey(key)) {
        return Optional.of(noteKey(key, value, revision));
      }
      return key.length == Long.BYTES ? Optional.of(note(key, value, revision)) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static DumpedNoteKey noteKey(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return DumpedNoteKey.newBuilder()
        .setDigest(ByteString.copyFrom(NoteStorage.digest(key)))
        .setValue(StoredNoteKey.parseFrom(value))
        .setRevision(revision)
        .build();
  }

  private static DumpedNote note(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return DumpedNote.newBuilder()
        .setId(NoteStorage.id(key))
        .setValue(StoredNote.parseFrom(value))
        .setRevision(revision)
        .build();
  }

  @Override
  public boolean entry(Message line, Journal.EntryVisitor visitor) {
    switch (line) {
      case DumpedNote note ->
          visitor.entry(
              NoteStorage.key(note.getId()), note.getValue().toByteArray(), note.getRevision());
      case DumpedNoteKey key ->
          visitor.entry(stored(key), key.getValue().toByteArray(), key.getRevision());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static byte[] stored(DumpedNoteKey key) {
    byte[] stored = NoteStorage.keyOfKey(key.getDigest().toByteArray());
    if (!NoteStorage.isKeyOfKey(stored)) {
      throw new IllegalArgumentException("digest: must have 16 bytes: " + key.getDigest().size());
    }
    return stored;
  }
}
