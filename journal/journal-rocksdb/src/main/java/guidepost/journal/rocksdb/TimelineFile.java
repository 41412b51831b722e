package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that says which timeline a data directory's revisions are of. No backup and no dump has
/// it: what is made of one begins a timeline of its own, and so does a directory that has lost it.
///
/// ```
///   guidepost timeline 8c1f0a6be27d9335
/// ```
///
/// A wrong number does no more harm than a new one: who resumes begins anew.
final class TimelineFile {

  private static final Logger LOG = LoggerFactory.getLogger(TimelineFile.class);
  private static final String NAME = "TIMELINE";
  private static final Pattern LINE =
      Pattern.compile("guidepost timeline (?!0{16})([0-9a-f]{16})\\s*");

  private TimelineFile() {}

  /// The number in a directory, drawn if there is none.
  static long read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (Files.exists(file)) {
      Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (line.matches()) {
        return HexFormat.fromHexDigitsToLong(line.group(1));
      }
      LOG.warn("{}: is not as it was written; watches that resume begin anew", file);
    }
    long drawn = draw();
    DataDirectory.write(
        directory, NAME, "guidepost timeline %s%n".formatted(HexFormat.of().toHexDigits(drawn)));
    return drawn;
  }

  private static long draw() {
    long drawn;
    do {
      drawn = new SecureRandom().nextLong();
    } while (drawn == 0);
    return drawn;
  }
}
