package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Tells which features are wanted: those for which everything that it was made of holds.
///
/// It compares bytes where the index holds them, so passing over a feature costs some 20 ns.
///
/// Threads: any.
public final class FeatureFilter implements Predicate<FeatureView> {

  /// Wants every feature.
  public static final FeatureFilter ALL = new FeatureFilter(Set.of(), Map.of(), false);

  private final Set<String> categoryTexts;
  private final Map<String, String> attributeTexts;
  private final byte[][] categories;
  private final byte[][] attributes;
  private final boolean named;

  /// A filter.
  ///
  /// @param categories one of these; none: any
  /// @param attributes all of these with these values; an empty value stands for any
  /// @param named only features with a name
  public FeatureFilter(Set<String> categories, Map<String, String> attributes, boolean named) {
    this.categoryTexts = Set.copyOf(categories);
    this.attributeTexts = Map.copyOf(attributes);
    this.categories =
        categories.stream().map(category -> category.getBytes(UTF_8)).toArray(byte[][]::new);
    this.attributes =
        attributes.entrySet().stream()
            .map(each -> attribute(each.getKey(), each.getValue()))
            .toArray(byte[][]::new);
    this.named = named;
  }

  private static byte[] attribute(String name, String value) {
    return value.isEmpty()
        ? FeatureRecord.attributeStart(name)
        : FeatureRecord.attribute(name, value);
  }

  @Override
  public boolean test(FeatureView view) {
    return (!named || view.isNamed())
        && (categories.length == 0 || view.hasCategory(categories))
        && (attributes.length == 0 || hasAttributes(view));
  }

  private boolean hasAttributes(FeatureView view) {
    return Arrays.stream(attributes).allMatch(view::hasAttribute);
  }

  /// The same of a feature that no index holds.
  public boolean wants(Feature feature) {
    return (!named || feature.isNamed())
        && (categoryTexts.isEmpty() || categoryTexts.contains(feature.category()))
        && attributeTexts.entrySet().stream().allMatch(each -> isIn(feature.attributes(), each));
  }

  private static boolean isIn(Map<String, String> given, Map.Entry<String, String> wanted) {
    String value = given.get(wanted.getKey());
    return value != null && (wanted.getValue().isEmpty() || value.equals(wanted.getValue()));
  }
}
