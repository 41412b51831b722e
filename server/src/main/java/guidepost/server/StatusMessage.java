package guidepost.server;

import com.google.protobuf.Timestamp;
import guidepost.calls.Figure;
import guidepost.calls.ServedDomain;
import guidepost.metrics.MethodCalls;
import guidepost.metrics.Metrics;
import guidepost.metrics.Times;
import guidepost.server.v1.DomainStatus;
import guidepost.server.v1.GetStatusResponse;
import guidepost.server.v1.MethodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Writes what a server counted as one message.
///
/// Threads: any.
///
/// @param own figures of the server as a whole
record StatusMessage(
    Instant started, Metrics metrics, ServedData data, Supplier<List<Figure>> own) {

  private static final double NANOS_PER_SECOND = 1e9;

  GetStatusResponse now() {
    GetStatusResponse.Builder status =
        GetStatusResponse.newBuilder()
            .setTime(timestamp(Instant.now()))
            .setStarted(timestamp(started))
            .putAllFigures(byName(own.get()))
            .putAllFigures(ofProcess());
    metrics.bounds().forEach(status::addBucketBounds);
    metrics.calls().forEach(method -> status.addMethods(message(method)));
    data.domains().forEach(domain -> status.addDomains(message(domain)));
    return status.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static Map<String, Double> ofProcess() {
    Runtime java = Runtime.getRuntime();
    Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return Map.of(
        "heap_bytes", (double) (java.totalMemory() - java.freeMemory()),
        "heap_bytes_max", (double) java.maxMemory(),
        "processors", (double) java.availableProcessors(),
        "cpu_seconds", cpu.toNanos() / NANOS_PER_SECOND);
  }

  /// Those that have no labels: their names alone tell them apart.
  private static Map<String, Double> byName(List<Figure> figures) {
    Map<String, Double> values = new HashMap<>();
    for (Figure figure : figures) {
      if (figure.labels().isEmpty()) {
        values.put(figure.name(), figure.value());
      }
    }
    return values;
  }

  private static MethodStatus message(MethodCalls method) {
    MethodStatus.Builder message =
        MethodStatus.newBuilder()
            .setMethod(method.method())
            .setOpen(method.open())
            .setEnded(method.ended().values().stream().mapToLong(Long::longValue).sum())
            .addAllBuckets(method.times().counts());
    method
        .ended()
        .forEach(
            (code, count) -> {
              switch (code) {
                case "OK" -> {}
                case "CANCELLED" -> message.setCancelled(count);
                case "UNKNOWN",
                    "DEADLINE_EXCEEDED",
                    "UNIMPLEMENTED",
                    "INTERNAL",
                    "UNAVAILABLE",
                    "DATA_LOSS" ->
                    message.setFailed(message.getFailed() + count);
                default -> message.setRejected(message.getRejected() + count);
              }
            });
    return message.build();
  }

  private DomainStatus message(ServedDomain domain) {
    Times appends = metrics.appends(domain.stored().name());
    return DomainStatus.newBuilder()
        .setJournal(InfoService.stats(domain))
        .putAllFigures(byName(domain.figures()))
        .addAllAppendBuckets(appends.counts())
        .build();
  }
}
