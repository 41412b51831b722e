package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
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

  static String id(byte[] key) {
    return new String(key, UTF_8);
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

  /// Makes an index of the journal's latest state, published.
  static FeatureIndex load(Journal journal) throws JournalException {
    Unreadable unreadable = new Unreadable("features");
    FeatureLoad load = new FeatureLoad();
    long revision =
        journal.replay(
            (key, value, itsRevision) -> {
              try {
                add(load, key, value, itsRevision);
              } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                unreadable.note(new String(key, UTF_8), e);
              }
            });
    unreadable.throwIfAny();
    return load.finish(revision);
  }

  /// Adds a stored feature to what becomes an index.
  static void add(FeatureLoad load, byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    StoredFeature stored = StoredFeature.parseFrom(value);
    load.add(feature(key, stored, revision), stored.getRank());
  }

  static Feature feature(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return feature(key, StoredFeature.parseFrom(value), revision);
  }

  private static Feature feature(byte[] key, StoredFeature stored, long revision) {
    return new Feature(
        id(key),
        new Point(stored.getLatitudeE7(), stored.getLongitudeE7()),
        stored.getName(),
        stored.getCategory(),
        stored.getAttributesMap(),
        revision);
  }

  static long rank(byte[] value) throws InvalidProtocolBufferException {
    return StoredFeature.parseFrom(value).getRank();
  }

  /// A feature that this program wrote.
  ///
  /// @throws IllegalStateException if it did not
  static Feature known(byte[] key, byte[] value, long revision) {
    try {
      return feature(key, value, revision);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("features: revision %d is broken".formatted(revision), e);
    }
  }
}
