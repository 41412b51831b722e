package guidepost.cli;

import guidepost.routes.v1.Moment;
import java.time.Instant;
import picocli.CommandLine.Option;

/// Which state is asked about.
final class AtOption {

  @Option(
      names = "--at",
      paramLabel = "WHEN",
      description =
          "The state then: a revision (57), a time (2026-11-20T09:00Z), or a time ago (-2h). "
              + "Default: now.")
  private String at = "now";

  boolean isNow() {
    return moment().getMomentCase() == Moment.MomentCase.MOMENT_NOT_SET;
  }

  /// The same for features.
  guidepost.guide.v1.Moment ofFeatures() {
    return FeatureMessages.moment(moment());
  }

  Moment moment() {
    return MomentText.read("--at", at, Instant.now());
  }
}
