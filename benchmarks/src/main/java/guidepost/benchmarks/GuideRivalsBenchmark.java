package guidepost.benchmarks;

import guidepost.benchmarks.Askers.Took;
import guidepost.benchmarks.FeatureStore.Way;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The features of a real server beside PostGIS and Redis GEO: the same million, the same
/// questions, equal answers, each server in processes of its own and asked by a Java library.
///
/// `benchmarks/run guide-rivals` looks for Debian's `redis-server` and `postgresql-15-postgis-3`;
/// what is not installed is left out, and that is said.
public final class GuideRivalsBenchmark {

  private static final Set<String> PARTS = new TreeSet<>(List.of("small", "large", "moves"));
  private static final int SIZE = 1_000_000;
  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 500_000_000;

  /// Of each question.
  private static final long WARM_UP_NANOS = 1_000_000_000;

  private static final int QUESTIONS = 100;
  private static final int LARGE_QUESTIONS = 8;
  private static final int MANY_ASKERS = 8;

  private final List<FeatureStore> stores = new ArrayList<>();
  private final List<Feature> features = new ArrayList<>();
  private final JitteredPlaces places;
  private final Set<String> parts;
  private final GuideQuestions questions;

  private GuideRivalsBenchmark(JitteredPlaces places, Set<String> parts) {
    this.places = places;
    this.parts = parts;
    for (int i = 0; i < SIZE; i++) {
      features.add(places.feature(i));
    }
    List<Point> centres = Stream.generate(places::next).limit(QUESTIONS * 2).toList();
    this.questions = new GuideQuestions(features, centres);
  }

  /// Measures everything, prints it, and removes its files.
  ///
  /// @param args where the list of places is; only this part: `small`, `large` or `moves`
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("guide-rivals-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    GuideRivalsBenchmark benchmark =
        new GuideRivalsBenchmark(
            new JitteredPlaces(Path.of(args[0]), SEED), args.length > 1 ? one(args[1]) : PARTS);
    // Whatever ends it: no server is left behind.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> benchmark.end(directory)));
    benchmark.start(directory);
    benchmark.run();
  }

