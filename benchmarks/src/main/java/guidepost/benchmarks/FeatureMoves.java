package guidepost.benchmarks;

import guidepost.benchmarks.FeatureStore.Session;
import guidepost.guide.index.Feature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Moves the same features in every store, in batches that are durable when they are answered.
final class FeatureMoves {

  private static final int MOVES = 80_000;
  private static final int ROUNDS = 3;
  private static final int WRITERS = 4;

  private final List<FeatureStore> stores;
  private final List<Feature> features;
  private final JitteredPlaces places;

  /// What a round took.
  ///
  /// @param serverMicros processor time of the server, a move
  private record Took(double movesPerSecond, double serverMicros) {}

  /// @param features is told where they are afterwards
  FeatureMoves(List<FeatureStore> stores, List<Feature> features, JitteredPlaces places) {
    this.stores = stores;
    this.features = features;
    this.places = places;
  }

  void run() throws Exception {
    Map<String, List<Took>> taken = new LinkedHashMap<>();
    for (FeatureStore each : stores) {
      each.forget();
    }
    for (int round = 0; round < ROUNDS; round++) {
      List<List<Feature>> moved = someMoved();
      for (FeatureStore each : stores) {
        taken
            .computeIfAbsent(each.ways().getFirst().name(), name -> new ArrayList<>())
            .add(move(each, moved));
      }
      moved.forEach(part -> part.forEach(each -> features.set(number(each), each)));
    }
    System.out.printf("%ndurable moves, %d write  %25s %16s%n", WRITERS, "moves/s", "server us");
    taken.forEach(FeatureMoves::print);
  }

  private static void print(String name, List<Took> rounds) {
    Took median =
        rounds.stream()
            .sorted(Comparator.comparingDouble(Took::movesPerSecond))
            .toList()
            .get(rounds.size() / 2);
    System.out.printf(
        Locale.ROOT,
        "%-26s %,23.0f %16.2f%n",
        name,
        median.movesPerSecond(),
        median.serverMicros());
  }

  private static int number(Feature feature) {
    return Integer.parseInt(feature.id().substring(1));
  }

  /// Different ones, in as many parts as there are writers.
  private List<List<Feature>> someMoved() {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, features.size()).boxed().toList());
    Collections.shuffle(numbers, places.random());
    List<Feature> moved = numbers.stream().limit(MOVES).map(places::feature).toList();
    int part = MOVES / WRITERS;
    return IntStream.range(0, WRITERS)
        .mapToObj(i -> moved.subList(i * part, (i + 1) * part))
        .toList();
  }

  private static Took move(FeatureStore store, List<List<Feature>> moved) throws Exception {
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
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      long server = store.processorNanos();
      long begun = System.nanoTime();
      for (Future<Void> each : threads.invokeAll(writers)) {
        each.get();
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Took(MOVES / seconds, (store.processorNanos() - server) / 1e3 / MOVES);
    }
  }
}
