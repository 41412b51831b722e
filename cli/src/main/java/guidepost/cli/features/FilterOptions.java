package guidepost.cli.features;

import guidepost.guide.v1.FeatureFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// Which features a command shows.
final class FilterOptions {

  @Option(
      names = "--category",
      paramLabel = "NAME",
      description = "Only this category; may be repeated: any of these")
  private List<String> categories = new ArrayList<>();

  @Option(
      names = "--attribute",
      paramLabel = "NAME[=VALUE]",
      mapFallbackValue = "",
      description = "Only with this attribute; may be repeated: all of these")
  private Map<String, String> attributes = new LinkedHashMap<>();

  @Option(names = "--named", description = "Only features with a name")
  private boolean named;

  FeatureFilter filter() {
    return FeatureFilter.newBuilder()
        .addAllCategories(categories)
        .putAllAttributes(attributes)
        .setNamed(named)
        .build();
  }
}
