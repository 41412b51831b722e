package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.CellIndex;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;
import guidepost.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What it costs to find which subscribers want a note among 100,000, beside asking everyone.
final class CellIndexCostTest {

  private static final int SUBSCRIBERS = 100_000;
  private static final int NOTES = 20_000;
  private static final int ROUNDS = 5;

  private record Asked(NoteArea area, Extent extent) {}

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldCostAHundredthOfAskingEveryone() {
    Random random = Seed.random("CellIndexCostTest");
    List<Asked> everyone = new ArrayList<>();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      NoteArea area = new NoteArea.Circle(point(random), metres(random));
      everyone.add(new Asked(area, area.extents().getFirst()));
    }
    CellIndex<Asked> index = new CellIndex<>();
    long begun = System.nanoTime();
    everyone.forEach(each -> index.add(each, List.of(each.extent())));
    long subscribing = (System.nanoTime() - begun) / SUBSCRIBERS;
    List<Note> notes = new ArrayList<>();
    for (int i = 1; i <= NOTES; i++) {
      Point point = point(random);
      notes.add(Note.ofChat(i, 0, Duration.ZERO, point, RouteNote.getDefaultInstance()));
    }
    double best = Double.MAX_VALUE;
    double scan = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long[] found = {0, 0};
      long from = System.nanoTime();
      notes.forEach(note -> found[0] += wanted(index, note));
      best = Math.min(best, (double) (System.nanoTime() - from) / NOTES);
      from = System.nanoTime();
      List<Note> some = notes.subList(0, 200);
      some.forEach(note -> found[1] += everyone.stream().filter(e -> wants(e, note)).count());
      scan = Math.min(scan, (double) (System.nanoTime() - from) / some.size());
      assertThat(some.stream().mapToLong(note -> wanted(index, note)).sum()).isEqualTo(found[1]);
    }
    System.out.printf(
        "%,d subscribers: %.0f ns a note, %.0f ns by asking everyone, %d ns to subscribe%n",
        SUBSCRIBERS, best, scan, subscribing);
    assertThat(best).isLessThan(scan / 100);
  }

  private static long wanted(CellIndex<Asked> index, Note note) {
    long[] wanted = {0};
    index.forEach(Extent.of(note.line()), each -> wanted[0] += wants(each, note) ? 1 : 0);
    return wanted[0];
  }

  private static boolean wants(Asked asked, Note note) {
    Extent extent = Extent.of(note.place());
    return asked.extent().meets(extent) && asked.area().has(note, extent);
  }

  /// Central Europe.
  private static Point point(Random random) {
    return new Point(random.nextInt(430_000_000, 550_000_000), random.nextInt(0, 200_000_000));
  }

  /// Mixed sizes: most look a few kilometres far, few a hundred.
  private static double metres(Random random) {
    return Math.exp(random.nextDouble(Math.log(500), Math.log(20_000)));
  }
}
