package guidepost.benchmarks;

import guidepost.benchmarks.Askers.Took;
import guidepost.benchmarks.FeatureStore.Session;
import guidepost.benchmarks.FeatureStore.Way;
import guidepost.guide.index.Feature;
import guidepost.guide.index.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The features of a real server beside PostGIS and Redis GEO: the same million, the same
/// questions, equal answers, each server in processes of its own and asked by a Java library.
///
/// `benchmarks/run guide-rivals` looks for Debian's `redis-server` and `postgresql-15-postgis-3`;
/// what is not installed is left out, and that is said.
public final class GuideRivalsBenchmark {

  private static final int SIZE = 1_000_000;
  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 500_000_000;

  /// Of each question.
  private static final long WARM_UP_NANOS = 1_000_000_000;

  private static final int QUESTIONS = 100;
  private static final int LARGE_QUESTIONS = 8;
  private static final int MANY_ASKERS = 8;
  private static final int WARMERS = 2;
  private static final int MOVES = 80_000;
  private static final int MOVE_ROUNDS = 3;
  private static final int MOVERS = 4;

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
            new JitteredPlaces(Path.of(args[0]), SEED),
            args.length > 1 ? Set.of(args[1]) : Set.of("small", "large", "moves"));
    try {
      benchmark.start(directory);
      benchmark.run();
    } finally {
      benchmark.stop();
      remove(directory);
    }
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

  private void stop() throws Exception {
    for (FeatureStore each : stores) {
      each.close();
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
    warmUp(boxes);
    ask("box of ~1,000", 1, 1_000, boxes);
    warmUp(circles);
    ask("circle of ~1,000", 1, 1_000, circles);
    warmUp(largeBoxes);
    ask("box of ~100,000", 1, 100_000, largeBoxes);
  }

  private void warmUp(List<Question> all) throws Exception {
    for (FeatureStore each : stores) {
      try (Askers askers = new Askers(each.ways().getFirst(), WARMERS, 10, all)) {
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
    Map<String, List<double[]>> taken = new LinkedHashMap<>();
    for (FeatureStore each : stores) {
      each.forget();
    }
    for (int round = 0; round < MOVE_ROUNDS; round++) {
      List<List<Feature>> moved = someMoved();
      for (FeatureStore each : stores) {
        taken
            .computeIfAbsent(each.ways().getFirst().name(), name -> new ArrayList<>())
            .add(move(each, moved));
      }
      moved.forEach(part -> part.forEach(f -> features.set(number(f), f)));
    }
    say("%ndurable moves, %d write %25s %16s", MOVERS, "moves/s", "server us a move");
    taken.forEach(
        (name, rounds) -> {
          rounds.sort(Comparator.comparingDouble(each -> each[0]));
          double[] median = rounds.get(rounds.size() / 2);
          say("%-26s %,25.0f %16.2f", name, median[0], median[1]);
        });
    compareAll(questions.boxes(QUESTIONS, 1_000));
  }

  /// Of all stores, that they hold what was moved to where.
  private void compareAll(List<Question> all) throws Exception {
    for (Way way : ways(all.getFirst())) {
      try (Askers asking = new Askers(way, 1, 0, all)) {
        compare(asking, all);
      }
    }
  }

  private static int number(Feature feature) {
    return Integer.parseInt(feature.id().substring(1));
  }

  /// Different ones, in as many parts as there are writers.
  private List<List<Feature>> someMoved() {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, SIZE).boxed().toList());
    Collections.shuffle(numbers, places.random());
    List<Feature> moved = numbers.stream().limit(MOVES).map(places::feature).toList();
    int part = MOVES / MOVERS;
    return IntStream.range(0, MOVERS)
        .mapToObj(i -> moved.subList(i * part, (i + 1) * part))
        .toList();
  }

  /// @return moves a second; processor time of the server a move, microseconds
  private static double[] move(FeatureStore store, List<List<Feature>> moved) throws Exception {
    List<Callable<Void>> writers = new ArrayList<>();
    for (List<Feature> part : moved) {
      writers.add(
          () -> {
            try (Session session = store.ways().getFirst().connect(0)) {
              session.move(part);
            }
            return null;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(MOVERS)) {
      long server = store.processorNanos();
      long begun = System.nanoTime();
      for (Future<Void> each : threads.invokeAll(writers)) {
        each.get();
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new double[] {MOVES / seconds, (store.processorNanos() - server) / 1e3 / MOVES};
    }
  }
}
