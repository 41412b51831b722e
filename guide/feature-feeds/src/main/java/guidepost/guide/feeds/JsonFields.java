package guidepost.guide.feeds;

import guidepost.guide.geo.Point;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the JSON formats have in common.
final class JsonFields {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonFields() {}

  static JsonNode requireObject(JsonNode node) {
    if (!node.isObject()) {
      throw new InvalidRowException("row", node.toString(), "must be a JSON object");
    }
    return node;
  }

  /// A field as text: numbers and truth values as written, containers as JSON; empty if absent.
  static String text(JsonNode object, String field) {
    return text(object.path(field));
  }

  static String text(JsonNode value) {
    return value.isContainer() ? value.toString() : value.asString("");
  }

  /// A number.
  ///
  /// @throws InvalidRowException if it is not there or not a number
  static double number(JsonNode value, String field) {
    if (!value.isNumber()) {
      throw new InvalidRowException(field, text(value), "must be a number");
    }
    return value.doubleValue();
  }

  /// All fields as text but those of other meaning and the empty ones.
  static Map<String, String> attributes(JsonNode object, Set<String> without) {
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String value = text(field.getValue());
      if (!value.isEmpty() && !without.contains(field.getKey())) {
        attributes.put(field.getKey(), value);
      }
    }
    return attributes;
  }

  /// A location in E7.
  ///
  /// @throws InvalidRowException if a coordinate is not a whole number in range
  static Point pointE7(JsonNode location) {
    int latitude = wholeNumber(location, "latitude");
    int longitude = wholeNumber(location, "longitude");
    try {
      return new Point(latitude, longitude);
    } catch (IllegalArgumentException e) {
      throw new InvalidRowException(String.valueOf(e.getMessage()));
    }
  }

  /// A whole number; absent is 0, as in protobuf's JSON.
  private static int wholeNumber(JsonNode location, String field) {
    JsonNode value = location.path(field);
    if (value.isMissingNode()) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new InvalidRowException(field, text(value), "must be a whole number (E7)");
    }
    return value.intValue();
  }
}
