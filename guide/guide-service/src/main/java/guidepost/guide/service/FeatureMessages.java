package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.Point;
import guidepost.guide.v1.Operation;
import java.util.Map;
import java.util.OptionalLong;

/// The messages of `guidepost.guide.v1.Features`, checked and translated.
final class FeatureMessages {

  static final int ID_BYTES_MAX = 128;
  static final int NAME_BYTES_MAX = 1_024;
  static final int CATEGORY_BYTES_MAX = 128;
  static final int ATTRIBUTES_MAX = 64;
  static final int ATTRIBUTE_BYTES_MAX = 16 * 1024;

  /// In UTF-8.
  private static final int BYTES_OF_A_CHAR_MAX = 3;

  private FeatureMessages() {}

  /// What an operation asks for; unreadable ones included.
  static FeatureOperation operation(Operation operation) {
    OptionalLong expected =
        operation.hasExpectedRevision()
            ? OptionalLong.of(operation.getExpectedRevision())
            : OptionalLong.empty();
    try {
      return switch (operation.getActionCase()) {
        case PUT -> put(operation.getPut(), expected);
        case DELETE -> new FeatureOperation.Delete(id("delete", operation.getDelete()), expected);
        case ACTION_NOT_SET ->
            throw new InvalidFieldException(
                "action.required", "action must be set: one of put, delete");
      };
    } catch (InvalidFieldException e) {
      return new FeatureOperation.Unreadable(e.rule(), e.text());
    }
  }

  private static FeatureOperation put(guidepost.guide.v1.Feature feature, OptionalLong expected)
      throws InvalidFieldException {
    requireAtMost("put.id", feature.getId(), ID_BYTES_MAX);
    requireAtMost("put.name", feature.getName(), NAME_BYTES_MAX);
    requireAtMost("put.category", feature.getCategory(), CATEGORY_BYTES_MAX);
    if (feature.getAttributesCount() > 0) {
      requireFewAttributes(feature.getAttributesMap());
    }
    return new FeatureOperation.Put(
        feature.getId(),
        point(feature),
        feature.getName(),
        FeatureLoad.Fields.of(
            feature.getId(),
            feature.getName(),
            feature.getCategory(),
            feature.getAttributesCount() == 0 ? Map.of() : feature.getAttributesMap()),
        expected);
  }

  private static Point point(guidepost.guide.v1.Feature feature) throws InvalidFieldException {
    if (!feature.hasPoint()) {
      throw new InvalidFieldException(
          "put.point.required", "put.point must be set: where the feature is");
    }
    return Coordinates.point(
        feature.getPoint().getLatitudeE7(),
        feature.getPoint().getLongitudeE7(),
        "put.point.latitude_e7",
        "put.point.longitude_e7");
  }

  /// An id that must be there.
  static String id(String field, String id) throws InvalidFieldException {
    if (id.isEmpty()) {
      throw new InvalidFieldException(
          field + ".required", field + " must not be empty: the id of a feature");
    }
    requireAtMost(field, id, ID_BYTES_MAX);
    return id;
  }

  static void requireAtMost(String field, String value, int bytesMax) throws InvalidFieldException {
    requireNoNul(field, value);
    boolean isShort = value.length() <= bytesMax / BYTES_OF_A_CHAR_MAX;
    int bytes = isShort ? 0 : bytes(value);
    if (bytes > bytesMax) {
      throw new InvalidFieldException(
          field + ".length",
          "%s must be at most %d bytes of UTF-8: %d".formatted(field, bytesMax, bytes));
    }
  }

  /// NUL ends a text in too many programs to be part of one.
  private static void requireNoNul(String field, String value) throws InvalidFieldException {
    if (value.indexOf('\0') >= 0) {
      throw new InvalidFieldException(
          field + ".nul", "%s must not have the character NUL".formatted(field));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static void requireFewAttributes(Map<String, String> attributes)
      throws InvalidFieldException {
    if (attributes.size() > ATTRIBUTES_MAX) {
      throw new InvalidFieldException(
          "put.attributes.count",
          "put.attributes must be at most %d entries: %d"
              .formatted(ATTRIBUTES_MAX, attributes.size()));
    }
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      requireNoNul("put.attributes", attribute.getKey());
      requireNoNul("put.attributes", attribute.getValue());
    }
    int bytes = attributes.entrySet().stream().mapToInt(each -> bytes(each)).sum();
    if (bytes > ATTRIBUTE_BYTES_MAX) {
      throw new InvalidFieldException(
          "put.attributes.length",
          "put.attributes must be at most %d bytes of UTF-8 together: %d"
              .formatted(ATTRIBUTE_BYTES_MAX, bytes));
    }
  }

  private static int bytes(Map.Entry<String, String> attribute) {
    return bytes(attribute.getKey()) + bytes(attribute.getValue());
  }

  static guidepost.guide.v1.Feature message(Feature feature) {
    return guidepost.guide.v1.Feature.newBuilder()
        .setId(feature.id())
        .setPoint(
            guidepost.guide.v1.Point.newBuilder()
                .setLatitudeE7(feature.point().latitudeE7())
                .setLongitudeE7(feature.point().longitudeE7()))
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(feature.attributes())
        .setRevision(feature.revision())
        .build();
  }
}
