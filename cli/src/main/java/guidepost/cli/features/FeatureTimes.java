package guidepost.cli.features;

import guidepost.guide.v1.Feature;
import java.time.Instant;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Whether features are shown with the time at which they were written.
final class FeatureTimes {

  @Option(
      names = "--times",
      description = "Also show when each feature was written, as far as the history goes back")
  private boolean times;

  boolean isGiven() {
    return times;
  }

  /// When a feature was written; empty if the server did not say so.
  static String of(Feature feature) {
    return feature.hasUpdateTime()
        ? Instant.ofEpochSecond(
                feature.getUpdateTime().getSeconds(), feature.getUpdateTime().getNanos())
            .toString()
        : "";
  }

  /// Adds it to an object, if the server said so.
  static ObjectNode put(ObjectNode object, Feature feature) {
    return feature.hasUpdateTime() ? object.put("update_time", of(feature)) : object;
  }
}
