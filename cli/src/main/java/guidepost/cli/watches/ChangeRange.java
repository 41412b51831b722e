package guidepost.cli.watches;

import guidepost.cli.output.CommandException;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a watch begins and ends.
public final class ChangeRange {

  /// A snapshot, and all changes after it.
  public static final ChangeRange ALL = new ChangeRange();

  @Option(
      names = "--after",
      paramLabel = "REVISION",
      description = "Begin with the changes after this revision (default: now)")
  private @Nullable Long after;

  @Option(names = "--snapshot", description = "Begin with a snapshot")
  private boolean snapshot;

  @Option(
      names = "--changes",
      paramLabel = "N",
      description = "End after N changes (default: never)")
  private long changesMax = Long.MAX_VALUE;

  /// One that begins after a revision, or with a snapshot, for watches that begin with one unless
  /// they are told otherwise.
  ///
  /// @param after the revision; null for a snapshot
  public static ChangeRange of(@Nullable Long after, long changesMax) {
    ChangeRange range = new ChangeRange();
    range.after = after;
    range.snapshot = after == null;
    range.changesMax = changesMax;
    return range;
  }

  private void check() {
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

  /// Where it begins, checked; empty for a snapshot.
  ///
  /// @throws CommandException if a number cannot be meant, or two options contradict each other
  public Optional<WatchStart> start() {
    check();
    if (snapshot) {
      return Optional.empty();
    }
    WatchStart.Builder start = WatchStart.newBuilder();
    return Optional.of(
        after == null
            ? start.setChangesOnly(true).build()
            : start.setAfter(Progress.newBuilder().setRevision(after)).build());
  }

  /// Where it begins, for people.
  ///
  /// @param first what the server's first word was about
  String from(long first) {
    return "revision %d on".formatted(after == null ? first : after);
  }

  /// True once so many changes were shown that it ends.
  boolean isOver(long shown) {
    return shown >= changesMax;
  }
}
