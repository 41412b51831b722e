package guidepost.guide.feeds;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What of OpenStreetMap is wanted: those with one of these tags.
///
/// Threads: any; immutable.
///
/// @param tags each a `key` or a `key=value`; none: anything
public record OsmTags(List<String> tags) {

  /// Anything.
  public static final OsmTags ANY = new OsmTags(List.of());

  /// Copies the tags.
  ///
  /// @throws IllegalArgumentException if one has no key
  public OsmTags {
    tags = List.copyOf(tags);
    for (String tag : tags) {
      if (key(tag).isEmpty()) {
        throw new IllegalArgumentException(
            "tag \"%s\": must be KEY or KEY=VALUE, like amenity=fuel".formatted(tag));
      }
    }
  }

  private static String key(String tag) {
    int equals = tag.indexOf('=');
    return equals < 0 ? tag : tag.substring(0, equals);
  }

  boolean wants(Map<String, String> given) {
    return tags.isEmpty() || tags.stream().anyMatch(tag -> has(given, tag));
  }

  private static boolean has(Map<String, String> given, String tag) {
    String value = given.get(key(tag));
    return value != null && (tag.equals(key(tag)) || tag.equals(key(tag) + "=" + value));
  }

  /// What sort of thing it is; empty if no tag tells.
  String category(Map<String, String> given) {
    Stream<String> wanted = tags.stream().filter(tag -> has(given, tag)).map(OsmTags::key);
    Optional<String> kind =
        Stream.concat(wanted, OsmPbfReader.KINDS.stream()).filter(given::containsKey).findFirst();
    return kind.map(key -> value(key, given.getOrDefault(key, ""))).orElse("");
  }

  private static String value(String key, String value) {
    return value.isEmpty() || value.equals("yes") ? key : value;
  }
}
