package guidepost.feeds;

/// A text as XML 1.0 can have it between two tags.
///
/// Threads: any.
public final class XmlEscapes {

  private XmlEscapes() {}

  /// With its markup escaped. Characters that XML has no place for, however they are written,
  /// become question marks: control characters but tab and the ends of lines, halves of surrogate
  /// pairs, U+FFFE and U+FFFF [1]. Those from U+007F to U+009F, which are control characters too,
  /// XML has.
  ///
  /// [1] Extensible Markup Language 1.0, 2.2
  public static String escaped(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF&&[^\\t\\n\\r\\x7F-\\x9F]]", "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
