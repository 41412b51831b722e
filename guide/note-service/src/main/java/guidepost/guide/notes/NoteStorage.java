package guidepost.guide.notes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.SeedMessages;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteSeverity;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Unreadable;
import guidepost.seed.routeguide.RouteNote;
import guidepost.storage.v1.NoteEnd;
import guidepost.storage.v1.StoredNote;
import guidepost.storage.v1.StoredNoteKey;
import guidepost.storage.v1.StoredPoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;

/// How notes lie in their journal.
///
/// | key | value |
/// |---|---|
/// | the id in 8 bytes, most significant first | [StoredNote] |
/// | `k` and 16 bytes of a digest of author and idempotency key | [StoredNoteKey] |
///
/// Key order is therefore the order of all notes; the keys come after them.
final class NoteStorage {

  private static final byte KEY_MARK = 'k';
  private static final int DIGEST_BYTES = 16;

  private NoteStorage() {}

  static byte[] key(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }

  /// Of an idempotency key: 128 bits of SHA-256, which no two of them share.
  static ByteBuffer key(String author, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(author.length()).array());
      digest.update(author.getBytes(UTF_8));
      byte[] bytes = digest.digest(key.getBytes(UTF_8));
      return ByteBuffer.allocate(1 + DIGEST_BYTES).put(KEY_MARK).put(bytes, 0, DIGEST_BYTES).flip();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Of an idempotency key, by its digest.
  static byte[] keyOfKey(byte[] digest) {
    return ByteBuffer.allocate(1 + digest.length).put(KEY_MARK).put(digest).array();
  }

  /// The digest in the key of an idempotency key.
  static byte[] digest(byte[] key) {
    return Arrays.copyOfRange(key, 1, key.length);
  }

  /// True if it is the key of an idempotency key.
  static boolean isKeyOfKey(byte[] key) {
    return key.length == 1 + DIGEST_BYTES && key[0] == KEY_MARK;
  }

  static byte[] value(Note note) {
    return value(note, NoteEnd.NOTE_END_UNSPECIFIED);
  }

  /// A note's last state and how it ended.
  static byte[] value(Note note, NoteEnd end) {
    NoteDetails details = note.details();
    StoredNote.Builder stored =
        StoredNote.newBuilder()
            .setLatitudeE7(note.message().getLocation().getLatitude())
            .setLongitudeE7(note.message().getLocation().getLongitude())
            .setMessage(note.message().getMessage())
            .setCreatedUnixMs(note.createdMillis())
            .setKind(details.kind())
            .setAuthor(details.author())
            .setSeverity(details.severity().getNumber())
            .setExpiresUnixMs(storedEnd(note))
            .addAllConfirmedBy(details.confirmedBy())
            .addAllDeniedBy(details.deniedBy())
            .setEnd(end);
    details.onward().forEach(point -> stored.addOnward(stored(point)));
    details.heading().ifPresent(stored::setHeadingDegrees);
    return stored.build().toByteArray();
  }

  /// A chat's note has the TTL that kind text has now, until somebody confirms or denies it.
  private static long storedEnd(Note note) {
    NoteDetails details = note.details();
    boolean untouched = details.confirmedBy().isEmpty() && details.deniedBy().isEmpty();
    boolean implied = details.kind().isEmpty() && untouched;
    return implied || note.expiresMillis() == Note.NEVER ? 0 : note.expiresMillis();
  }

  private static StoredPoint stored(Point point) {
    return StoredPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  static byte[] value(NoteKeys.Used used) {
    return StoredNoteKey.newBuilder()
        .setNote(used.note())
        .setPostedUnixMs(used.postedMillis())
        .build()
        .toByteArray();
  }

  /// Fills an empty ledger with the journal's latest state and publishes it.
  ///
  /// @param textTtl that of a chat's notes
  /// @return the revision that this is the state of
  static long load(Journal journal, NoteLedger ledger, Duration textTtl) throws JournalException {
    Unreadable unreadable = new Unreadable("notes");
    long last =
        journal.replay(
            (key, value, revision) -> {
              try {
                load(key, value, revision, ledger, textTtl);
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

  /// Adds one entry to a ledger.
  static void load(byte[] key, byte[] value, long revision, NoteLedger ledger, Duration textTtl)
      throws InvalidProtocolBufferException {
    if (isKeyOfKey(key)) {
      ledger.keys().add(used(key, value));
    } else {
      ledger.add(note(key, value, revision, textTtl));
    }
  }

  static NoteKeys.Used used(byte[] key, byte[] value) throws InvalidProtocolBufferException {
    StoredNoteKey stored = StoredNoteKey.parseFrom(value);
    return new NoteKeys.Used(ByteBuffer.wrap(key), stored.getNote(), stored.getPostedUnixMs());
  }

  /// @throws BufferUnderflowException if the key is too short
  static Note note(byte[] key, byte[] value, long revision, Duration textTtl)
      throws InvalidProtocolBufferException {
    return note(id(key), StoredNote.parseFrom(value), revision, textTtl);
  }

  /// @throws BufferUnderflowException if the key is too short
  static long id(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  static Note note(long id, StoredNote stored, long revision, Duration textTtl) {
    Point point = new Point(stored.getLatitudeE7(), stored.getLongitudeE7());
    RouteNote message = SeedMessages.note(point, stored.getMessage());
    return new Note(
        id,
        revision,
        stored.getCreatedUnixMs(),
        end(stored, textTtl),
        point.canonical(),
        message,
        details(stored));
  }

  private static long end(StoredNote stored, Duration textTtl) {
    if (stored.getExpiresUnixMs() != 0) {
      return stored.getExpiresUnixMs();
    }
    return stored.getKind().isEmpty() ? Note.end(stored.getCreatedUnixMs(), textTtl) : Note.NEVER;
  }

  private static NoteDetails details(StoredNote stored) {
    boolean plain =
        stored.getKind().isEmpty()
            && stored.getConfirmedByCount() == 0
            && stored.getDeniedByCount() == 0;
    return plain
        ? NoteDetails.ofChat(stored.getAuthor())
        : new NoteDetails(
            stored.getKind(),
            stored.getAuthor(),
            NoteSeverity.forNumber(stored.getSeverity()),
            stored.getOnwardList().stream()
                .map(point -> new Point(point.getLatitudeE7(), point.getLongitudeE7()))
                .toList(),
            stored.hasHeadingDegrees()
                ? OptionalInt.of(stored.getHeadingDegrees())
                : OptionalInt.empty(),
            stored.getConfirmedByList(),
            stored.getDeniedByList());
  }

  /// What subscribers are told of such an end.
  static NoteEvent.Type type(NoteEnd end) {
    return switch (end) {
      case NOTE_END_CLOSED -> NoteEvent.Type.TYPE_CLOSED;
      case NOTE_END_EVICTED -> NoteEvent.Type.TYPE_EVICTED;
      case NOTE_END_UNSPECIFIED, UNRECOGNIZED -> NoteEvent.Type.TYPE_EXPIRED;
    };
  }
}
