package guidepost.guide.features;

import guidepost.calls.Rejection;
import guidepost.guide.geo.Point;
import guidepost.guide.index.FeatureLoad;
import java.util.OptionalLong;

/// One operation of a Modify call, checked.
sealed interface FeatureOperation {

  /// Adds or replaces.
  ///
  /// @param id empty if the feature with this name at this place is meant, or a new one
  /// @param fields all but the point; with this id
  /// @param expected revision that wrote the feature last, 0 for none
  record Put(String id, Point point, String name, FeatureLoad.Fields fields, OptionalLong expected)
      implements FeatureOperation {}

  /// Deletes, if it is there.
  ///
  /// @param expected revision that wrote the feature last, 0 for none
  record Delete(String id, OptionalLong expected) implements FeatureOperation {}

  /// Breaks a rule: does nothing, and says so in its turn.
  record Unreadable(Rejection why) implements FeatureOperation {}
}
