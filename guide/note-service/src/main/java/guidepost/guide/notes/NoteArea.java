package guidepost.guide.notes;

import guidepost.guide.geo.Arc;
import guidepost.guide.geo.BoxEdges;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import java.util.List;

/// Where notes are wanted. A note is in an area if any point of its line is.
///
/// Distances are on the ellipsoid, and between two points a note or a path follows the great
/// circle, whatever it is compared with: the same line is in a circle and in a box around it, near
/// the poles too.
sealed interface NoteArea
    permits NoteArea.Anywhere, NoteArea.At, NoteArea.Box, NoteArea.Circle, PathArea {

  /// Where to look: everything in the area meets one of these.
  List<Extent> extents();

  /// True if a note is in the area.
  ///
  /// @param extent the note's
  boolean has(Note note, Extent extent);

  /// True if a note is in the area.
  default boolean has(Note note) {
    return has(note, Extent.of(note.line()));
  }

  /// Everywhere.
  record Anywhere() implements NoteArea {
    @Override
    public List<Extent> extents() {
      return List.of(Extent.WORLD);
    }

    @Override
    public boolean has(Note note, Extent extent) {
      return true;
    }
  }

  /// A place.
  ///
  /// @param place canonical
  record At(Point place) implements NoteArea {
    @Override
    public List<Extent> extents() {
      return List.of(Extent.of(place));
    }

    @Override
    public boolean has(Note note, Extent extent) {
      return note.line().stream().anyMatch(place::samePlace);
    }
  }

  /// A box, edges included.
  record Box(GeoBox box) implements NoteArea {
    @Override
    public List<Extent> extents() {
      return List.of(Extent.of(box));
    }

    @Override
    public boolean has(Note note, Extent extent) {
      List<Point> line = note.line();
      return line.stream().anyMatch(box::contains) || (line.size() > 1 && crosses(line));
    }

    private boolean crosses(List<Point> line) {
      BoxEdges edges = BoxEdges.of(box);
      return Arc.of(line).stream().anyMatch(edges::meet);
    }
  }

  /// Near a point.
  record Circle(Point center, double metres) implements NoteArea {
    @Override
    public List<Extent> extents() {
      return List.of(Extent.around(center, Wgs84.onSphereMost(metres)));
    }

    @Override
    public boolean has(Note note, Extent extent) {
      List<Point> line = note.line();
      if (line.size() == 1) {
        return Wgs84.isWithin(center, line.getFirst(), metres);
      }
      Arc middle = Arc.of(center, center);
      return Arc.of(line).stream().anyMatch(arc -> arc.isWithin(middle, metres));
    }
  }
}
