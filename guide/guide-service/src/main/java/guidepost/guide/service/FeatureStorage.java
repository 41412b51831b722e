package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.Point;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.storage.v1.StoredFeature;
import java.util.TreeMap;

/// How features lie in their journal: the key is the id in UTF-8, the value a [StoredFeature].
final class FeatureStorage {

  private FeatureStorage() {}

  static byte[] key(String id) {
    return id.getBytes(UTF_8);
  }

  /// The same bytes for the same feature, whatever the order of its attributes.
  static byte[] value(Feature feature, long rank) {
    return StoredFeature.newBuilder()
        .setLatitudeE7(feature.point().latitudeE7())
        .setLongitudeE7(feature.point().longitudeE7())
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(new TreeMap<>(feature.attributes()))
        .setRank(rank)
        .build()
        .toByteArray();
  }

  /// Fills an empty index with the journal's latest state and publishes it.
  static void load(Journal journal, FeatureIndex index) throws JournalException {
    Unreadable unreadable = new Unreadable("features");
    long revision =
        journal.replay(
            (key, value, itsRevision) -> {
              try {
                put(index, key, value, itsRevision);
              } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                unreadable.note(new String(key, UTF_8), e);
              }
            });
    unreadable.throwIfAny();
    index.publish(revision);
  }

  /// Puts a stored feature into an index.
  static void put(FeatureIndex index, byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    index.put(feature(key, value, revision), rank(value));
  }

  static Feature feature(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    StoredFeature stored = StoredFeature.parseFrom(value);
    return new Feature(
        new String(key, UTF_8),
        new Point(stored.getLatitudeE7(), stored.getLongitudeE7()),
        stored.getName(),
        stored.getCategory(),
        stored.getAttributesMap(),
        revision);
  }

  static long rank(byte[] value) throws InvalidProtocolBufferException {
    return StoredFeature.parseFrom(value).getRank();
  }
}
