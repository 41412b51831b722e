package guidepost.guide.notes;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What kinds of notes there are, how long they live, and what ends them earlier.
///
/// @param ttls of each kind by name; [Duration#ZERO]: until it is closed. [#TEXT] is always there
/// @param denials of so many distinct authors close a note, 1 to 100
/// @param actionsAtOnce what one author may do with notes in a burst
/// @param actionsPerMinute what one author may do for long
public record NoteRules(
    Map<String, Duration> ttls, int denials, int actionsAtOnce, int actionsPerMinute) {

  /// The kind of notes that chats post.
  public static final String TEXT = "text";

  /// The longest TTL of a kind, ten years: whatever holds for longer is a feature.
  public static final Duration TTL_MAX = Duration.ofDays(3_650);

  /// The longest TTL that one note may ask for.
  static final Duration ASKED_TTL_MAX = Duration.ofDays(30);

  /// What a listener may have to choose from, and a request to list.
  public static final int KINDS_MAX = 32;

  /// Authors that one note remembers in each list, since it is written again with each.
  public static final int DENIALS_MAX = 100;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /// A jam for half an hour, a danger for two, words for a day, a closed road until it is open.
  public static final NoteRules DEFAULTS =
      new NoteRules(
          Map.of(
              "traffic",
              Duration.ofMinutes(30),
              "hazard",
              Duration.ofHours(2),
              TEXT,
              Duration.ofHours(24),
              "closure",
              Duration.ZERO),
          3,
          60,
          60);

  /// @throws IllegalArgumentException if a value breaks its rule
  public NoteRules {
    ttls = Collections.unmodifiableMap(new TreeMap<>(ttls));
    require(ttls.containsKey(TEXT), "note kinds: must have text: " + ttls.keySet());
    require(
        ttls.size() <= KINDS_MAX,
        "note kinds: must be at most %d: %d".formatted(KINDS_MAX, ttls.size()));
    ttls.forEach(NoteRules::requireKind);
    require(
        denials >= 1 && denials <= DENIALS_MAX,
        "denials: must be 1..%d: %d".formatted(DENIALS_MAX, denials));
    require(actionsAtOnce >= 1, "actions at once: must be at least 1: " + actionsAtOnce);
    require(actionsPerMinute >= 1, "actions a minute: must be at least 1: " + actionsPerMinute);
  }

  private static void requireKind(String name, Duration ttl) {
    require(
        NAME.matcher(name).matches(),
        "note kind \"%s\": must be lower-case letters, digits and -, a letter first, at most 32"
            .formatted(name));
    require(
        !ttl.isNegative() && ttl.compareTo(TTL_MAX) <= 0,
        "TTL of note kind %s: must be at most %d days: %s".formatted(name, TTL_MAX.toDays(), ttl));
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }

  /// How long a note of a kind is kept; empty if there is no such kind.
  Optional<Duration> ttl(String kind) {
    return Optional.ofNullable(ttls.get(kind));
  }

  /// How long words live.
  Duration textTtl() {
    return ttl(TEXT).orElseThrow();
  }

  /// The same with one more kind, or another TTL for one.
  public NoteRules withKind(String name, Duration ttl) {
    Map<String, Duration> more = new TreeMap<>(ttls);
    more.put(name, ttl);
    return new NoteRules(more, denials, actionsAtOnce, actionsPerMinute);
  }

  /// The same with another number of denials that close a note.
  public NoteRules withDenials(int newDenials) {
    return new NoteRules(ttls, newDenials, actionsAtOnce, actionsPerMinute);
  }

  /// The same with another pace of one author.
  public NoteRules withPace(int newAtOnce, int newPerMinute) {
    return new NoteRules(ttls, denials, newAtOnce, newPerMinute);
  }
}
