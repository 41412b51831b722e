package guidepost.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import guidepost.client.FeaturesClient;
import guidepost.client.GuidepostClient;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.Point;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A whole server with many features: durable puts and moves over gRPC, lists, and a restart.
/// Client and server share the process and its processors.
public final class FeatureServerBenchmark {

  private static final int ROUNDS = 5;
  private static final int MOVES = 200_000;
  private static final long SEED = 20_261_121;

  private final int size;
  private final JitteredPlaces places;
  private final Path directory;

  private FeatureServerBenchmark(int size, JitteredPlaces places, Path directory) {
    this.size = size;
    this.places = places;
    this.directory = directory;
  }

  /// Measures everything, prints it, and removes its files.
  ///
  /// @param args how many millions of features; where the list of places is
  public static void main(String[] args) throws Exception {
    int millions = Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("feature-benchmark-");
    try {
      new FeatureServerBenchmark(
              millions * 1_000_000, new JitteredPlaces(Path.of(args[1]), SEED), directory)
          .run();
    } finally {
      remove(directory);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private GuidepostServer start() throws Exception {
    return GuidepostServer.start(
        ServerOptions.in(directory.resolve("data"))
            .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
  }

  private static GuidepostClient connect(GuidepostServer server) {
    return GuidepostClient.connect(ServerAddress.parse(server.addresses().getFirst().toString()));
  }

  private void run() throws Exception {
    System.out.printf(
        "%,d features; Java %s; %d processors; %s%n",
        size, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    try (GuidepostServer server = start();
        GuidepostClient client = connect(server)) {
      System.out.printf("durable puts: %,.0f/s%n", size / seconds(() -> put(client, size, true)));
      new Rounds()
          .measure("durable moves", () -> MOVES / seconds(() -> put(client, MOVES, false)))
          .run(ROUNDS)
          .print("/s   (asked: >= 100,000)");
      lists(client);
    }
    double restart = seconds(() -> start().close());
    System.out.printf("restart, and the end of it: %.1f s   (asked of 10M: <= 25)%n", restart);
  }

  private interface Step {
    void run() throws Exception;
  }

  private static double seconds(Step step) throws Exception {
    long begun = System.nanoTime();
    step.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  private void put(GuidepostClient client, int count, boolean inOrder) {
    long[] changed = {0};
    try (ModifyStream<Operation, FeaturesClient.Result> stream =
        client.features().modify(result -> changed[0] += result.result().getChanged())) {
      for (int i = 0; i < count; i++) {
        stream.write(operation(places.feature(inOrder ? i : places.random().nextInt(size))));
      }
      stream.finish();
    }
    if (changed[0] != count) {
      throw new IllegalStateException("%d of %d were changed".formatted(changed[0], count));
    }
  }

  private static Operation operation(Feature feature) {
    return Operation.newBuilder()
        .setPut(
            guidepost.guide.v1.Feature.newBuilder()
                .setId(feature.id())
                .setName(feature.name())
                .setPoint(
                    Point.newBuilder()
                        .setLatitudeE7(feature.point().latitudeE7())
                        .setLongitudeE7(feature.point().longitudeE7())))
        .build();
  }

  /// The processor's time of client and server together.
  private void lists(GuidepostClient client) throws Exception {
    GeoBox europe =
        GeoBox.newBuilder()
            .setSouthE7(400_000_000)
            .setWestE7(0)
            .setNorthE7(500_000_000)
            .setEastE7(150_000_000)
            .build();
    ListInBoxRequest request = ListInBoxRequest.newBuilder().setBox(europe).build();
    new Rounds()
        .measure(
            "a listed feature, client and server",
            () -> {
              long begun = cpuNanos();
              long[] count = {0};
              client.features().listInBox(request, feature -> count[0]++);
              return (cpuNanos() - begun) / (double) count[0];
            })
        .run(ROUNDS)
        .print("ns of processor time");
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
