package guidepost.metrics;

import guidepost.calls.Figure;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Asks every part of the server for its figures, and sorts them by name.
///
/// Threads: any.
final class Figures implements MultiCollector {

  private record Part(Map<String, String> labels, Supplier<List<Figure>> figures) {
    Stream<Figure> labelled() {
      return figures.get().stream().map(this::labelled);
    }

    private Figure labelled(Figure figure) {
      Figure more = figure;
      for (Map.Entry<String, String> label : labels.entrySet()) {
        more = more.with(label.getKey(), label.getValue());
      }
      return more;
    }
  }

  private final List<Part> parts = new CopyOnWriteArrayList<>();

  void add(Map<String, String> labels, Supplier<List<Figure>> figures) {
    parts.add(new Part(Map.copyOf(labels), figures));
  }

  @Override
  public MetricSnapshots collect() {
    Map<String, List<Figure>> byName = new LinkedHashMap<>();
    parts.stream()
        .flatMap(Part::labelled)
        .forEach(each -> byName.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(each));
    return new MetricSnapshots(byName.values().stream().map(Figures::snapshot).toList());
  }

  /// @param figures of one name; the first one's help is everybody's
  private static MetricSnapshot snapshot(List<Figure> figures) {
    Figure first = figures.getFirst();
    String name = Metrics.PREFIX + first.name();
    return switch (first.kind()) {
      case GAUGE -> {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(first.help());
        for (Figure each : figures) {
          gauge.dataPoint(
              GaugeSnapshot.GaugeDataPointSnapshot.builder()
                  .labels(labels(each))
                  .value(each.value())
                  .build());
        }
        yield gauge.build();
      }
      case COUNTER -> {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(first.help());
        for (Figure each : figures) {
          counter.dataPoint(
              CounterSnapshot.CounterDataPointSnapshot.builder()
                  .labels(labels(each))
                  .value(each.value())
                  .build());
        }
        yield counter.build();
      }
    };
  }

  private static Labels labels(Figure figure) {
    Map<String, String> sorted = new TreeMap<>(figure.labels());
    return Labels.of(
        sorted.keySet().toArray(String[]::new), sorted.values().toArray(String[]::new));
  }
}
