package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.journal.Journal;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedFeature;
import guidepost.storage.v1.DumpedNote;
import guidepost.storage.v1.StoredFeature;
import guidepost.storage.v1.StoredNote;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/// Entries of the guide's journals as lines of a dump, and back.
///
/// Threads: any.
public final class GuideDump {

  private GuideDump() {}

  /// The line of an entry of the features.
  ///
  /// @return empty if the entry is not as this program writes it: then only its bytes tell all
  public static Optional<DumpLine> featureLine(byte[] key, byte[] value, long revision) {
    try {
      DumpedFeature feature =
          DumpedFeature.newBuilder()
              .setId(new String(key, UTF_8))
              .setValue(StoredFeature.parseFrom(value))
              .setRevision(revision)
              .build();
      return proved(DumpLine.newBuilder().setFeature(feature).build(), key, value);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /// The line of an entry of the notes.
  ///
  /// @return empty if the entry is not a note, or not as this program writes it
  public static Optional<DumpLine> noteLine(byte[] key, byte[] value, long revision) {
    if (key.length != Long.BYTES) {
      return Optional.empty();
    }
    try {
      DumpedNote note =
          DumpedNote.newBuilder()
              .setSequence(ByteBuffer.wrap(key).getLong())
              .setValue(StoredNote.parseFrom(value))
              .setRevision(revision)
              .build();
      return proved(DumpLine.newBuilder().setNote(note).build(), key, value);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Optional<DumpLine> proved(DumpLine line, byte[] key, byte[] value) {
    boolean[] same = {false};
    entry(
        line,
        (itsKey, itsValue, revision) ->
            same[0] = Arrays.equals(key, itsKey) && Arrays.equals(value, itsValue));
    return same[0] ? Optional.of(line) : Optional.empty();
  }

  /// The entry of a line.
  ///
  /// @return false if the line is of no entry of the guide
  public static boolean entry(DumpLine line, Journal.EntryVisitor visitor) {
    switch (line.getLineCase()) {
      case FEATURE -> {
        DumpedFeature feature = line.getFeature();
        visitor.entry(
            feature.getId().getBytes(UTF_8), bytes(feature.getValue()), feature.getRevision());
      }
      case NOTE -> {
        DumpedNote note = line.getNote();
        visitor.entry(
            NoteStorage.key(note.getSequence()), bytes(note.getValue()), note.getRevision());
      }
      case HEADER, ROUTE, TABLE, SOURCE, ENTRY, END, LINE_NOT_SET -> {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(StoredNote note) {
    return note.toByteArray();
  }

  /// The same bytes whatever the order of the attributes.
  private static byte[] bytes(StoredFeature feature) {
    StoredFeature.Builder sorted = feature.toBuilder().clearAttributes();
    new TreeMap<>(feature.getAttributesMap()).forEach(sorted::putAttributes);
    return sorted.build().toByteArray();
  }
}
