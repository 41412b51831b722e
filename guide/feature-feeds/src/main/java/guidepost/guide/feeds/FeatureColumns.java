package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which columns of a table hold what. Every other column is kept as an attribute.
///
/// Threads: any; immutable.
///
/// @param name column of the name; empty: `name`
/// @param latitude column of the latitude in degrees; empty: `latitude`, `lat` or `y`
/// @param longitude column of the longitude in degrees; empty: `longitude`, `lon`, `lng`, `long` or
///   `x`
/// @param id column of the id; empty: `id` if there is one
/// @param category column of the category; empty: `category` if there is one
public record FeatureColumns(
    String name, String latitude, String longitude, String id, String category) {

  /// The columns by their usual names.
  public static final FeatureColumns BY_NAME = new FeatureColumns("", "", "", "", "");

  /// What the column of the latitude is called, where it is not said.
  static final List<String> LATITUDES = List.of("latitude", "lat", "y");

  /// What the column of the longitude is called, where it is not said.
  static final List<String> LONGITUDES = List.of("longitude", "lon", "lng", "long", "x");

  /// Where the columns of a table are.
  ///
  /// @param header names, in order
  /// @param name index of the name
  /// @param latitude index of the latitude
  /// @param longitude index of the longitude
  /// @param id index of the id, or -1
  /// @param category index of the category, or -1
  record Places(List<String> header, int name, int latitude, int longitude, int id, int category) {

    boolean isAttribute(int i) {
      return i != name && i != latitude && i != longitude && i != id && i != category;
    }
  }

  /// Finds the columns in a header, whatever their case.
  ///
  /// @throws InvalidFeedException if one that must be there is not, or a name is empty or repeated
  Places in(List<String> header) throws InvalidFeedException {
    requireDistinct(header);
    return new Places(
        List.copyOf(header),
        required(header, name, List.of("name")),
        required(header, latitude, LATITUDES),
        required(header, longitude, LONGITUDES),
        optional(header, id, "id"),
        optional(header, category, "category"));
  }

  private static void requireDistinct(List<String> header) throws InvalidFeedException {
    List<String> seen = new ArrayList<>();
    for (String column : header) {
      if (column.isBlank()) {
        throw new InvalidFeedException("header: column %d has no name".formatted(seen.size() + 1));
      }
      if (seen.contains(column)) {
        throw new InvalidFeedException(
            "header: column \"%s\" is there twice".formatted(Shortened.of(column)));
      }
      seen.add(column);
    }
  }

  private static int required(List<String> header, String chosen, List<String> usual)
      throws InvalidFeedException {
    return find(header, chosen, usual)
        .orElseThrow(() -> missing(header, chosen.isEmpty() ? String.join(" or ", usual) : chosen));
  }

  private static int optional(List<String> header, String chosen, String usual)
      throws InvalidFeedException {
    Optional<Integer> found = find(header, chosen, List.of(usual));
    if (found.isEmpty() && !chosen.isEmpty()) {
      throw missing(header, chosen);
    }
    return found.orElse(-1);
  }

  private static Optional<Integer> find(List<String> header, String chosen, List<String> usual) {
    for (String wanted : chosen.isEmpty() ? usual : List.of(chosen)) {
      List<String> lower = header.stream().map(FeatureColumns::folded).toList();
      int at = lower.indexOf(folded(wanted));
      if (at >= 0) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static InvalidFeedException missing(List<String> header, String column) {
    return new InvalidFeedException(
        "header: there is no column %s; the columns are %s"
            .formatted(column, Shortened.of(String.join(", ", header))));
  }
}
