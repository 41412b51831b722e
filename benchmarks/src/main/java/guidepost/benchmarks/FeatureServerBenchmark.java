package guidepost.benchmarks;

import guidepost.client.FeaturesClient;
import guidepost.client.GuidepostClient;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.Operation;
import guidepost.journal.Journal;
import guidepost.journal.rocksdb.RocksJournalStore;
import guidepost.storage.v1.StoredFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A whole server with many features, in a process of its own: restart, durable puts and moves over
/// gRPC, lists; what they cost the server's processor. Client and server share the machine.
///
/// The features are in the data directory before it starts, as `./guidepost load` writes them.
public final class FeatureServerBenchmark {

  private static final int ROUNDS = 5;
  private static final int CHANGES = 200_000;

  /// Until then a server is busy with compiling itself.
  private static final int ROUNDS_BEFORE = 4;

  private static final long SEED = 20_261_121;

  private final int size;
  private final JitteredPlaces places;
  private final Path directory;
  private int next;

  private FeatureServerBenchmark(int size, JitteredPlaces places, Path directory) {
    this.size = size;
    this.places = places;
    this.directory = directory;
    this.next = size;
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

  private Path data() {
    return directory.resolve("data");
  }

  private void run() throws Exception {
    System.out.printf(
        "%,d features; Java %s; %d processors; %s%n",
        size, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    store();
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (MeasuredServer server = MeasuredServer.start(data())) {
        starts.add(server.startedAfter().toMillis() / 1e3);
        System.out.printf(
            "restart: %.1f s, processor time %.1f s, %,.0f MiB resident   (asked of 10M: <= 25"
                + " s)%n",
            starts.getLast(), seconds(server.processorTime()), server.residentMebibytes());
      }
    }
    try (MeasuredServer server = MeasuredServer.start(data());
        GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(server.address()))) {
      changes(server, client);
      lists(server, client);
    }
  }

  /// Ids rise with their numbers, as keys must.
  private void store() throws Exception {
    long begun = System.nanoTime();
    try (RocksJournalStore store = RocksJournalStore.open(data())) {
      Journal journal = store.journal("features");
      journal.load(
          200,
          Instant.now(),
          visitor -> {
            for (int i = 0; i < size; i++) {
              Feature feature = places.feature(i);
              visitor.entry(feature.id().getBytes(StandardCharsets.UTF_8), stored(feature, i), 200);
            }
          });
    }
    System.out.printf("made in %.1f s%n", (System.nanoTime() - begun) / 1e9);
  }

  private static byte[] stored(Feature feature, int number) {
    return StoredFeature.newBuilder()
        .setLatitudeE7(feature.point().latitudeE7())
        .setLongitudeE7(feature.point().longitudeE7())
        .setName(feature.name())
        .setRank(number + 1)
        .build()
        .toByteArray();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private void changes(MeasuredServer server, GuidepostClient client) throws Exception {
    for (int i = 0; i < ROUNDS_BEFORE; i++) {
      put(client, false);
      put(client, true);
    }
    Rounds rounds = new Rounds();
    measureChanges(rounds, "durable moves", server, client, false);
    measureChanges(rounds, "durable puts", server, client, true);
    rounds.run(ROUNDS).print("   (moves asked: >= 100,000/s)");
  }

  private void measureChanges(
      Rounds rounds, String name, MeasuredServer server, GuidepostClient client, boolean isNew) {
    double[] micros = new double[1];
    rounds
        .measure(
            name + ", a second",
            () -> {
              Duration before = server.processorTime();
              long begun = System.nanoTime();
              put(client, isNew);
              double seconds = (System.nanoTime() - begun) / 1e9;
              micros[0] = 1e6 * seconds(server.processorTime().minus(before)) / CHANGES;
              return CHANGES / seconds;
            })
        .measure(name + ", us of the server's processor time", () -> micros[0]);
  }

  private void put(GuidepostClient client, boolean isNew) {
    long[] changed = {0};
    try (ModifyStream<Operation, FeaturesClient.Result> stream =
        client.features().modify(result -> changed[0] += result.result().getEntriesChanged())) {
      for (int i = 0; i < CHANGES; i++) {
        stream.write(operation(places.feature(isNew ? next++ : places.random().nextInt(size))));
      }
      stream.finish();
    }
    if (changed[0] != CHANGES) {
      throw new IllegalStateException("%d of %d were changed".formatted(changed[0], CHANGES));
    }
  }

  private static Operation operation(Feature feature) {
    return Operation.newBuilder()
        .setPut(
            guidepost.guide.v1.Feature.newBuilder()
                .setId(feature.id())
                .setName(feature.name())
                .setPoint(
                    GeoPoint.newBuilder()
                        .setLatitudeE7(feature.point().latitudeE7())
                        .setLongitudeE7(feature.point().longitudeE7())))
        .build();
  }

  private void lists(MeasuredServer server, GuidepostClient client) throws Exception {
    Rounds rounds = new Rounds();
    measureList(rounds, 1_000, 200, server, client);
    measureList(rounds, 100_000, 10, server, client);
    rounds.run(ROUNDS).print("ns of the server's processor time");
  }

  /// Squares around places of the list, made as large as needed: a round asks all of them, and asks
  /// again until it has listed a million features.
  private void measureList(
      Rounds rounds, int size, int lists, MeasuredServer server, GuidepostClient client) {
    List<ListInBoxRequest> requests = new ArrayList<>();
    while (requests.size() < lists) {
      requests.add(boxOf(size, places.next(), client));
    }
    rounds.measure(
        "a listed feature, lists of some %,d".formatted(size),
        () -> {
          Duration before = server.processorTime();
          long count = 0;
          while (count < 1_000_000) {
            for (ListInBoxRequest request : requests) {
              count += count(request, client);
            }
          }
          return seconds(server.processorTime().minus(before)) * 1e9 / count;
        });
  }

  private static ListInBoxRequest boxOf(
      int size, guidepost.guide.geo.Point middle, GuidepostClient client) {
    double degrees = 0.01;
    ListInBoxRequest request;
    do {
      degrees *= 1.3;
      request = ListInBoxRequest.newBuilder().setBox(around(middle, degrees)).build();
    } while (count(request, client) < size);
    return request;
  }

  private static long count(ListInBoxRequest request, GuidepostClient client) {
    long[] count = {0};
    client.features().listInBox(request, feature -> count[0]++);
    return count[0];
  }

  private static GeoBox around(guidepost.guide.geo.Point middle, double degrees) {
    int half = (int) (degrees * 10_000_000);
    return GeoBox.newBuilder()
        .setSouthE7(Math.max(middle.latitudeE7() - half, -900_000_000))
        .setWestE7(Math.max(middle.longitudeE7() - half, -1_800_000_000))
        .setNorthE7(Math.min(middle.latitudeE7() + half, 900_000_000))
        .setEastE7(Math.min(middle.longitudeE7() + half, 1_800_000_000))
        .build();
  }
}
