package guidepost.cli.output;

import java.util.Locale;
import java.util.regex.Pattern;

/// Makes text of others harmless for a terminal, which takes control characters for commands.
public final class Printable {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Printable() {}

  /// The text with `\xNN` for each control character: C0, DEL and C1.
  public static String of(String text) {
    return escaped(text, "\\\\x%02X");
  }

  /// JSON on one line with escapes of its own for the control characters that it leaves as they
  /// are: DEL and C1.
  public static String inJson(String json) {
    return escaped(json, "\\\\u%04X");
  }

  private static String escaped(String text, String format) {
    return CONTROL
        .matcher(text)
        .replaceAll(control -> String.format(Locale.ROOT, format, (int) control.group().charAt(0)));
  }
}
