package guidepost.cli.places;

import guidepost.cli.files.ImportRun;
import guidepost.cli.files.ImportSource;
import guidepost.cli.files.ImportTally;
import guidepost.cli.files.LeftOutReport;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.Terminal;
import guidepost.feeds.InvalidFeedException;
import guidepost.guide.feeds.FeatureRow;
import guidepost.guide.feeds.Track;
import guidepost.guide.geo.Point;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Reads the track that a command is given, and says which of its rows are no points.
public final class TrackFile {

  /// Points of the longest path that the server takes.
  private static final int PATH_POINTS_MAX = 100_000;

  /// A clock that shows local time is up to 14 hours ahead.
  private static final Duration AHEAD_MAX = Duration.ofDays(1);

  private TrackFile() {}

  /// The track of a file.
  ///
  /// @throws CommandException if it cannot be read
  public static Track read(Terminal terminal, ClientOptions client, String file) {
    return read(terminal, client, file, Instant.MAX);
  }

  private static Track read(Terminal terminal, ClientOptions client, String file, Instant latest) {
    Track track = read(terminal, file, latest);
    for (FeatureRow.Rejected reject :
        track.rejected().stream().limit(ImportTally.REJECTS_SHOWN).toList()) {
      ImportRun.showReject(terminal, client.json(), track.unit(), reject.number(), reject.reason());
    }
    LeftOutReport.complain(terminal, client.json(), track.leftOut());
    return track;
  }

  /// One that was recorded: the server takes no point that is more than a day ahead of its clock,
  /// so one that is a day ahead of this machine's is rejected. It must be without a fault if
  /// `strict`.
  ///
  /// @throws CommandException if it cannot be read, or has a point or a value that is not what it
  ///   must be
  public static Track readRecorded(
      Terminal terminal, ClientOptions client, String file, boolean strict) {
    Instant latest = Instant.now().plus(AHEAD_MAX).truncatedTo(ChronoUnit.SECONDS);
    Track track = read(terminal, client, file, latest);
    Optional<String> fault =
        track.rejected().stream()
            .findFirst()
            .map(reject -> "%s %d: %s".formatted(track.unit(), reject.number(), reject.reason()))
            .or(track.leftOut()::firstFault);
    if (strict && fault.isPresent()) {
      throw CommandException.usage(
          "%s: %s; refused, as --strict asks".formatted(file, fault.get()));
    }
    return track;
  }

  /// The track as a path, which leads somewhere.
  ///
  /// @throws CommandException if it cannot be read, or leads nowhere
  public static Track readPath(Terminal terminal, ClientOptions client, String file) {
    Track track = read(terminal, client, file);
    int count = track.fixes().size();
    if (count < 2 || count > PATH_POINTS_MAX) {
      throw CommandException.usage(
          "%s: a path must have 2..%d points: %d".formatted(file, PATH_POINTS_MAX, count));
    }
    Point first = track.fixes().getFirst().point();
    if (track.fixes().stream().allMatch(fix -> fix.point().samePlace(first))) {
      throw CommandException.usage(
          "%s: a path must lead somewhere: all its %d points are %s"
              .formatted(file, count, PointText.text(first)));
    }
    return track;
  }

  private static Track read(Terminal terminal, String file, Instant latest) {
    try (ImportSource source = ImportSource.open(terminal, file)) {
      return Track.read(source.in(), latest);
    } catch (InvalidFeedException e) {
      throw CommandException.usage("%s: %s".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken("%s: %s".formatted(file, CommandFailures.reason(e)));
    }
  }
}
