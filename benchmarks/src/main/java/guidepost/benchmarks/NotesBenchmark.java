package guidepost.benchmarks;

import guidepost.guide.notes.NoteRules;
import guidepost.guide.service.GuideLimits;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// How long a note takes from its post to each subscriber that wants it: durable, matched, sent and
/// read, with the clients in the same process on the same cores.
///
/// Subscribers and notes lie in and around 200 towns, mixed as travellers would be:
///
/// | of 100 | subscribe to |
/// |---|---|
/// | 60 | a circle of 1 to 10 km |
/// | 20 | a moving radius of 1 to 5 km |
/// | 10 | a corridor of 500 m along 50 km |
/// | 9 | a box of 50 to 300 km |
/// | 1 | everything |
public final class NotesBenchmark {

  private static final int NOTES_A_SECOND = 20;
  private static final int SECONDS = 15;
  private static final int ROUNDS = 3;
  private static final int STREAMS_PER_CONNECTION = 200;
  private static final int TOWNS = 200;
  private static final int DELIVERIES_MAX = 20_000_000;
  private static final double E7_PER_KM = 90_000;

  private final Random random = new Random(7);
  private final int[][] towns = new int[TOWNS][];
  private final int[] micros = new int[DELIVERIES_MAX];
  private final AtomicInteger deliveries = new AtomicInteger();
  private volatile boolean measuring;

  private NotesBenchmark() {
    for (int i = 0; i < TOWNS; i++) {
      towns[i] =
          new int[] {
            random.nextInt(460_000_000, 490_000_000), random.nextInt(60_000_000, 120_000_000)
          };
    }
  }

