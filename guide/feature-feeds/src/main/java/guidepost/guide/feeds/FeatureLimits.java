package guidepost.guide.feeds;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// What a server takes with a feature, so that a file can be checked without one.
///
/// Threads: any.
public final class FeatureLimits {

  /// A line stays readable.
  private static final int SHOWN_MAX = 100;

  /// As the server has it.
  private static final int ID_BYTES_MAX = 128;

  /// As the server has it.
  private static final int NAME_BYTES_MAX = 1_024;

  /// As the server has it.
  private static final int CATEGORY_BYTES_MAX = 128;

  /// As the server has it.
  private static final int ATTRIBUTE_BYTES_MAX = 16 * 1024;

  /// Attributes of one feature.
  static final int ATTRIBUTES_MAX = 64;

  private FeatureLimits() {}

  /// What a server would say of a feature; empty if it would take it.
  public static Optional<String> refusal(FeatureDraft feature) {
    return tooLong("id", feature.id(), ID_BYTES_MAX)
        .or(() -> tooLong("name", feature.name(), NAME_BYTES_MAX))
        .or(() -> tooLong("category", feature.category(), CATEGORY_BYTES_MAX))
        .or(() -> tooMany(feature.attributes()));
  }

  private static Optional<String> tooLong(String field, String text, int bytesMax) {
    int bytes = bytes(text);
    return bytes <= bytesMax
        ? Optional.empty()
        : Optional.of(
            "put.%s \"%s\": must be at most %d bytes of UTF-8; has %d"
                .formatted(field, shortened(text), bytesMax, bytes));
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
  }

  private static Optional<String> tooMany(Map<String, String> attributes) {
    if (attributes.size() > ATTRIBUTES_MAX) {
      return Optional.of(
          "put.attributes \"%d\": must have 0..%d entries"
              .formatted(attributes.size(), ATTRIBUTES_MAX));
    }
    int bytes =
        attributes.entrySet().stream()
            .mapToInt(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
            .sum();
    return bytes <= ATTRIBUTE_BYTES_MAX
        ? Optional.empty()
        : Optional.of(
            "put.attributes \"\": must be at most %d bytes of UTF-8 together; has %d"
                .formatted(ATTRIBUTE_BYTES_MAX, bytes));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
