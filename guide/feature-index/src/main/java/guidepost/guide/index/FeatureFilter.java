package guidepost.guide.index;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Tells which features are wanted: those for which everything here holds.
///
/// @param categories one of these; none: any
/// @param attributes all of these with these values; an empty value stands for any
/// @param named only features with a name
public record FeatureFilter(Set<String> categories, Map<String, String> attributes, boolean named)
    implements Predicate<FeatureView> {

  /// Wants every feature.
  public static final FeatureFilter ALL = new FeatureFilter(Set.of(), Map.of(), false);

  /// Copies the sets.
  public FeatureFilter {
    categories = Set.copyOf(categories);
    attributes = Map.copyOf(attributes);
  }

  @Override
  public boolean test(FeatureView view) {
    return (!named || view.isNamed()) && hasCategory(view) && hasAttributes(view);
  }

  private boolean hasCategory(FeatureView view) {
    return categories.isEmpty() || categories.contains(view.feature().category());
  }

  private boolean hasAttributes(FeatureView view) {
    if (attributes.isEmpty()) {
      return true;
    }
    Map<String, String> given = view.feature().attributes();
    return attributes.entrySet().stream().allMatch(wanted -> isIn(given, wanted));
  }

  private static boolean isIn(Map<String, String> given, Map.Entry<String, String> wanted) {
    String value = given.get(wanted.getKey());
    return value != null && (wanted.getValue().isEmpty() || value.equals(wanted.getValue()));
  }
}
