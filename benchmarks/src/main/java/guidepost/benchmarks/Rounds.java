package guidepost.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Several measurements, each taken once a round, and their medians: what slows one round slows all
/// of them.
///
/// Threads: one.
final class Rounds {

  /// Takes one measurement.
  @FunctionalInterface
  interface Measurement {
    double take() throws Exception;
  }

  private final Map<String, Measurement> measurements = new LinkedHashMap<>();
  private final Map<String, List<Double>> taken = new LinkedHashMap<>();

  Rounds measure(String name, Measurement measurement) {
    measurements.put(name, measurement);
    taken.put(name, new ArrayList<>());
    return this;
  }

  /// The same without counting them, until the compilers are done, which takes long beside others.
  Rounds warm(int rounds) throws Exception {
    run(rounds);
    taken.values().forEach(List::clear);
    return this;
  }

  Rounds run(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, Measurement> each : measurements.entrySet()) {
        taken.getOrDefault(each.getKey(), List.of()).add(each.getValue().take());
      }
    }
    return this;
  }

  double median(String name) {
    List<Double> sorted = taken.getOrDefault(name, List.of()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  void print(String unit) {
    taken.forEach(
        (name, values) ->
            System.out.printf(
                "%-52s %,14.1f %s   (%,.1f .. %,.1f)%n",
                name,
                median(name),
                unit,
                values.stream().mapToDouble(v -> v).min().orElse(0),
                values.stream().mapToDouble(v -> v).max().orElse(0)));
  }

  void printRatio(String what, String name, String rival, String asked) {
    System.out.printf("%-52s %14.2f x   (asked: %s)%n", what, median(name) / median(rival), asked);
  }
}
