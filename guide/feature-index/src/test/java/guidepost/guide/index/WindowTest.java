package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WindowTest {

  private final Random random = Seed.random("WindowTest");
  private final Places places = new Places(random);

  @Test
  void shouldSelectTheFeaturesOfALeafThatAreInTheBox() {
    for (int i = 0; i < 2_000; i++) {
      Leaf leaf = leaf(random.nextInt(Leaf.MAX + 1));
      GeoBox box = box(leaf);
      byte[] selected = new byte[Leaf.MAX];
      int count = new Window(box).select(leaf.places(), selected);
      assertThat(positions(selected, count)).as("in %s", box).isEqualTo(inside(leaf, box));
    }
  }

  /// What the tree relies on: a point inside is never skipped, a covered one is never outside.
  @Test
  void shouldNeverSkipALeafWithAPointInsideNorCoverOneWithAPointOutside() {
    for (int i = 0; i < 5_000; i++) {
      Leaf left = leaf(1 + random.nextInt(4));
      Leaf right = leaf(1 + random.nextInt(4));
      Inner node = Inner.above(left, right);
      GeoBox box = box(random.nextBoolean() ? left : right);
      Window window = new Window(box);
      int meeting = window.meeting(node);
      assertThat((meeting & 1) != 0 || inside(left, box).isEmpty()).as("left %s", box).isTrue();
      assertThat((meeting & 2) != 0 || inside(right, box).isEmpty()).as("right %s", box).isTrue();
      boolean covered = LeafPlaces.isCovered(left.places(), window);
      assertThat(!covered || inside(left, box).size() == left.size).as("all %s", box).isTrue();
    }
  }

  private Leaf leaf(int size) {
    Leaf leaf = new Leaf(1);
    for (int i = 0; i < size; i++) {
      leaf.insert(Entry.of(Feature.named("f" + i, places.point(), "n"), i));
    }
    return leaf;
  }

  /// Anywhere, or with corners on features of the leaf or just beside: there it is difficult.
  private GeoBox box(Leaf leaf) {
    if (leaf.size == 0 || random.nextInt(3) == 0) {
      return places.box();
    }
    Point a = leaf.point(random.nextInt(leaf.size));
    Point b = leaf.point(random.nextInt(leaf.size));
    return new GeoBox(
        beside(Math.min(a.latitudeE7(), b.latitudeE7()), -1, Point.LATITUDE_E7_MAX),
        beside(a.longitudeE7(), -1, Point.LONGITUDE_E7_MAX),
        beside(Math.max(a.latitudeE7(), b.latitudeE7()), 1, Point.LATITUDE_E7_MAX),
        beside(b.longitudeE7(), 1, Point.LONGITUDE_E7_MAX));
  }

  private int beside(int value, int by, int most) {
    return Math.clamp(value + by * random.nextInt(2), -most, most);
  }

  private static List<Integer> positions(byte[] selected, int count) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      positions.add((int) selected[i]);
    }
    return positions;
  }

  private static List<Integer> inside(Leaf leaf, GeoBox box) {
    List<Integer> inside = new ArrayList<>();
    for (int at = 0; at < leaf.size; at++) {
      if (box.contains(leaf.latitude(at), leaf.longitude(at))) {
        inside.add(at);
      }
    }
    return inside;
  }
}
