package guidepost.guide.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Point;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.seed.routeguide.RouteNote;
import guidepost.storage.v1.StoredNote;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// How notes lie in their journal: the key is the sequence in 8 bytes, most significant first, so
/// that key order is the order of all notes; the value is a [StoredNote].
final class NoteStorage {

  private NoteStorage() {}

  static byte[] key(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }

  static byte[] value(Note note) {
    return StoredNote.newBuilder()
        .setLatitudeE7(note.message().getLocation().getLatitude())
        .setLongitudeE7(note.message().getLocation().getLongitude())
        .setMessage(note.message().getMessage())
        .setCreatedUnixMs(note.createdMillis())
        .build()
        .toByteArray();
  }

  /// Fills an empty ledger with the journal's latest state and publishes it.
  ///
  /// @return the revision that this is the state of
  static long load(Journal journal, NoteLedger ledger) throws JournalException {
    Unreadable unreadable = new Unreadable("notes");
    long last =
        journal.replay(
            (key, value, revision) -> {
              try {
                ledger.add(note(key, value));
              } catch (InvalidProtocolBufferException
                  | BufferUnderflowException
                  | IllegalArgumentException e) {
                unreadable.note("of revision " + revision, e);
              }
            });
    unreadable.throwIfAny();
    ledger.publish();
    return last;
  }

  /// @throws BufferUnderflowException if the key is too short
  static Note note(byte[] key, byte[] value) throws InvalidProtocolBufferException {
    long sequence = ByteBuffer.wrap(key).getLong();
    StoredNote stored = StoredNote.parseFrom(value);
    Point point = new Point(stored.getLatitudeE7(), stored.getLongitudeE7());
    RouteNote message = SeedMessages.note(point, stored.getMessage());
    return new Note(sequence, stored.getCreatedUnixMs(), point.canonical(), message);
  }
}