  private static Set<String> one(String part) {
    if (!PARTS.contains(part)) {
      throw new IllegalArgumentException("part \"%s\": must be one of %s".formatted(part, PARTS));
    }
    return Set.of(part);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  private void start(Path directory) throws Exception {
    say(
        "%,d features; Java %s; %d processors; %s",
        SIZE, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    stores.add(new GuidepostStore(directory));
    Optional<Path> postgres = PostgisStore.programs();
    if (postgres.isPresent()) {
      stores.add(PostgisStore.start(postgres.get(), directory));
    } else {
      say("SKIPPED PostGIS: it is not installed (Debian: postgresql-15-postgis-3)");
    }
    Optional<Path> redis = RedisStore.program();
    if (redis.isPresent()) {
      stores.add(RedisStore.start(redis.get(), directory));
    } else {
      say("SKIPPED Redis GEO: it is not installed (Debian: redis-server)");
    }
  }

  private void end(Path directory) {
    try {
      for (FeatureStore each : stores) {
        each.close();
      }
      remove(directory);
    } catch (IOException e) {
      say("not all of %s could be removed: %s", directory, e);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void run() throws Exception {
    for (FeatureStore each : stores) {
      long begun = System.nanoTime();
      each.load(features);
      say(
          "%s holds them after %.1f s",
          each.ways().getFirst().name(), (System.nanoTime() - begun) / 1e9);
    }
    if (parts.contains("small")) {
      small();
    }
    if (parts.contains("large")) {
      large();
    }
    if (parts.contains("moves")) {
      moves();
    }
  }

  private void small() throws Exception {
    List<Question> nothing = List.of(new Question.Nothing());
    List<Question> boxes = questions.boxes(QUESTIONS, 10);
    List<Question> nearest = questions.nearest(QUESTIONS, 10);
    warmUp(nothing);
    ask("nothing, one asks", 1, 0, nothing);
    ask("nothing, 8 ask", MANY_ASKERS, 0, nothing);
    warmUp(boxes);
    ask("box of ~10, one asks", 1, 10, boxes);
    ask("box of ~10, 8 ask", MANY_ASKERS, 10, boxes);
    warmUp(nearest);
    ask("nearest 10, one asks", 1, 10, nearest);
    ask("nearest 10, 8 ask", MANY_ASKERS, 10, nearest);
  }

  private void large() throws Exception {
    List<Question> boxes = questions.boxes(QUESTIONS, 1_000);
    List<Question> circles = questions.circles(QUESTIONS, 1_000);
    List<Question> largeBoxes = questions.boxes(LARGE_QUESTIONS, 100_000);
    warmUp(largeBoxes);
    ask("box of ~100,000", 1, 100_000, largeBoxes);
    warmUp(boxes);
    ask("box of ~1,000", 1, 1_000, boxes);
    warmUp(circles);
    ask("circle of ~1,000", 1, 1_000, circles);
  }

  /// One asks: a processor is left for the compiler.
  private void warmUp(List<Question> all) throws Exception {
    for (FeatureStore each : stores) {
      try (Askers askers = new Askers(each.ways().getFirst(), 1, 10, all)) {
        askers.prepare(each.warmUp().toNanos(), ROUND_NANOS);
      }
    }
  }

  /// In alternating rounds, after every answer of every way was compared with what is right.
  private void ask(String title, int askers, int hits, List<Question> all) throws Exception {
    List<Askers> rivals = new ArrayList<>();
    Map<String, List<Took>> taken = new LinkedHashMap<>();
    try {
      for (Way way : ways(all.getFirst())) {
        Askers asking = new Askers(way, askers, hits, all);
        rivals.add(asking);
        taken.put(way.name(), new ArrayList<>());
        compare(asking, all);
        asking.prepare(WARM_UP_NANOS, ROUND_NANOS);
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Askers asking : rivals) {
          taken.getOrDefault(asking.way().name(), List.of()).add(asking.round());
        }
      }
    } finally {
      for (Askers each : rivals) {
        each.close();
      }
    }
    print(title, taken);
  }

  private List<Way> ways(Question question) {
    return stores.stream()
        .flatMap(store -> store.ways().stream())
        .filter(way -> way.answers().test(question))
        .toList();
  }

  private void compare(Askers asking, List<Question> all) throws Exception {
    ExactAnswers exact = new ExactAnswers(features);
    for (Question each : all) {
      exact.require(asking.way(), asking.session(), each);
    }
  }

  private static void print(String title, Map<String, List<Took>> taken) {
    say(
        "%n%-26s %9s %11s %8s %11s %11s %11s",
        title, "features", "server/feat", "ratio", "server/call", "client/call", "latency us");
    double own = 0;
    for (Map.Entry<String, List<Took>> each : taken.entrySet()) {
      List<Took> rounds = each.getValue();
      double sent = median(rounds, Took::sent);
      double call = median(rounds, Took::serverMicros);
      double cost = sent == 0 ? call : call / sent;
      own = own == 0 ? cost : own;
      say(
          "%-26s %,9.0f %11.4f %7.1fx %11.1f %11.1f %11.1f",
          each.getKey(),
          sent,
          cost,
          cost / own,
          call,
          median(rounds, Took::clientMicros),
          median(rounds, Took::latencyMicros));
    }
  }

  private static double median(List<Took> rounds, ToDoubleFunction<Took> what) {
    double[] sorted = rounds.stream().mapToDouble(what).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private void moves() throws Exception {
    new FeatureMoves(stores, features, places).run();
    List<Question> boxes = questions.boxes(QUESTIONS, 1_000);
    for (Way way : ways(boxes.getFirst())) {
      try (Askers asking = new Askers(way, 1, 0, boxes)) {
        compare(asking, boxes);
      }
    }
  }
}
