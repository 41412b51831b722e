package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Corridor;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.Near;
import guidepost.guide.index.NearestSearch;
import guidepost.guide.index.PathSearch;
import guidepost.guide.index.Slack;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.locationtech.jts.geom.Envelope;

/// Questions about places, to the index, to those of JTS and to a scan, with equal answers; then
/// changes, memory. Times are those of the processor.
public final class FeatureIndexBenchmark {

  private static final int ROUNDS = 9;

  /// They do not count.
  private static final int WARM_ROUNDS = 6;

  /// So many boxes that they are all over the index: a few, asked again and again, would measure
  /// the nearest cache.
  private static final int SMALL_BOXES = 20_000;

  private static final int BOXES = 2_000;
  private static final int LARGE_BOXES = 20;

  /// A scan takes the same time for each of them.
  private static final int SCANNED_BOXES = 10;

  private static final int BATCH = 1_000;

  /// The trees of JTS take some 250 bytes a place.
  private static final int RIVALS_MAX = 10_000_000;

  /// What a rival is to hold meanwhile.
  private static final int BYTES_OF_A_PLACE = 24;

  private static final long SEED = 20_261_121;

  private final int size;
  private final JitteredPlaces places;
  private FeatureIndex index = new FeatureIndex();
  private final ArrayList<int[]> inOrderOfPuts = new ArrayList<>();
  private final List<Point> centres = new ArrayList<>();

  private FeatureIndexBenchmark(int size, JitteredPlaces places) {
    this.size = size;
    this.places = places;
  }

  /// Measures everything and prints it.
  ///
  /// @param args how many millions of features; where the list of places is
  public static void main(String[] args) throws Exception {
    int millions = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    Path list =
        Path.of(args.length > 1 ? args[1] : "../shared/data/guide/geonames-cities1000.tsv.xz");
    new FeatureIndexBenchmark(millions * 1_000_000, new JitteredPlaces(list, SEED)).run();
  }

