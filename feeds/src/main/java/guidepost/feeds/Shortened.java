package guidepost.feeds;

/// A text of a file as a message can say it: on one line, and not too long.
///
/// Threads: any.
public final class Shortened {

  /// A line stays readable.
  private static final int LENGTH_MAX = 100;

  private Shortened() {}

  /// At most 100 characters, none of them a control character.
  public static String of(String text) {
    String start = text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cs}]", "\ufffd");
  }
}