  /// Measures everything and prints it.
  ///
  /// @param args the directory to work in; a new one in the temporary directory if absent
  public static void main(String[] args) throws Exception {
    Path directory =
        args.length > 0
            ? Files.createTempDirectory(Path.of(args[0]), "notes-benchmark-")
            : Files.createTempDirectory("notes-benchmark-");
    try {
      new NotesBenchmark().run(directory);
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

  private void run(Path directory) throws Exception {
    System.out.printf(
        "%d notes a second for %d s, %d rounds; Java %s; %d processors; %s%n",
        NOTES_A_SECOND,
        SECONDS,
        ROUNDS,
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        Instant.now());
    for (int subscribers : new int[] {1_000, 10_000}) {
      try (GuidepostServer server = server(directory.resolve("s" + subscribers))) {
        measure(server.addresses().getFirst(), subscribers);
      }
    }
  }

  private static GuidepostServer server(Path data) throws Exception {
    NoteRules unhurried = NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000);
    return GuidepostServer.start(
        ServerOptions.with(Engines.embedded(data))
            .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0")))
            .withGuideLimits(GuideLimits.DEFAULTS.withNoteRules(unhurried)));
  }

  private void measure(ListenAddress address, int subscribers) throws Exception {
    List<ManagedChannel> channels = new ArrayList<>();
    try {
      CountDownLatch subscribed = new CountDownLatch(subscribers);
      for (int i = 0; i < subscribers; i++) {
        if (i % STREAMS_PER_CONNECTION == 0) {
          channels.add(channel(address));
        }
        NotesGrpc.newStub(channels.getLast()).subscribe(new Reader(start(i), subscribed));
      }
      if (!subscribed.await(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException("%d are not subscribed".formatted(subscribed.getCount()));
      }
      ManagedChannel posts = channel(address);
      channels.add(posts);
      round(posts); // warms up
      deliveries.set(0);
      for (int round = 1; round <= ROUNDS; round++) {
        print(subscribers, "", round(posts));
        ManagedChannel stalled = channel(address);
        NotesGrpc.newStub(stalled).subscribe(new Stalled());
        print(subscribers, ", one of everything stalls", round(posts));
        stalled.shutdownNow();
      }
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static ManagedChannel channel(ListenAddress address) {
    return NettyChannelBuilder.forAddress(address.host(), address.port())
        .usePlaintext()
        .directExecutor()
        .build();
  }

  private GeoPoint near(int[] town, double km) {
    return point(
        town[0] + random.nextGaussian() * km * E7_PER_KM,
        town[1] + random.nextGaussian() * km * E7_PER_KM);
  }

  private static GeoPoint point(double latitudeE7, double longitudeE7) {
    return GeoPoint.newBuilder()
        .setLatitudeE7((int) latitudeE7)
        .setLongitudeE7((int) longitudeE7)
        .build();
  }

  private int[] town() {
    return towns[random.nextInt(TOWNS)];
  }

  private SubscribeStart start(int i) {
    SubscribeStart.Builder start = SubscribeStart.newBuilder();
    GeoPoint center = near(town(), 10);
    int sort = i % 100;
    if (sort < 60) {
      return start.setCircle(circle(center, random.nextDouble(1_000, 10_000))).build();
    }
    if (sort < 80) {
      return start.setMoving(circle(center, random.nextDouble(1_000, 5_000))).build();
    }
    if (sort < 90) {
      return start.setCorridor(corridor(center)).build();
    }
    double half = sort < 99 ? random.nextDouble(25, 150) * E7_PER_KM : 300_000_000;
    return start
        .setBox(
            GeoBox.newBuilder()
                .setSouthE7((int) (center.getLatitudeE7() - half))
                .setNorthE7((int) (center.getLatitudeE7() + half))
                .setWestE7((int) (center.getLongitudeE7() - half))
                .setEastE7((int) (center.getLongitudeE7() + half)))
        .build();
  }

  private static GeoCircle circle(GeoPoint center, double metres) {
    return GeoCircle.newBuilder().setCentre(center).setRadiusMetres(metres).build();
  }

  private GeoCorridor corridor(GeoPoint from) {
    GeoCorridor.Builder corridor = GeoCorridor.newBuilder().setWithinMetres(500).addPath(from);
    double heading = random.nextDouble(2 * Math.PI);
    for (int i = 1; i <= 100; i++) {
      heading += random.nextGaussian() * 0.1;
      GeoPoint last = corridor.getPath(i - 1);
      corridor.addPath(
          point(
              last.getLatitudeE7() + Math.cos(heading) * E7_PER_KM / 2,
              last.getLongitudeE7() + Math.sin(heading) * E7_PER_KM / 2));
    }
    return corridor.build();
  }

  /// Reads whatever comes, and notes how old it is.
  private final class Reader
      implements ClientResponseObserver<SubscribeRequest, SubscribeResponse> {
    private final SubscribeStart start;
    private final CountDownLatch subscribed;
    private boolean sent;

    Reader(SubscribeStart start, CountDownLatch subscribed) {
      this.start = start;
      this.subscribed = subscribed;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SubscribeRequest> begun) {
      begun.setOnReadyHandler(() -> begin(begun));
    }

    private void begin(ClientCallStreamObserver<SubscribeRequest> begun) {
      if (!sent) {
        sent = true;
        begun.onNext(SubscribeRequest.newBuilder().setStart(start).build());
      }
    }

    @Override
    public void onNext(SubscribeResponse response) {
      if (response.hasEndOfSnapshot()) {
        subscribed.countDown();
      }
      long now = System.nanoTime();
      response.getChanges().getEventsList().forEach(event -> arrived(event.getNote(), now));
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      System.out.println("a subscriber lagged: " + start.getAreaCase());
    }
  }

  private void arrived(Note note, long now) {
    if (measuring) {
      int i = deliveries.getAndIncrement();
      micros[i % DELIVERIES_MAX] = (int) ((now - Long.parseLong(note.getText())) / 1_000);
    }
  }

  /// Never reads.
  private static final class Stalled
      implements ClientResponseObserver<SubscribeRequest, SubscribeResponse> {
    private boolean sent;

    @Override
    public void beforeStart(ClientCallStreamObserver<SubscribeRequest> begun) {
      begun.disableAutoRequestWithInitial(0);
      begun.setOnReadyHandler(
          () -> {
            if (!sent) {
              sent = true;
              SubscribeStart world = SubscribeStart.newBuilder().setBox(WORLD).build();
              begun.onNext(SubscribeRequest.newBuilder().setStart(world).build());
            }
          });
    }

    @Override
    public void onNext(SubscribeResponse response) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  private static final GeoBox WORLD =
      GeoBox.newBuilder()
          .setSouthE7(-900_000_000)
          .setNorthE7(900_000_000)
          .setWestE7(-1_800_000_000)
          .setEastE7(1_800_000_000)
          .build();

  /// Posts at an even pace, waits for what is under way, and gives the ages in order.
  private int[] round(ManagedChannel channel) throws InterruptedException {
    deliveries.set(0);
    measuring = true;
    var stub = NotesGrpc.newFutureStub(channel);
    long begun = System.nanoTime();
    int notes = NOTES_A_SECOND * SECONDS;
    for (int i = 0; i < notes; i++) {
      long due = begun + i * TimeUnit.SECONDS.toNanos(1) / NOTES_A_SECOND;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      Note note =
          Note.newBuilder()
              .setAuthor("benchmark")
              .setKind("traffic")
              .setPoint(near(town(), 10))
              .setText(Long.toString(System.nanoTime()))
              .build();
      var _ = stub.postNote(PostNoteRequest.newBuilder().setNote(note).build());
    }
    TimeUnit.SECONDS.sleep(2);
    measuring = false;
    int[] ages = Arrays.copyOf(micros, Math.min(deliveries.get(), DELIVERIES_MAX));
    Arrays.sort(ages);
    return ages;
  }

  private static void print(int subscribers, String how, int[] ages) {
    System.out.printf(
        "%,d subscribers%s: %,d deliveries of %d notes, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        subscribers,
        how,
        ages.length,
        NOTES_A_SECOND * SECONDS,
        ages[ages.length / 2] / 1e3,
        ages[(int) (ages.length * 0.99)] / 1e3,
        ages[ages.length - 1] / 1e3);
  }
}
