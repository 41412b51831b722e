package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.Point;
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
    StoredFeature.Builder stored =
        StoredFeature.newBuilder()
            .setLatitudeE7(feature.point().latitudeE7())
            .setLongitudeE7(feature.point().longitudeE7())
            .setName(feature.name())
            .setCategory(feature.category())
            .setRank(rank);
    if (!feature.attributes().isEmpty()) {
      stored.putAllAttributes(new TreeMap<>(feature.attributes()));
    }
    return stored.build().toByteArray();
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
