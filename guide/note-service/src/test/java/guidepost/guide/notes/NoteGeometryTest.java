package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.Arc;
import guidepost.guide.geo.CellIndex;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Vector;
import guidepost.guide.messages.SeedMessages;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteSeverity;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Where notes are, against a look at each of them: the areas, the map and the cells.
final class NoteGeometryTest {

  private static final int E7 = Point.E7;

  /// Mostly near a few places where geometry goes wrong, so that something meets.
  private static Point point(Random random) {
    int[][] corners = {{0, 0}, {47 * E7, 8 * E7}, {10 * E7, 180 * E7}, {90 * E7, 0}, {-90 * E7, 0}};
    int[] corner = corners[random.nextInt(corners.length)];
    int spread = random.nextBoolean() ? 200_000 : 20_000_000;
    long longitude = corner[1] + random.nextLong(-spread, spread);
    int latitude = corner[0] + random.nextInt(-spread, spread);
    return new Point(
        Math.clamp(latitude, -90 * E7, 90 * E7),
        (int) (Math.floorMod(longitude + 180L * E7, 360L * E7) - 180L * E7));
  }

  private static Point near(Random random, Point point, int spread) {
    long longitude = point.longitudeE7() + random.nextLong(-spread, spread);
    return new Point(
        Math.clamp(point.latitudeE7() + random.nextInt(-spread, spread), -90 * E7, 90 * E7),
        (int) (Math.floorMod(longitude + 180L * E7, 360L * E7) - 180L * E7));
  }

