package guidepost.guide.feeds;

import guidepost.feeds.ByteOrderMark;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import guidepost.feeds.StrictReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The characters of an XML file, in the encoding that it declares or that its byte order mark says
/// [1]: what is declared is honoured or refused, and never guessed.
///
/// [1] Extensible Markup Language (XML) 1.0, appendix F.
final class XmlText {

  /// A declaration of the encoding is in the first line.
  private static final int HEAD_BYTES_MAX = 2048;

  private static final Pattern DECLARED =
      Pattern.compile("^<\\?xml\\s[^>]*?\\sencoding\\s*=\\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')");

  private XmlText() {}

  /// Looks at the first bytes and goes back.
  static boolean isXml(BufferedInputStream in) throws IOException {
    byte[] head = Head.bytes(in, HEAD_BYTES_MAX);
    Optional<ByteOrderMark> mark = ByteOrderMark.of(head);
    return text(head, mark).stripLeading().startsWith("<");
  }

  private static String text(byte[] head, Optional<ByteOrderMark> mark) {
    int skipped = mark.map(ByteOrderMark::length).orElse(0);
    Charset charset = mark.map(ByteOrderMark::charset).orElse(StandardCharsets.ISO_8859_1);
    return new String(head, skipped, head.length - skipped, charset);
  }

  /// The text after a byte order mark.
  ///
  /// @throws InvalidFeedException if its encoding is not known, or its first bytes are of another
  static Reader open(BufferedInputStream in) throws IOException {
    byte[] head = Head.bytes(in, HEAD_BYTES_MAX);
    Optional<ByteOrderMark> mark = ByteOrderMark.of(head);
    Matcher declaration = DECLARED.matcher(text(head, mark));
    Optional<String> declared =
        declaration.find()
            ? Optional.of(declaration.group(declaration.group(1) == null ? 2 : 1))
            : Optional.empty();
    Charset charset = charset(declared, mark);
    int skipped = mark.map(ByteOrderMark::length).orElse(0);
    in.skipNBytes(skipped);
    return new StrictReader(in, charset, skipped);
  }

  private static Charset charset(Optional<String> declared, Optional<ByteOrderMark> mark)
      throws InvalidFeedException {
    if (declared.isEmpty()) {
      return mark.map(ByteOrderMark::charset).orElse(StandardCharsets.UTF_8);
    }
    Charset charset = charset(declared.get());
    String found = mark.map(ByteOrderMark::charset).map(Charset::name).orElse("");
    boolean wide = isWide(charset.name());
    if (found.isEmpty() ? wide : !found.startsWith(family(charset.name()))) {
      throw new InvalidFeedException(
          "encoding \"%s\": must be that of the first bytes, which are %s"
              .formatted(
                  Shortened.of(declared.get()), found.isEmpty() ? "of one byte a letter" : found));
    }
    return mark.map(ByteOrderMark::charset).orElse(charset);
  }

  private static Charset charset(String declared) throws InvalidFeedException {
    String name = declared.toUpperCase(Locale.ROOT);
    try {
      return Charset.forName(name.equals("ISO-10646-UCS-2") ? "UTF-16" : name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new InvalidFeedException(
          "encoding \"%s\": must be one that is known, like UTF-8, UTF-16, ISO-8859-1 or windows-1252"
              .formatted(Shortened.of(declared)),
          e);
    }
  }

  private static boolean isWide(String charset) {
    return charset.startsWith("UTF-16") || charset.startsWith("UTF-32");
  }

  /// UTF-16BE and UTF-16LE are both UTF-16.
  private static String family(String charset) {
    return isWide(charset) ? charset.substring(0, "UTF-16".length()) : charset;
  }
}
