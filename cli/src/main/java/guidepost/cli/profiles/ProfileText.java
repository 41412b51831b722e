package guidepost.cli.profiles;

import guidepost.cli.options.ProfileFile;
import guidepost.cli.output.CommandException;
import guidepost.settings.SettingsException;
import guidepost.settings.YamlFile;
import guidepost.settings.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// The text of a file of profiles, of which one profile is set: its lines are exchanged, and the
/// others, with what people wrote between them, stay.
///
/// Threads: one.
final class ProfileText {

  private static final String INDENT = "  ";

  private final Path file;
  private final List<String> lines;
  private final SequencedMap<String, YamlNode.Entry> top;

  private ProfileText(Path file, List<String> lines) throws SettingsException {
    this.file = file;
    this.lines = new ArrayList<>(lines);
    this.top = YamlFile.parse(file.toString(), String.join("\n", lines) + "\n").entries();
  }

  /// The text with a profile.
  ///
  /// @param before the lines of the file; none if there is no file
  /// @param values what the profile says, by key
  /// @throws CommandException if a person must do it: the profiles are written within braces
  static String with(
      Path file, List<String> before, String name, SequencedMap<String, String> values) {
    try {
      return new ProfileText(file, before).with(name, values);
    } catch (SettingsException e) {
      throw CommandException.usage(e.problems().getFirst());
    }
  }

  private String with(String name, SequencedMap<String, String> values) {
    YamlNode.Entry profiles = top.get("profiles");
    if (profiles == null) {
      lines.add("profiles:");
      return text(lines.size(), lines.size(), INDENT, name, values);
    }
    SequencedMap<String, YamlNode.Entry> all =
        profiles.value() instanceof YamlNode.Entries entries
            ? entries.entries()
            : java.util.Collections.emptySortedMap();
    boolean onOneLine =
        all.isEmpty()
            || all.values().stream().anyMatch(each -> each.keyLine() == profiles.keyLine());
    if (onOneLine) {
      throw CommandException.usage(
          "%s:%d: profiles are not written one below the other: set %s by hand"
              .formatted(file, profiles.keyLine(), name));
    }
    String first = lines.get(all.firstEntry().getValue().keyLine() - 1);
    String indent = first.substring(0, first.length() - first.stripLeading().length());
    YamlNode.Entry old = all.get(name);
    return old == null
        ? text(profiles.keyLine(), profiles.keyLine(), indent, name, values)
        : text(old.keyLine() - 1, end(old.keyLine(), all), indent, name, values);
  }

  /// The line behind a profile: that of the next key of its own level or above it, without the
  /// remarks before that.
  private int end(int begin, SequencedMap<String, YamlNode.Entry> all) {
    int next =
        IntStream.concat(
                all.values().stream().mapToInt(YamlNode.Entry::keyLine),
                top.values().stream().mapToInt(YamlNode.Entry::keyLine))
            .filter(line -> line > begin)
            .min()
            .orElse(lines.size() + 1);
    int end = next - 1;
    while (end > begin && isRemark(lines.get(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean isRemark(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#");
  }

  private String text(
      int begin, int end, String indent, String name, SequencedMap<String, String> values) {
    List<String> made = new ArrayList<>(lines.subList(0, begin));
    made.add(indent + name + ":");
    for (Map.Entry<String, String> each : values.entrySet()) {
      made.add("%s%s%s: %s".formatted(indent, INDENT, each.getKey(), quoted(each.getValue())));
    }
    made.addAll(lines.subList(end, lines.size()));
    return String.join("\n", made) + "\n";
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /// Gives a file another text, if that is one of profiles; whoever reads meanwhile sees the one or
  /// the other.
  ///
  /// @throws CommandException if it is not
  static void replace(Path file, String text) throws IOException {
    Path next = Files.createTempFile(file.toAbsolutePath().getParent(), ".profiles", "");
    try {
      Files.writeString(next, text);
      var _ = ProfileFile.read(next);
      if (Files.exists(file)) {
        keepPermissions(file, next);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    if (Files.getFileAttributeView(from, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(
          to, Files.getPosixFilePermissions(from, LinkOption.NOFOLLOW_LINKS));
    }
  }
}
