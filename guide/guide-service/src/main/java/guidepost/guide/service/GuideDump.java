package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.journal.Journal;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedFeature;
import guidepost.storage.v1.DumpedFixes;
import guidepost.storage.v1.DumpedNote;
import guidepost.storage.v1.DumpedNoteKey;
import guidepost.storage.v1.DumpedTrip;
import guidepost.storage.v1.StoredFeature;
import guidepost.storage.v1.StoredFixes;
import guidepost.storage.v1.StoredNote;
import guidepost.storage.v1.StoredNoteKey;
import guidepost.storage.v1.StoredTrip;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/// Entries of the guide's journals as lines of a dump, and back.
///
/// Threads: any.
public final class GuideDump {

  private GuideDump() {}

  /// The line of an entry of a domain of the guide.
  ///
  /// @return empty if the entry is not as this program writes it: then only its bytes tell all
  public static Optional<DumpLine> line(String domain, byte[] key, byte[] value, long revision) {
    try {
      return unproved(domain, key, value, revision).flatMap(line -> proved(line, key, value));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Optional<DumpLine> unproved(String domain, byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return switch (domain) {
      case GuideService.FEATURES_DOMAIN -> Optional.of(featureLine(key, value, revision));
      case GuideService.NOTES_DOMAIN -> noteLine(key, value, revision);
      case GuideService.TRIPS_DOMAIN -> tripLine(key, value, revision);
      default -> Optional.empty();
    };
  }

  private static DumpLine featureLine(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    DumpedFeature feature =
        DumpedFeature.newBuilder()
            .setId(new String(key, UTF_8))
            .setValue(StoredFeature.parseFrom(value))
            .setRevision(revision)
            .build();
    return DumpLine.newBuilder().setFeature(feature).build();
  }

  private static Optional<DumpLine> noteLine(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    DumpLine.Builder line = DumpLine.newBuilder();
    if (NoteStorage.isKeyOfKey(key)) {
      line.getNoteKeyBuilder()
          .setDigest(ByteString.copyFrom(NoteStorage.digest(key)))
          .setValue(StoredNoteKey.parseFrom(value))
          .setRevision(revision);
    } else if (key.length == Long.BYTES) {
      line.getNoteBuilder()
          .setSequence(NoteStorage.sequence(key))
          .setValue(StoredNote.parseFrom(value))
          .setRevision(revision);
    } else {
      return Optional.empty();
    }
    return Optional.of(line.build());
  }

  private static Optional<DumpLine> tripLine(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    DumpLine.Builder line = DumpLine.newBuilder();
    if (TripStorage.isTrip(key)) {
      line.getTripBuilder()
          .setId(TripStorage.id(key))
          .setValue(StoredTrip.parseFrom(value))
          .setRevision(revision);
    } else if (TripStorage.isFixes(key)) {
      line.getFixesBuilder()
          .setTripId(TripStorage.id(key))
          .setBatch(TripStorage.batch(key))
          .setValue(StoredFixes.parseFrom(value))
          .setRevision(revision);
    } else {
      return Optional.empty();
    }
    return Optional.of(line.build());
  }

  private static Optional<DumpLine> proved(DumpLine line, byte[] key, byte[] value) {
    boolean[] same = {false};
    entry(
        line,
        (itsKey, itsValue, revision) ->
            same[0] = Arrays.equals(key, itsKey) && Arrays.equals(value, itsValue));
    return same[0] ? Optional.of(line) : Optional.empty();
  }

  /// The entry of a line of a domain.
  ///
  /// @return false if the line is of no entry of that domain of the guide
  /// @throws IllegalArgumentException if what it says cannot be
  public static boolean entry(String domain, DumpLine line, Journal.EntryVisitor visitor) {
    return domain.equals(domain(line)) && entry(line, visitor);
  }

  private static String domain(DumpLine line) {
    return switch (line.getLineCase()) {
      case FEATURE -> GuideService.FEATURES_DOMAIN;
      case NOTE, NOTE_KEY -> GuideService.NOTES_DOMAIN;
      case TRIP, FIXES -> GuideService.TRIPS_DOMAIN;
      case HEADER, ROUTE, TABLE, SOURCE, ENTRY, END, LINE_NOT_SET -> "";
    };
  }

  private static boolean entry(DumpLine line, Journal.EntryVisitor visitor) {
    switch (line.getLineCase()) {
      case FEATURE -> {
        DumpedFeature feature = line.getFeature();
        visitor.entry(
            FeatureStorage.key(feature.getId()), bytes(feature.getValue()), feature.getRevision());
      }
      case NOTE -> {
        DumpedNote note = line.getNote();
        visitor.entry(
            NoteStorage.key(note.getSequence()), note.getValue().toByteArray(), note.getRevision());
      }
      case NOTE_KEY -> {
        DumpedNoteKey key = line.getNoteKey();
        visitor.entry(keyOf(key), key.getValue().toByteArray(), key.getRevision());
      }
      case TRIP -> {
        DumpedTrip trip = line.getTrip();
        visitor.entry(
            TripStorage.key(checkedId("id", trip.getId())),
            trip.getValue().toByteArray(),
            trip.getRevision());
      }
      case FIXES -> {
        DumpedFixes fixes = line.getFixes();
        visitor.entry(
            TripStorage.key(checkedId("trip_id", fixes.getTripId()), fixes.getBatch()),
            fixes.getValue().toByteArray(),
            fixes.getRevision());
      }
      case HEADER, ROUTE, TABLE, SOURCE, ENTRY, END, LINE_NOT_SET -> {
        return false;
      }
    }
    return true;
  }

  private static byte[] keyOf(DumpedNoteKey key) {
    byte[] stored = NoteStorage.keyOfKey(key.getDigest().toByteArray());
    if (!NoteStorage.isKeyOfKey(stored)) {
      throw new IllegalArgumentException("digest: must have 16 bytes: " + key.getDigest().size());
    }
    return stored;
  }

  /// Its length must fit the byte that a key has for it.
  private static String checkedId(String field, String id) {
    int bytes = id.getBytes(UTF_8).length;
    if (bytes < 1 || bytes > 0xff) {
      throw new IllegalArgumentException("%s: must have 1..255 bytes: %d".formatted(field, bytes));
    }
    return id;
  }

  /// The same bytes whatever the order of the attributes.
  private static byte[] bytes(StoredFeature feature) {
    StoredFeature.Builder sorted = feature.toBuilder().clearAttributes();
    new TreeMap<>(feature.getAttributesMap()).forEach(sorted::putAttributes);
    return sorted.build().toByteArray();
  }
}
