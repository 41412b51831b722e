package guidepost.cli.options;

import guidepost.common.v1.AsOf;
import java.time.Instant;
import picocli.CommandLine.Option;

/// Which state is asked about.
public final class AsOfOption {

  @Option(
      names = "--as-of",
      paramLabel = "WHEN",
      description =
          "The state as of a revision (57), a time (2026-11-20T09:00Z), or a time ago (-2h)"
              + " (default: now)")
  private String asOf = "now";

  public boolean isNow() {
    return asOf().getStateCase() == AsOf.StateCase.STATE_NOT_SET;
  }

  public AsOf asOf() {
    return AsOfText.read("--as-of", asOf, Instant.now());
  }
}