  private void run() throws Exception {
    System.out.printf(
        "%,d features; %d rounds; Java %s; %d processors; %s%n",
        size, ROUNDS, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    fill();
    for (int i = 0; i < SMALL_BOXES; i++) {
      centres.add(places.next());
    }
    questions();
    changes();
  }

  private void questions() throws Exception {
    if (size <= RIVALS_MAX) {
      boxes();
    }
    nearest();
    corridor();
  }

  private void fill() {
    inOrderOfPuts.ensureCapacity(Math.min(size, RIVALS_MAX));
    long before = usedBytes();
    index = loaded();
    System.out.printf(
        "memory of a feature with 26 bytes of texts   %.1f bytes   (asked: <= 90)%n",
        (usedBytes() - before) / (double) size - (size <= RIVALS_MAX ? BYTES_OF_A_PLACE : 0));
  }

  private FeatureIndex loaded() {
    FeatureLoad load = new FeatureLoad();
    for (int i = 0; i < size; i++) {
      Feature feature = places.feature(i);
      load.add(feature, i + 1);
      if (size <= RIVALS_MAX) {
        Point place = feature.point().canonical();
        inOrderOfPuts.add(new int[] {place.latitudeE7(), place.longitudeE7()});
      }
    }
    return load.finish(1);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// The sum of latitudes that are found tells whether the answers are equal.
  private void boxes() throws Exception {
    BoxRivals rivals = new BoxRivals(inOrderOfPuts);
    for (int hits : new int[] {10, 1_000, 100_000}) {
      List<GeoBox> boxes = boxesOf(hits);
      String question = "box of ~%,d: ".formatted(hits);
      List<Envelope> envelopes = boxes.stream().map(BoxRivals::envelope).toList();
      requireEqual(boxes, envelopes, rivals);
      List<GeoBox> few = boxes.subList(0, Math.min(SCANNED_BOXES, boxes.size()));
      for (GeoBox box : few) {
        require(rivals.scanSum(box) == sum(box), box);
      }
      Rounds rounds =
          new Rounds()
              .measure(question + "this index", () -> micros(boxes, this::sum))
              .measure(question + "one by one", () -> micros(boxes, this::sumOneByOne))
              .measure(question + "JTS HPRtree", () -> micros(envelopes, rivals::hprSum))
              .measure(question + "JTS STRtree", () -> micros(envelopes, rivals::strSum))
              .measure(question + "a scan", () -> micros(few, rivals::scanSum))
              .warm(WARM_ROUNDS)
              .run(ROUNDS);
      rounds.print("us");
      String asked = hits == 10 ? ">= 2.5" : hits == 1_000 ? ">= 12" : "-";
      rounds.printRatio(
          question + "HPRtree / this index",
          question + "JTS HPRtree",
          question + "this index",
          asked);
    }
    nearest(rivals);
  }

  private void requireEqual(List<GeoBox> boxes, List<Envelope> envelopes, BoxRivals rivals) {
    for (int i = 0; i < boxes.size(); i++) {
      require(sum(boxes.get(i)) == rivals.hprSum(envelopes.get(i)), boxes.get(i));
    }
  }

  private static void require(boolean isEqual, GeoBox box) {
    if (!isEqual) {
      throw new IllegalStateException("answers differ: " + box);
    }
  }

  /// Squares around the centres with about so many features each.
  private List<GeoBox> boxesOf(int hits) {
    int count = hits == 10 ? SMALL_BOXES : hits == 1_000 ? BOXES : LARGE_BOXES;
    List<GeoBox> boxes = new ArrayList<>();
    for (Point centre : centres.subList(0, count)) {
      double metres = found(index.snapshot(), centre, hits).get(hits - 1).metres();
      GeoBox box = GeoBox.around(centre, metres * Math.sqrt(Math.PI) / 2);
      boolean special = box.crossesAntimeridian() || box.westE7() == -Point.LONGITUDE_E7_MAX;
      if (!special) {
        boxes.add(box);
      }
    }
    return boxes;
  }

  private long sum(GeoBox box) {
    long sum = 0;
    FeatureCursor cursor = index.snapshot().inBox(box);
    for (int count = cursor.advanceRun(); count > 0; count = cursor.advanceRun()) {
      for (int i = 0; i < count; i++) {
        sum += cursor.latitudeE7(i);
      }
    }
    return sum;
  }

  /// The same, feature by feature.
  private long sumOneByOne(GeoBox box) {
    long sum = 0;
    for (FeatureCursor cursor = index.snapshot().inBox(box); cursor.advance(); ) {
      sum += cursor.latitudeE7();
    }
    return sum;
  }

  private static <Q> double micros(List<Q> questions, ToLongFunction<Q> ask) {
    long begun = cpuNanos();
    long asked = 0;
    long sum = 0;
    while (cpuNanos() - begun < 100_000_000) {
      for (Q question : questions) {
        sum += ask.applyAsLong(question);
      }
      asked += questions.size();
    }
    double micros = (cpuNanos() - begun) / 1e3 / asked;
    return sum == 42 ? -micros : micros;
  }

  private static List<Near> found(FeatureSnapshot snapshot, Point from, int count) {
    NearestSearch search = snapshot.nearest(from, count, Double.POSITIVE_INFINITY, 1, view -> true);
    while (!search.look(1_000_000)) {}
    return search.found();
  }

  /// A plane tree's nearest are other ones: its time only.
  private void nearest(BoxRivals rivals) throws Exception {
    List<org.locationtech.jts.geom.Point> points = centres.stream().map(BoxRivals::point).toList();
    new Rounds()
        .measure("nearest 10, on a plane: JTS STRtree", () -> micros(points, rivals::strNearest))
        .run(ROUNDS)
        .print("us");
  }

  private void nearest() throws Exception {
    for (Point centre : centres.subList(0, 5)) {
      requireNearest(centre);
    }
    Rounds rounds =
        new Rounds()
            .measure(
                "nearest 1", () -> micros(centres, at -> found(index.snapshot(), at, 1).size()))
            .measure(
                "nearest 10", () -> micros(centres, at -> found(index.snapshot(), at, 10).size()))
            .measure("exact point", () -> micros(centres, this::hitsAt))
            .warm(WARM_ROUNDS)
            .run(ROUNDS);
    rounds.print("us   (asked: nearest 10 of 10M <= 10)");
  }

  private long hitsAt(Point at) {
    return index.snapshot().at(at).size();
  }

  /// By a scan.
  private void requireNearest(Point from) {
    List<Double> all = new ArrayList<>();
    GeoBox around = GeoBox.around(from, 500_000);
    for (FeatureCursor cursor = index.snapshot().inBox(around); cursor.advance(); ) {
      all.add(metres(from, cursor.view()));
    }
    double[] sorted = all.stream().mapToDouble(each -> each).sorted().limit(10).toArray();
    double[] found =
        found(index.snapshot(), from, 10).stream().limit(10).mapToDouble(Near::metres).toArray();
    for (int i = 0; i < sorted.length; i++) {
      if (Math.abs(sorted[i] - found[i]) > 0.001) {
        throw new IllegalStateException(
            "nearest differ: %s, %s".formatted(Arrays.toString(sorted), Arrays.toString(found)));
      }
    }
  }

  private static double metres(Point from, guidepost.guide.index.FeatureView view) {
    return Haversine.metres(from, new Point(view.latitudeE7(), view.longitudeE7()));
  }

  /// 1,000 points some 100 m apart, 200 m to either side.
  private void corridor() throws Exception {
    List<Corridor> corridors =
        centres.subList(0, 20).stream()
            .map(this::walk)
            .map(path -> Corridor.around(path, 200))
            .toList();
    long hits = corridors.stream().mapToLong(this::along).sum();
    new Rounds()
        .measure(
            "corridor of 200 m along 1,000 points, %d hits".formatted(hits / corridors.size()),
            () -> micros(corridors, this::along))
        .run(ROUNDS)
        .print("us");
  }

  private List<Point> walk(Point start) {
    List<Point> path = new ArrayList<>(List.of(start));
    double latitude = Math.clamp(start.latitude(), -70, 70);
    double longitude = Math.clamp(start.longitude(), -170, 170);
    double bearing = places.random().nextDouble() * 2 * Math.PI;
    for (int i = 1; i < 1_000; i++) {
      bearing += places.random().nextGaussian() * 0.2;
      latitude += 0.0009 * Math.cos(bearing);
      longitude += 0.0009 * Math.sin(bearing);
      path.add(Point.ofDegrees(latitude, longitude));
    }
    return path;
  }

  private long along(Corridor corridor) {
    PathSearch search = index.snapshot().along(corridor, Slack.NONE, view -> true);
    while (!search.look(1_000_000)) {}
    return search.size();
  }

  private void changes() throws Exception {
    new Rounds()
        .measure("moves", () -> perSecond(index::put))
        .measure("deletes and puts", () -> perSecond(this::deleteAndPut))
        .run(ROUNDS)
        .print("/s, published every 1,000");
  }

  private void deleteAndPut(Feature feature) {
    index.remove(feature.id());
    index.put(feature);
  }

  /// Of this thread: another program on the machine must not be measured.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private double perSecond(Consumer<Feature> change) {
    int[] numbers = places.random().ints(50 * BATCH, 0, size).toArray();
    Feature[] features = Arrays.stream(numbers).mapToObj(places::feature).toArray(Feature[]::new);
    long begun = cpuNanos();
    for (int i = 0; i < numbers.length; i++) {
      change.accept(features[i]);
      if (i % BATCH == BATCH - 1) {
        index.publish(index.snapshot().revision() + 1);
      }
    }
    return numbers.length / ((cpuNanos() - begun) / 1e9);
  }
}
