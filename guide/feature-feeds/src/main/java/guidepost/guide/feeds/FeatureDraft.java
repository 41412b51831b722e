package guidepost.guide.feeds;

import guidepost.guide.geo.Point;
import java.util.Map;

/// A feature that may not have an id yet.
///
/// Threads: any; immutable.
///
/// @param id empty if its server is to choose one
/// @param point where it is
/// @param name empty if it has none
/// @param category what sort it is, empty if unknown
/// @param attributes whatever else is known; copied
public record FeatureDraft(
    String id, Point point, String name, String category, Map<String, String> attributes) {

  /// Copies the attributes.
  ///
  /// @throws InvalidRowException if a text has characters that no text has
  public FeatureDraft {
    attributes = Map.copyOf(attributes);
    requireText("id", id);
    requireText("name", name);
    requireText("category", category);
    attributes.forEach(
        (key, value) -> {
          requireText("attribute", key);
          requireText(key, value);
        });
  }

  /// Half a surrogate pair is no character, and would become another; NUL ends a text elsewhere.
  private static void requireText(String field, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidRowException(field, text, "must not have the character NUL");
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 'x')) {
          throw new InvalidRowException(field, text, "must not have half a surrogate pair");
        }
        i++;
      }
    }
  }
}
