package guidepost.cli;

import java.util.Locale;
import java.util.regex.Pattern;

/// Makes text of others harmless for a terminal, which takes control characters for commands.
final class Printable {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Printable() {}

  /// The text with `\xNN` for each control character: C0, DEL and C1.
  static String of(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(
            control -> String.format(Locale.ROOT, "\\\\x%02X", (int) control.group().charAt(0)));
  }
}
