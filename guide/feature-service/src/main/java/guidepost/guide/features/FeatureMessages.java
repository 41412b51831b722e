package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.Operation;
import java.util.Map;
import java.util.OptionalLong;

/// The messages of `guidepost.guide.v1.Features`, checked and translated.
final class FeatureMessages {

  /// Longer than any id in use: a UUID has 36.
  static final int ID_BYTES_MAX = 128;

  /// Several times the longest name of OpenStreetMap, which has at most 255 characters.
  static final int NAME_BYTES_MAX = 1_024;

  /// A word or two.
  static final int CATEGORY_BYTES_MAX = 128;

  /// More than all but a few of OpenStreetMap have; those few lose translations of their names.
  static final int ATTRIBUTES_MAX = 64;

  /// 64 attributes of 255 characters; as many features as fit a message stay thousands.
  static final int ATTRIBUTE_BYTES_MAX = 16 * 1024;

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
        case ACTION_NOT_SET -> throw Rejection.missing("action", "put or delete").asException();
      };
    } catch (RejectedException e) {
      return new FeatureOperation.Unreadable(e.rejection());
    }
  }

  private static FeatureOperation put(guidepost.guide.v1.Feature feature, OptionalLong expected) {
    Fields.text("put.id", feature.getId(), ID_BYTES_MAX);
    Fields.text("put.name", feature.getName(), NAME_BYTES_MAX);
    Fields.text("put.category", feature.getCategory(), CATEGORY_BYTES_MAX);
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

  private static Point point(guidepost.guide.v1.Feature feature) {
    if (!feature.hasPoint()) {
      throw Rejection.missing("put.point", "where the feature is").asException();
    }
    return GuideMessages.point(feature.getPoint(), "put.point");
  }

  /// An id that must be there.
  static String id(String field, String id) {
    return Fields.requiredText(field, id, ID_BYTES_MAX, "the id of a feature");
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static void requireFewAttributes(Map<String, String> attributes) {
    Fields.count("put.attributes", attributes.size(), 0, ATTRIBUTES_MAX);
    int bytes = 0;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      Fields.requiredText(
          "put.attributes", attribute.getKey(), ATTRIBUTE_BYTES_MAX, "the name of each attribute");
      Fields.text("put.attributes", attribute.getValue(), ATTRIBUTE_BYTES_MAX);
      bytes += bytes(attribute);
    }
    if (bytes > ATTRIBUTE_BYTES_MAX) {
      throw Rejection.of(
              Reason.TEXT_TOO_LONG,
              "put.attributes",
              "",
              "must be at most %d bytes of UTF-8 together; has %d"
                  .formatted(ATTRIBUTE_BYTES_MAX, bytes))
          .asException();
    }
  }

  private static int bytes(Map.Entry<String, String> attribute) {
    return bytes(attribute.getKey()) + bytes(attribute.getValue());
  }

  static guidepost.guide.v1.Feature message(Feature feature) {
    return guidepost.guide.v1.Feature.newBuilder()
        .setId(feature.id())
        .setPoint(GuideMessages.message(feature.point()))
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(feature.attributes())
        .setRevision(feature.revision())
        .build();
  }
}
