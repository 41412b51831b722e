package guidepost.routes.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.routes.table.Family;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// A text with routes, read once from its beginning to its end in bounded memory.
///
/// Tables have a header with any of these columns, in any order and case:
///
/// | column | names |
/// |---|---|
/// | destination, required; may end in `/length` | `dest`, `prefix`, `network`, `dst` |
/// | mask or length | `mask`, `length`, `netmask` |
/// | next hop | `nh`, `next_hop`, `gateway`, `via` |
/// | metric | `metric` |
/// | interface | `interface`, `dev` |
/// | `unicast` or `blackhole` | `kind`, `type` |
/// | owner | `source` |
/// | words to find it by, by spaces | `tags` |
/// | number that tells routes apart which are otherwise one | `path_id` |
/// | not read | `distance`, `revision` |
///
/// Without a header (the first cell of the first row is a prefix) they are dest, mask, nh, metric
/// and interface; the last ones may be absent. Under a header a row has as many cells as the header
/// (RFC 4180), and one with more or fewer is rejected: nobody knows whether it was cut off. JSON
/// lines have the same names.
///
/// Threads: one.
public final class RouteFeed {

  /// A format shows in its first lines.
  private static final int HEAD_LENGTH_MAX = 8192;

  private final BufferedReader in;
  private final RouteFormat format;
  private final RouteDefaults defaults;
  private final boolean guessed;

  private RouteFeed(
      BufferedReader in, RouteFormat format, RouteDefaults defaults, boolean guessed) {
    this.in = in;
    this.format = format;
    this.defaults = defaults;
    this.guessed = guessed;
  }

  /// A feed whose format is known by its first 8,192 characters. The caller closes `in`.
  ///
  /// @param in UTF-8, with or without a byte order mark
  /// @throws InvalidFeedException if they could be of several formats or none
  public static RouteFeed open(InputStream in, RouteDefaults defaults) throws IOException {
    BufferedReader reader = reader(text(in));
    RouteFormat format =
        RouteFormat.guess(head(reader))
            .orElseThrow(
                () ->
                    new InvalidFeedException(
                        "the format cannot be told from the first line; name one of "
                            + RouteFormat.NAMES));
    return new RouteFeed(reader, format, defaults, true);
  }

  /// A feed of a known format. The caller closes `in`.
  ///
  /// @param in UTF-8, with or without a byte order mark
  public static RouteFeed open(InputStream in, RouteFormat format, RouteDefaults defaults)
      throws IOException {
    BufferedReader reader = reader(text(in));
    head(reader);
    return new RouteFeed(reader, format, defaults, false);
  }

  /// The same stream, unless it begins as something that is known to be no text.
  private static InputStream text(InputStream in) throws IOException {
    byte[] head = new byte[MrtHead.BYTES];
    int length = fill(in, head);
    if (length == head.length && MrtHead.isOne(head)) {
      throw new InvalidFeedException(
          "is an MRT file (RFC 6396), which is not read yet; its prefixes can be:"
              + " bgpdump -m FILE | cut -d'|' -f6");
    }
    return new SequenceInputStream(new ByteArrayInputStream(head, 0, length), in);
  }

  /// Reads on to where the stream fails, as [#fill(Reader, char[])].
  private static int fill(InputStream in, byte[] head) throws IOException {
    int length = 0;
    try {
      for (int n = 0; n >= 0 && length < head.length; length += Math.max(n, 0)) {
        n = in.read(head, length, head.length - length);
      }
    } catch (IOException e) {
      if (length == 0) {
        throw e;
      }
    }
    return length;
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(
        new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }

  /// Looks at the beginning and steps over a byte order mark.
  private static String head(BufferedReader reader) throws IOException {
    try {
      reader.mark(HEAD_LENGTH_MAX);
      char[] head = new char[HEAD_LENGTH_MAX];
      int length = fill(reader, head);
      reader.reset();
      boolean marked = length > 0 && head[0] == '\ufeff';
      if (marked) {
        reader.skip(1);
      }
      return new String(head, 0, length).substring(marked ? 1 : 0);
    } catch (CharacterCodingException e) {
      throw notText(e);
    }
  }

  /// Reads on to where the stream fails: what stands before that is read as if it did not, and then
  /// it fails again.
  private static int fill(Reader reader, char[] head) throws IOException {
    int length = 0;
    try {
      for (int n = 0; n >= 0 && length < head.length; length += Math.max(n, 0)) {
        n = reader.read(head, length, head.length - length);
      }
    } catch (IOException e) {
      if (length == 0 || e instanceof CharacterCodingException) {
        throw e;
      }
    }
    return length;
  }

  /// What the text is read as.
  public RouteFormat format() {
    return format;
  }

  /// Hands over every row, in order; rows handed over = rows read.
  ///
  /// @throws InvalidFeedException if the text as a whole is broken
  /// @throws IOException if the stream under it fails
  public void read(Consumer<? super RouteRow> rows) throws IOException {
    RouteRowReader reader =
        switch (format) {
          case PREFIX_LIST -> new PrefixListReader(defaults);
          case CSV -> RouteTableReader.csv(defaults);
          case TSV -> RouteTableReader.tsv(defaults);
          case IP_JSON -> new IpJsonReader(Family.IPV4, defaults.metric(), guessed);
          case IP6_JSON -> new IpJsonReader(Family.IPV6, defaults.metric(), guessed);
          case JSON_LINES -> new RouteJsonLinesReader(defaults);
        };
    try {
      reader.read(in, rows);
    } catch (CharacterCodingException e) {
      throw notText(e);
    }
  }

  private static InvalidFeedException notText(CharacterCodingException e) {
    return new InvalidFeedException("must be UTF-8 text: it has bytes that are not", e);
  }
}
