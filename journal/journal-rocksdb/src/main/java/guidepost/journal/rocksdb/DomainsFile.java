package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The file that says which domains a data directory has: each has a witness in `acknowledged/` and
/// column families in the engine, and neither can go without this file telling.
///
/// ```
///   guidepost domains 2
///   features
///   routes
/// ```
final class DomainsFile {

  static final String NAME = "DOMAINS";

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,32}");

  private DomainsFile() {}

  /// @throws guidepost.journal.JournalException if the file is gone or damaged
  static Set<String> read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      throw DirectoryProblem.damaged(directory, NAME, "is missing; restore it, or a backup");
    }
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
    Set<String> domains = new TreeSet<>(lines.subList(Math.min(1, lines.size()), lines.size()));
    if (lines.isEmpty()
        || !lines.getFirst().equals("guidepost domains " + domains.size())
        || !domains.stream().allMatch(domain -> DOMAIN.matcher(domain).matches())) {
      throw DirectoryProblem.damaged(
          directory, NAME, "is not as it was written; restore it, or a backup");
    }
    return domains;
  }

  /// True if a file says that there are none.
  static boolean isOfNone(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).equals(text(Set.of()));
    } catch (IOException e) {
      return false;
    }
  }

  private static String text(Set<String> domains) {
    StringBuilder text = new StringBuilder("guidepost domains " + domains.size() + "\n");
    new TreeSet<>(domains).forEach(domain -> text.append(domain).append('\n'));
    return text.toString();
  }

  static void write(Path directory, Set<String> domains) throws IOException {
    SmallFile.write(directory, NAME, text(domains));
  }
}
