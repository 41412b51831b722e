package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureLoad;
import guidepost.storage.v1.StoredFeature;
import java.io.IOException;

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
    return value(
        FeatureLoad.Fields.of(
            feature.id(), feature.name(), feature.category(), feature.attributes()),
        feature.point(),
        rank);
  }

  /// The same of a feature whose name, category and attributes are bytes already: see
  /// [StoredFeatureReader].
  static byte[] value(FeatureLoad.Fields fields, Point point, long rank) {
    byte[] value = new byte[bytes(fields, point, rank)];
    CodedOutputStream out = CodedOutputStream.newInstance(value);
    try {
      writeUnlessZero(StoredFeature.LATITUDE_E7_FIELD_NUMBER, point.latitudeE7(), out);
      writeUnlessZero(StoredFeature.LONGITUDE_E7_FIELD_NUMBER, point.longitudeE7(), out);
      out.write(fields.bytes(), fields.start(), fields.length());
      if (rank != 0) {
        out.writeUInt64(StoredFeature.RANK_FIELD_NUMBER, rank);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array of the right length is full", e);
    }
    return value;
  }

  private static int bytes(FeatureLoad.Fields fields, Point point, long rank) {
    return bytes(StoredFeature.LATITUDE_E7_FIELD_NUMBER, point.latitudeE7())
        + bytes(StoredFeature.LONGITUDE_E7_FIELD_NUMBER, point.longitudeE7())
        + fields.length()
        + (rank == 0
            ? 0
            : CodedOutputStream.computeUInt64Size(StoredFeature.RANK_FIELD_NUMBER, rank));
  }

  private static int bytes(int field, int coordinateE7) {
    return coordinateE7 == 0 ? 0 : CodedOutputStream.computeSInt32Size(field, coordinateE7);
  }

  private static void writeUnlessZero(int field, int coordinateE7, CodedOutputStream out)
      throws IOException {
    if (coordinateE7 != 0) {
      out.writeSInt32(field, coordinateE7);
    }
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

  /// The rank of a feature that this program wrote.
  ///
  /// @throws IllegalStateException if it did not
  static long knownRank(byte[] value) {
    try {
      return rank(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("features: a rank is broken", e);
    }
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
