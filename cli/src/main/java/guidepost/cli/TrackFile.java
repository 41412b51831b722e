package guidepost.cli;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.feeds.FeatureRow;
import guidepost.guide.feeds.Track;
import java.io.IOException;

/// Reads the track that a command is given, and says which of its rows are no points.
final class TrackFile {

  private TrackFile() {}

  /// @throws CommandException if it cannot be read
  static Track read(Terminal terminal, ClientOptions client, String file) {
    Track track = read(terminal, file);
    for (FeatureRow.Rejected reject :
        track.rejected().stream().limit(ImportTally.REJECTS_SHOWN).toList()) {
      ImportRun.showReject(terminal, client.json(), "line", reject.number(), reject.reason());
    }
    return track;
  }

  private static Track read(Terminal terminal, String file) {
    try (ImportSource source = ImportSource.open(terminal, file)) {
      return Track.read(source.in());
    } catch (InvalidFeedException e) {
      throw CommandException.usage("%s: %s".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken("%s: %s".formatted(file, Failures.reason(e)));
    }
  }
}
