package guidepost.guide.feeds;

import guidepost.guide.index.Point;
import java.util.Map;

/// A feature that may not have an id yet.
///
/// @param id empty if its server is to choose one
/// @param point where it is
/// @param name empty if it has none
/// @param category what sort it is, empty if unknown
/// @param attributes whatever else is known; copied
public record FeatureDraft(
    String id, Point point, String name, String category, Map<String, String> attributes) {

  /// Copies the attributes.
  public FeatureDraft {
    attributes = Map.copyOf(attributes);
  }
}
