package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file that says which timeline a data directory's revisions are of. No backup and no dump has
/// it: what is made of one begins a timeline of its own.
///
/// ```
///   guidepost timeline 8c1f0a6be27d9335      or "new": one is to be drawn, as for a copy of the
///                                            directory that goes its own way
/// ```
final class TimelineFile {

  static final String NAME = "TIMELINE";

  private static final String NEW = "guidepost timeline new";
  private static final Pattern LINE =
      Pattern.compile("guidepost timeline (?!0{16})([0-9a-f]{16})\\s*");

  private TimelineFile() {}

  /// The number in a directory.
  ///
  /// @param mayWrite false: one that is to be drawn stays in memory
  /// @throws JournalException if the file is gone or damaged
  static long read(Path directory, boolean mayWrite) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      throw DirectoryProblem.damaged(directory, NAME, "is missing; " + remedy());
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    if (text.strip().equals(NEW)) {
      return mayWrite ? write(directory) : draw();
    }
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw DirectoryProblem.damaged(directory, NAME, "is not as it was written; " + remedy());
    }
    return HexFormat.fromHexDigitsToLong(line.group(1));
  }

  private static String remedy() {
    return "restore it, or write \"" + NEW + "\" into it: then watches begin with a snapshot";
  }

  /// Draws a number, unless a directory has one.
  static long make(Path directory) throws IOException {
    return Files.exists(directory.resolve(NAME)) ? read(directory, true) : write(directory);
  }

  private static long write(Path directory) throws IOException {
    long drawn = draw();
    write(directory, drawn);
    return drawn;
  }

  /// Writes a number that was drawn elsewhere.
  static void write(Path directory, long drawn) throws IOException {
    SmallFile.write(
        directory, NAME, "guidepost timeline %s%n".formatted(HexFormat.of().toHexDigits(drawn)));
  }

  /// A number of a new timeline.
  static long draw() {
    long drawn;
    do {
      drawn = new SecureRandom().nextLong();
    } while (drawn == 0);
    return drawn;
  }
}
