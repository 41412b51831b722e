package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.guide.index.Point;
import java.util.Map;

/// One operation of a Modify call, checked.
sealed interface FeatureChange {

  /// The caller's number for it.
  long operation();

  /// Adds or replaces.
  ///
  /// @param id empty if the feature with this name at this place is meant, or a new one
  record Put(
      long operation,
      String id,
      Point point,
      String name,
      String category,
      Map<String, String> attributes)
      implements FeatureChange {

    Feature feature(String itsId, long revision) {
      return new Feature(itsId, point, name, category, attributes, revision);
    }
  }

  /// Deletes, if it is there.
  record Delete(long operation, String id) implements FeatureChange {}

  /// Breaks a rule: does nothing, and says so in its turn.
  record Refused(long operation, String rule, String text) implements FeatureChange {}
}
