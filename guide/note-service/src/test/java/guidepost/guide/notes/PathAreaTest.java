package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.guide.geo.Arc;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.SeedMessages;
import guidepost.guide.v1.NoteSeverity;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// What is near a path, and what it costs to see that.
final class PathAreaTest {

  private static final int POINTS = 10_000;
  private static final int ROUNDS = 20;

  private static Note note(List<Point> line) {
    NoteDetails details =
        new NoteDetails(
            "hazard",
            "a",
            NoteSeverity.NOTE_SEVERITY_LOW,
            line.subList(1, line.size()),
            OptionalInt.empty(),
            List.of(),
            List.of());
    Point first = line.getFirst();
    return new Note(1, 1, 0, Note.NEVER, first.canonical(), SeedMessages.note(first, ""), details);
  }

  /// Some places where geometry goes wrong, and segments of all lengths from there.
  private static List<Point> line(Random random, Point from, int segments) {
    List<Point> line = new ArrayList<>(List.of(from));
    for (int i = 0; i < segments; i++) {
      int spread = 1 + (int) Math.exp(random.nextDouble(15));
      line.add(near(random, line.getLast(), spread));
    }
    return line;
  }

  private static Point near(Random random, Point point, int spread) {
    long longitude = point.longitudeE7() + random.nextLong(-spread, spread + 1);
    long latitude = point.latitudeE7() + random.nextLong(-spread, spread + 1);
    return new Point(
        (int) Math.clamp(latitude, -900_000_000L, 900_000_000L),
        (int) (Math.floorMod(longitude + 1_800_000_000L, 3_600_000_000L) - 1_800_000_000L));
  }

  private static boolean isMeasuredNear(List<Point> path, List<Point> line, double metres) {
    return Arc.of(path).stream()
        .anyMatch(segment -> Arc.of(line).stream().anyMatch(arc -> arc.isWithin(segment, metres)));
  }

  @Test
  void shouldHaveWhatMeasuringEachHopFinds() {
    Random random = Seed.random("PathAreaTest.measured");
    Point[] places = {
      new Point(0, 0),
      new Point(470_000_000, 80_000_000),
      new Point(0, 1_800_000_000),
      new Point(899_990_000, 0),
      new Point(-900_000_000, 0)
    };
    int near = 0;
    for (int i = 0; i < 5_000; i++) {
      Point place = places[random.nextInt(places.length)];
      List<Point> path = line(random, place, random.nextInt(1, 40));
      List<Point> line = line(random, near(random, place, 3_000_000), random.nextInt(6));
      double metres = Math.exp(random.nextDouble(Math.log(10_000)));
      boolean expected = isMeasuredNear(path, line, metres);
      assertThat(PathArea.of(path, metres).has(note(line))).isEqualTo(expected);
      near += expected ? 1 : 0;
    }
    assertThat(near).isBetween(500, 4_500);
  }

  /// There and back over four kilometres, and notes beside it in the same squares.
  private static List<Point> winding() {
    List<Point> path = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      path.add(new Point(i % 2 * 250_000, i % 2 * 250_000 + i));
    }
    return path;
  }

  @Test
  void shouldNotMeasureALineThatLiesBesideThePath() {
    List<Point> line = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      line.add(new Point(20_000 + i, 200_000 + i % 2 * 25_000));
    }
    assertMuchFasterThanMeasuring(line, 20);
  }

  @Test
  void shouldNotMeasureALineThatLeadsAlongThePath() {
    List<Point> line = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      line.add(new Point(i * 5_000, i * 5_000 + 60_000));
    }
    assertMuchFasterThanMeasuring(line, 4);
  }

  private static void assertMuchFasterThanMeasuring(List<Point> line, int times) {
    List<Point> path = winding();
    Note note = note(line);
    PathArea corridor = PathArea.of(path, 1);
    // On a busy machine one of the two may be interrupted, or not be compiled yet, but not each
    // time.
    await()
        .untilAsserted(
            () -> {
              long compared = nanos(() -> corridor.has(note));
              long measured = nanos(() -> isMeasuredNear(path, line, 1));
              System.out.printf(
                  "PathAreaTest: %d us against %d us%n", compared / 1_000, measured / 1_000);
              assertThat(compared).isLessThan(measured / times);
            });
  }

  private static long nanos(BooleanSupplier question) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      boolean answer = question.getAsBoolean();
      least = Math.min(least, System.nanoTime() - begun);
      assertThat(answer).isFalse();
    }
    return least;
  }

  @Test
  void shouldTakeForNearWhatWouldTakeForEverToMeasure() {
    List<Point> path = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      path.add(new Point(100, i % 2));
    }
    List<Point> line = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      // Three centimetres out of reach.
      line.add(new Point(100 + 904_375 + i % 5, i % 2 * 1_000));
    }
    assertThat(isMeasuredNear(path, line, 10_000)).isFalse();
    assertThat(PathArea.of(path, 10_000).has(note(line))).isTrue();
    assertThat(PathArea.of(path.subList(0, 30), 10_000).has(note(line))).isFalse();
  }
}