  private static Note note(Random random, long id) {
    Point point = point(random);
    List<Point> onward = new ArrayList<>();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      Point next = near(random, onward.isEmpty() ? point : onward.getLast(), 300_000);
      onward.add(next);
    }
    NoteDetails details =
        new NoteDetails(
            random.nextBoolean() ? "hazard" : "traffic",
            "a",
            NoteSeverity.NOTE_SEVERITY_LOW,
            onward,
            OptionalInt.empty(),
            List.of(),
            List.of());
    return new Note(
        id, id, 0, Note.NEVER, point.canonical(), SeedMessages.note(point, ""), details);
  }

  private static NoteArea area(Random random) {
    Point point = point(random);
    double metres = Math.exp(random.nextDouble(Math.log(100), Math.log(300_000)));
    return switch (random.nextInt(4)) {
      case 0 -> new NoteArea.At(point.canonical());
      case 1 -> new NoteArea.Circle(point, metres);
      case 2 -> corridor(random, point, Math.min(metres, 10_000));
      default -> box(random, point);
    };
  }

  private static NoteArea corridor(Random random, Point from, double metres) {
    List<Point> path = new ArrayList<>(List.of(from));
    for (int i = random.nextInt(1, 40); i > 0; i--) {
      path.add(near(random, path.getLast(), 400_000));
    }
    return PathArea.of(path, metres);
  }

  private static NoteArea box(Random random, Point one) {
    Point other = near(random, one, 3_000_000);
    boolean eastward =
        new Extent(0, one.longitudeE7(), 0, one.longitudeE7())
            .meets(new Extent(0, other.longitudeE7() - 3_000_000L, 0, other.longitudeE7()));
    Point west = eastward ? one : other;
    Point east = eastward ? other : one;
    return new NoteArea.Box(
        new GeoBox(
            Math.min(one.latitudeE7(), other.latitudeE7()),
            west.longitudeE7(),
            Math.max(one.latitudeE7(), other.latitudeE7()),
            east.longitudeE7()));
  }

  @Test
  void shouldFindInTheMapWhatALookAtEachNoteFindsWhileNotesComeAndGo() {
    Random random = Seed.random("NoteGeometryTest.map");
    List<Note> notes = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      notes.add(note(random, i));
    }
    NoteMap map = NoteMap.of(notes);
    for (int i = 301; i <= 900; i++) {
      boolean adds = random.nextInt(5) < 3;
      Note note = adds ? note(random, i) : notes.remove(random.nextInt(notes.size()));
      NoteEvent.Type type = adds ? NoteEvent.Type.TYPE_ADDED : NoteEvent.Type.TYPE_EXPIRED;
      map = map.after(new NoteChange(type, note));
      if (adds) {
        notes.add(note);
      }
      NoteArea area = area(random);
      assertThat(found(map, area, Set.of())).isEqualTo(expected(notes, area, ""));
      assertThat(found(map, area, Set.of("hazard"))).isEqualTo(expected(notes, area, "hazard"));
    }
    assertThat(found(map, new NoteArea.Anywhere(), Set.of())).hasSize(notes.size());
  }

  private static Set<Long> found(NoteMap map, NoteArea area, Set<String> kinds) {
    Set<Long> found = new TreeSet<>();
    NoteMap.Walk walk = map.walk(area, kinds, NoteMap.Mark.BEGIN);
    for (var next = walk.next(); next.isPresent(); next = walk.next()) {
      assertThat(found.add(next.get().id())).isTrue();
    }
    return found;
  }

  private static Set<Long> expected(List<Note> notes, NoteArea area, String kind) {
    Set<Long> expected = new TreeSet<>();
    notes.stream()
        .filter(note -> area.has(note) && (kind.isEmpty() || kind.equals(note.kind())))
        .forEach(note -> expected.add(note.id()));
    return expected;
  }

  private record Subscriber(int id, NoteArea area) {}

  @Test
  void shouldAskInTheCellsEveryoneWhomALookAtEachSubscriberFinds() {
    Random random = Seed.random("NoteGeometryTest.cells");
    CellIndex<Subscriber> index = new CellIndex<>();
    List<Subscriber> areas = new ArrayList<>();
    List<CellIndex.Entry<Subscriber>> entries = new ArrayList<>();
    long asked = 0;
    for (int i = 1; i <= 450; i++) {
      int one = areas.isEmpty() ? 0 : random.nextInt(areas.size());
      if (areas.size() < 300 || random.nextInt(3) == 0) {
        areas.add(new Subscriber(i, area(random)));
        entries.add(index.add(areas.getLast(), areas.getLast().area().extents()));
      } else if (random.nextBoolean()) {
        areas.remove(one);
        index.remove(entries.remove(one));
      }
      Note note = note(random, i);
      Extent extent = Extent.of(note.line());
      List<Subscriber> found = new ArrayList<>();
      index.forEach(extent, found::add);
      asked += found.size();
      assertThat(found).doesNotHaveDuplicates();
      found.removeIf(each -> !each.area().has(note, extent));
      List<Subscriber> expected = areas.stream().filter(each -> each.area().has(note)).toList();
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThat(index.size()).isEqualTo(areas.size());
    assertThat(asked).isLessThan(450L * areas.size() / 2);
    entries.forEach(index::remove);
    assertThat(index.size()).isZero();
  }

  @Test
  void shouldMoveWithAMovingSubscriberAcrossTheGlobe() {
    Random random = Seed.random("NoteGeometryTest.move");
    CellIndex<String> index = new CellIndex<>();
    Point at = new Point(0, 0);
    var entry = index.add("moving", around(at));
    for (int i = 0; i < 1_000; i++) {
      at = random.nextInt(50) == 0 ? point(random) : near(random, at, 20_000);
      entry = index.move(entry, around(at));
      List<String> asked = new ArrayList<>();
      index.forEach(Extent.of(at), asked::add);
      assertThat(asked).containsExactly("moving");
    }
    assertThat(index.size()).isEqualTo(1);
  }

  private static List<Extent> around(Point point) {
    return List.of(Extent.around(point, 500));
  }

  @Test
  void shouldMeasureFromAPointToAnArcAsADenseWalkAlongItDoes() {
    Random random = Seed.random("NoteGeometryTest.arcs");
    for (int i = 0; i < 300; i++) {
      Point from = point(random);
      Point to = near(random, from, 400_000);
      Point off = near(random, from, 600_000);
      double metres = Arc.of(from, to).metres(Arc.of(off, off));
      double walked = Double.MAX_VALUE;
      for (int step = 0; step <= 1_000; step++) {
        walked = Math.min(walked, Haversine.metres(between(from, to, step / 1e3), off));
      }
      double segment = Haversine.metres(from, to);
      assertThat(metres).isBetween(walked - segment / 500 - 0.1, walked + 0.1);
    }
  }

  private static Point between(Point from, Point to, double part) {
    Vector a = Vector.of(from);
    Vector b = Vector.of(to);
    double angle = a.angleTo(b);
    double left = angle == 0 ? 1 : Math.sin((1 - part) * angle) / Math.sin(angle);
    double right = angle == 0 ? 0 : Math.sin(part * angle) / Math.sin(angle);
    double x = left * a.x() + right * b.x();
    double y = left * a.y() + right * b.y();
    double z = left * a.z() + right * b.z();
    return Point.ofDegrees(
        Math.toDegrees(Math.atan2(z, Math.hypot(x, y))), Math.toDegrees(Math.atan2(y, x)));
  }

  private static boolean isIn(GeoBox box, Point from, Point to) {
    List<Point> line = List.of(from, to);
    NoteDetails details =
        new NoteDetails(
            "hazard",
            "a",
            NoteSeverity.NOTE_SEVERITY_LOW,
            List.of(to),
            OptionalInt.empty(),
            List.of(),
            List.of());
    Note note =
        new Note(1, 1, 0, Note.NEVER, from.canonical(), SeedMessages.note(from, ""), details);
    return new NoteArea.Box(box).has(note, Extent.of(line));
  }

  /// Wider by what lies between two steps of a walk.
  private static GeoBox wider(GeoBox box, int by) {
    return new GeoBox(
        Math.max(-90 * E7, box.southE7() - by),
        box.westE7() - 4 * by,
        Math.min(90 * E7, box.northE7() + by),
        box.eastE7() + 4 * by);
  }

  @Test
  void shouldSeeALineInABoxWhereADenseWalkAlongItIs() {
    Random random = Seed.random("NoteGeometryTest.boxes");
    int met = 0;
    for (int i = 0; i < 2_000; i++) {
      Point from = point(random);
      Point to = near(random, from, 900_000);
      int south = from.latitudeE7() + random.nextInt(-400_000, 400_000);
      long west = from.longitudeE7() + random.nextLong(-400_000, 400_000);
      if (Math.abs(south) >= 90 * E7 || Math.abs(west) > 179 * E7) {
        continue;
      }
      GeoBox box =
          new GeoBox(
              south,
              (int) west,
              Math.min(south + random.nextInt(1_000, 600_000), 90 * E7),
              (int) west + random.nextInt(1_000, 600_000));
      boolean isIn = isIn(box, from, to);
      boolean walked = walks(box, from, to, 4_000);
      met += walked ? 1 : 0;
      String what = "%s to %s in %s".formatted(from, to, box);
      assertThat(isIn || !walked).as(what).isTrue();
      if (Math.abs(south) < 70 * E7) {
        assertThat(!isIn || walks(wider(box, 400), from, to, 4_000)).as(what).isTrue();
      }
    }
    assertThat(met).isGreaterThan(100);
  }

  private static boolean walks(GeoBox box, Point from, Point to, int steps) {
    return IntStream.rangeClosed(0, steps)
        .anyMatch(step -> box.contains(between(from, to, step / (double) steps)));
  }

  @Test
  void shouldTakeTheSameLineForBoxesAsForCirclesNearAPole() {
    Point from = Point.ofDegrees(89.97, -9.79);
    Point to = Point.ofDegrees(89.99, 108.63);
    GeoBox box = new GeoBox(899_200_000, 99_600_000, 899_800_000, 100_400_000);
    assertThat(isIn(box, from, to)).isEqualTo(walks(box, from, to, 100_000)).isFalse();
    GeoBox across = new GeoBox(899_750_000, 100_000_000, 899_950_000, 300_000_000);
    assertThat(isIn(across, from, to)).isEqualTo(walks(across, from, to, 100_000)).isTrue();
    GeoBox aroundThePole = new GeoBox(899_999_000, -1_800_000_000, 900_000_000, 1_800_000_000);
    assertThat(isIn(aroundThePole, Point.ofDegrees(89, 10), Point.ofDegrees(89, -170))).isTrue();
    assertThat(isIn(aroundThePole, Point.ofDegrees(89, 10), Point.ofDegrees(89, -160))).isFalse();
    GeoBox north = new GeoBox(600_000_000, 0, 601_000_000, 200_000_000);
    assertThat(isIn(north, Point.ofDegrees(59.9, 0), Point.ofDegrees(59.9, 20)))
        .as("the great circle leads north of both ends")
        .isTrue();
    GeoBox inTheArch = new GeoBox(601_000_000, 0, 620_000_000, 200_000_000);
    assertThat(isIn(inTheArch, Point.ofDegrees(59.9, 0), Point.ofDegrees(59.9, 20)))
        .as("in and out by the southern edge")
        .isTrue();
    GeoBox mirrored = new GeoBox(-620_000_000, 0, -601_000_000, 200_000_000);
    assertThat(isIn(mirrored, Point.ofDegrees(-59.9, 0), Point.ofDegrees(-59.9, 20)))
        .as("in and out by the northern edge")
        .isTrue();
  }

  @Test
  void shouldSeeThatArcsCross() {
    Arc one = Arc.of(new Point(-100, 1_799_000_000), new Point(100, -1_799_000_000));
    Arc other = Arc.of(new Point(-1_000_000, 1_800_000_000), new Point(1_000_000, -1_800_000_000));
    assertThat(one.metres(other)).isZero();
    Arc beside = Arc.of(new Point(-1_000_000, 10), new Point(1_000_000, 10));
    assertThat(one.metres(beside)).isGreaterThan(10_000_000);
  }

  @Test
  void shouldListInAnOrderThatAMarkGoesOnFrom() {
    Random random = Seed.random("NoteGeometryTest.marks");
    List<Note> notes = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      notes.add(note(random, i));
    }
    NoteMap map = NoteMap.of(notes);
    List<Note> order = new ArrayList<>();
    NoteMap.Walk walk = map.walk(new NoteArea.Anywhere(), Set.of(), NoteMap.Mark.BEGIN);
    for (var next = walk.next(); next.isPresent(); next = walk.next()) {
      order.add(next.get());
    }
    for (int i = 0; i < order.size() - 1; i++) {
      NoteMap.Walk rest =
          map.walk(new NoteArea.Anywhere(), Set.of(), NoteMap.Mark.of(order.get(i)));
      assertThat(rest.next()).contains(order.get(i + 1));
    }
  }
}
