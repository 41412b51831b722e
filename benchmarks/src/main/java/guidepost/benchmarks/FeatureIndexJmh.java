package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.NearestSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.locationtech.jts.geom.Envelope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Boxes and the nearest among places, by this index, by the trees of JTS and by a scan:
/// microseconds of the clock a question, by JMH.
///
/// `benchmarks/run jmh FeatureIndexJmh`
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FeatureIndexJmh {

  private static final long SEED = 20_261_121;
  private static final int QUESTIONS_MAX = 20_000;

  /// Features of all questions together.
  private static final int HITS = 2_000_000;

  /// Millions of places.
  @Param("1")
  public int millions = 1;

  /// Features that a question finds, about.
  @Param({"10", "1000", "100000"})
  public int hits = 10;

  private final List<GeoBox> boxes = new ArrayList<>();
  private final List<Point> centres = new ArrayList<>();
  private final List<Envelope> envelopes = new ArrayList<>();
  private final List<org.locationtech.jts.geom.Point> points = new ArrayList<>();
  private FeatureSnapshot features = new FeatureIndex().snapshot();
  private BoxRivals rivals = new BoxRivals(List.of());
  private int question;

  /// For JMH.
  public FeatureIndexJmh() {}

  /// Fills everything, and compares all answers.
  @Setup(Level.Trial)
  public void fill() throws IOException {
    Path list =
        Path.of(
            System.getProperty("guidepost.root"),
            "../shared/data/guide/geonames-cities1000.tsv.xz");
    JitteredPlaces places = new JitteredPlaces(list, SEED);
    FeatureLoad load = new FeatureLoad();
    List<int[]> plain = new ArrayList<>();
    for (int i = 0; i < millions * 1_000_000; i++) {
      Feature feature = places.feature(i);
      load.add(feature, i + 1);
      Point place = feature.point().canonical();
      plain.add(new int[] {place.latitudeE7(), place.longitudeE7()});
    }
    features = load.finish(1).snapshot();
    rivals = new BoxRivals(plain);
    while (boxes.size() < Math.min(QUESTIONS_MAX, HITS / hits)) {
      ask(places.next());
    }
  }

  private void ask(Point centre) {
    NearestSearch search = features.nearest(centre, hits, Double.POSITIVE_INFINITY, 1, _ -> true);
    while (!search.look(1_000_000)) {}
    double metres = search.found().getLast().metres();
    GeoBox box = GeoBox.around(centre, metres * Math.sqrt(Math.PI) / 2);
    if (box.crossesAntimeridian() || box.westE7() == -Point.LONGITUDE_E7_MAX) {
      return;
    }
    if (sum(box) != rivals.hprSum(BoxRivals.envelope(box))) {
      throw new IllegalStateException("answers differ: " + box);
    }
    boxes.add(box);
    centres.add(centre);
    envelopes.add(BoxRivals.envelope(box));
    points.add(BoxRivals.point(centre));
  }

  private int next() {
    question = (question + 1) % boxes.size();
    return question;
  }

  private long sum(GeoBox box) {
    long sum = 0;
    FeatureCursor cursor = features.inBox(box);
    for (int count = cursor.advanceRun(); count > 0; count = cursor.advanceRun()) {
      for (int i = 0; i < count; i++) {
        sum += cursor.latitudeE7(i);
      }
    }
    return sum;
  }

  /// A box, by this index.
  @Benchmark
  public long box() {
    return sum(boxes.get(next()));
  }

  /// A box, by the Hilbert-packed tree of JTS.
  @Benchmark
  public long boxHprTree() {
    return rivals.hprSum(envelopes.get(next()));
  }

  /// A box, by the STR-packed tree of JTS.
  @Benchmark
  public long boxStrTree() {
    return rivals.strSum(envelopes.get(next()));
  }

  /// A box, by looking at every place.
  @Benchmark
  public long boxScan() {
    return rivals.scanSum(boxes.get(next()));
  }

  /// The nearest ten on the globe, by this index.
  @Benchmark
  public int nearest10() {
    NearestSearch search =
        features.nearest(centres.get(next()), 10, Double.POSITIVE_INFINITY, 1, _ -> true);
    while (!search.look(1_000_000)) {}
    return search.found().size();
  }

  /// The nearest ten on a plane, by the STR-packed tree of JTS.
  @Benchmark
  public int nearest10StrTree() {
    return rivals.strNearest(points.get(next()));
  }
}
