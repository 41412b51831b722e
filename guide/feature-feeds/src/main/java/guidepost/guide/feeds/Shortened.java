package guidepost.guide.feeds;

/// A text of a file as a message can say it: on one line, and not too long.
final class Shortened {

  private static final int LENGTH_MAX = 100;

  private Shortened() {}

  static String of(String text) {
    String start = text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cs}]", "\ufffd");
  }
}
