package guidepost.cli.output;

import java.util.Locale;

/// Words that go with a number: `1 note holds`, `2 notes hold`.
public final class Plural {

  private Plural() {}

  /// A number with its noun: `1 note`, `1302 entries`.
  ///
  /// @param noun in the singular
  public static String of(long number, String noun) {
    return number + " " + form(number, noun);
  }

  /// The same with groups of digits, for what is never read back: `1,302 entries`.
  public static String grouped(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s", number, form(number, noun));
  }

  /// The word that goes with the number.
  public static String choose(long number, String one, String many) {
    return number == 1 ? one : many;
  }

  private static String form(long number, String noun) {
    String many =
        noun.endsWith("y")
            ? noun.substring(0, noun.length() - 1) + "ies"
            : noun + (noun.matches(".*(ch|s|x)") ? "es" : "s");
    return choose(number, noun, many);
  }
}
