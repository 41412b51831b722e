package guidepost.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a watch begins and ends.
final class ChangeRange {

  @Option(
      names = "--after",
      paramLabel = "REVISION",
      description = "Begin with what came after this revision (default: now).")
  private @Nullable Long after;

  @Option(names = "--snapshot", description = "Begin with all that there is.")
  private boolean snapshot;

  @Option(
      names = "--changes",
      paramLabel = "N",
      description = "End after so many changes (default: never).")
  private long changesMax = Long.MAX_VALUE;

  /// @throws CommandException if a number cannot be meant, or two options contradict each other
  void check() {
    if (snapshot && after != null) {
      throw CommandException.usage("at most one of --after and --snapshot may be given");
    }
    if (after != null && after < 0) {
      throw CommandException.usage("after \"%d\": must not be negative".formatted(after));
    }
    if (changesMax < 1) {
      throw CommandException.usage("changes \"%d\": must be at least 1".formatted(changesMax));
    }
  }

  /// The revision to begin after, if one was given.
  OptionalLong after() {
    return after == null ? OptionalLong.empty() : OptionalLong.of(after);
  }

  /// True if it begins with all that there is.
  boolean snapshot() {
    return snapshot;
  }

  /// True once so many changes were shown that it ends.
  boolean isOver(long shown) {
    return shown >= changesMax;
  }
}
