package guidepost.routes.feeds;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The texts that a [RouteFeed] can read.
public enum RouteFormat {
  /// One prefix a line; `#` begins a comment, empty lines are skipped.
  PREFIX_LIST("prefixes", false),
  /// Comma-separated columns, with or without a header: see [RouteFeed].
  CSV("csv", true),
  /// The same, separated by tabs and without quotes.
  TSV("tsv", false),
  /// What `ip -json route` prints.
  IP_JSON("ip-json", false),
  /// What `ip -json -6 route` prints.
  IP6_JSON("ip6-json", false),
  /// A JSON object a line, as [RouteTextWriter] writes them.
  JSON_LINES("jsonl", true);

  /// The names of all formats, for messages.
  public static final String NAMES =
      Arrays.stream(values()).map(RouteFormat::toString).collect(Collectors.joining(", "));

  /// An address, or what is nearly one, with or without a length.
  private static final Pattern PREFIX = Pattern.compile("[0-9a-fA-F]*[.:][0-9a-fA-F.:]*(/\\d+)?");

  private final String name;
  private final boolean writable;

  RouteFormat(String name, boolean writable) {
    this.name = name;
    this.writable = writable;
  }

  /// True if [RouteTextWriter] writes it.
  public boolean isWritable() {
    return writable;
  }

  /// True if its rows are counted by entry instead of by line.
  public boolean countsEntries() {
    return this == IP_JSON || this == IP6_JSON;
  }

  /// The format with this name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static RouteFormat of(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("format \"%s\": must be %s".formatted(name, NAMES)));
  }

  /// The format of a text that begins like this; empty if it could be several or none.
  static Optional<RouteFormat> guess(String head) {
    String line = firstDataLine(head);
    if (line.isEmpty()) {
      return Optional.of(PREFIX_LIST);
    }
    return switch (line.charAt(0)) {
      case '[' -> Optional.of(IP_JSON);
      case '{' -> Optional.of(JSON_LINES);
      default -> guessTable(line);
    };
  }

  private static Optional<RouteFormat> guessTable(String line) {
    if (line.indexOf('\t') >= 0) {
      return Optional.of(TSV);
    }
    if (line.indexOf(',') >= 0 || RouteColumn.named(line).isPresent()) {
      return Optional.of(CSV);
    }
    String beforeComment = line.split("#", 2)[0].strip();
    return PREFIX.matcher(beforeComment).matches() ? Optional.of(PREFIX_LIST) : Optional.empty();
  }

  private static String firstDataLine(String head) {
    return head.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .orElse("");
  }

  /// True if a cell is meant as an address or prefix, be it right or wrong.
  static boolean looksLikePrefix(String cell) {
    return PREFIX.matcher(cell).matches();
  }

  /// The name by which people choose it.
  @Override
  public String toString() {
    return name;
  }
}
