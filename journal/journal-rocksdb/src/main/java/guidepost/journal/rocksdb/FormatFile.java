package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file that makes a directory one of ours: it says in which format the data is.
///
/// Threads: one.
final class FormatFile {

  /// The format this version reads and writes.
  static final int FORMAT = 3;

  static final String NAME = "FORMAT";

  private static final Pattern FORMAT_LINE =
      Pattern.compile("guidepost data format (\\d{1,9})\\s*");

  private FormatFile() {}

  /// The format of a directory.
  ///
  /// @throws JournalException if it is not one of ours, or newer than this version
  static int read(Path path) throws IOException {
    return format(
        path, new String(Files.readAllBytes(path.resolve(NAME)), StandardCharsets.ISO_8859_1));
  }

  /// The format that a FORMAT file says.
  ///
  /// @throws JournalException if it is not one of ours, or newer than this version
  static int format(Path path, String text) throws JournalException {
    Matcher matcher = FORMAT_LINE.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      throw new JournalException(
          Reason.FOREIGN,
          "data directory %s: its FORMAT file is not Guidepost's; choose another".formatted(path),
          null);
    }
    int format = Integer.parseInt(matcher.group(1));
    if (format > FORMAT) {
      throw new JournalException(
          Reason.NEWER_FORMAT,
          "data directory %s: has format %d, this version knows %d; upgrade Guidepost"
              .formatted(path, format, FORMAT),
          null);
    }
    return format;
  }

  /// Makes a directory one of ours, of the newest format. A crash half-way leaves no FORMAT file at
  /// all: it is renamed into place.
  static void write(Path path) throws IOException {
    SmallFile.write(path, NAME, "guidepost data format %d%n".formatted(FORMAT));
  }
}
