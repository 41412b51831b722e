package guidepost.guide.index;

import guidepost.guide.geo.Point;
import java.util.Map;

/// Something at a point, known by its id.
///
/// Threads: any; immutable.
///
/// @param id unique in an index, not empty
/// @param point where it is, as given
/// @param name empty if it has none
/// @param category what sort it is, empty if unknown
/// @param attributes whatever else is known; copied
/// @param revision the revision that wrote it last; 0 if none yet
public record Feature(
    String id,
    Point point,
    String name,
    String category,
    Map<String, String> attributes,
    long revision) {

  /// @throws IllegalArgumentException if the id is empty
  public Feature {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must not be empty");
    }
    attributes = Map.copyOf(attributes);
  }

  /// A feature with a name and nothing else.
  public static Feature named(String id, Point point, String name) {
    return new Feature(id, point, name, "", Map.of(), 0);
  }

  /// The same feature, last written by another revision.
  public Feature withRevision(long newRevision) {
    return new Feature(id, point, name, category, attributes, newRevision);
  }

  /// True if it has a name: only such features are listed to clients of the seed contract.
  public boolean isNamed() {
    return !name.isEmpty();
  }
}
