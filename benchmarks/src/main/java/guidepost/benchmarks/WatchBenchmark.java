package guidepost.benchmarks;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// What watches of small areas cost a server while features move all over the globe: its processor
/// time beside 100 watches and beside 10,000, in turns.
///
/// 10,000 moves a second come in 100 messages; an area is a hundredth of a degree wide, so a watch
/// hardly ever has a change. Each is still told how far it is, about once a second: with 10,000
/// watches that is 10,000 messages a second, and most of what they cost.
public final class WatchBenchmark {

  private static final List<Integer> WATCHES = List.of(100, 10_000);
  private static final int ROUNDS = 3;
  private static final int WATCHES_PER_CONNECTION = 200;
  private static final int MOVES = 100;
  private static final long MESSAGE_NANOS = 10_000_000;
  private static final Duration ROUND = Duration.ofSeconds(10);
  private static final int FEATURES = 50_000;
  private static final int SOUTH = -600_000_000;
  private static final int WEST = -1_700_000_000;
  private static final int WIDE = 100_000;

  private final Random random = new Random(7);
  private final AtomicLong told = new AtomicLong();

  private WatchBenchmark() {}

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    Path data = Files.createTempDirectory("guidepost-watches");
    WatchBenchmark benchmark = new WatchBenchmark();
    try (MeasuredServer server = MeasuredServer.start(data)) {
      for (int round = 1; round <= ROUNDS; round++) {
        for (int watches : WATCHES) {
          benchmark.measure(server, watches);
        }
      }
    }
  }

  private static ManagedChannel channel(MeasuredServer server) {
    return NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  private void measure(MeasuredServer server, int watches) throws Exception {
    List<ManagedChannel> channels = new ArrayList<>();
    ManagedChannel writing = channel(server);
    try {
      watch(server, watches, channels);
      AtomicInteger moved = new AtomicInteger();
      long toldBefore = told.get();
      Duration before = server.processorTime();
      move(writing, moved);
      Duration spent = server.processorTime().minus(before);
      System.out.printf(
          "%,6d watches: %,d moves and %,d messages to watches in %d s took %.2f s of processor%n",
          watches, moved.get(), told.get() - toldBefore, ROUND.toSeconds(), spent.toMillis() / 1e3);
    } finally {
      writing.shutdownNow();
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private void watch(MeasuredServer server, int watches, List<ManagedChannel> channels)
      throws InterruptedException {
    CountDownLatch open = new CountDownLatch(watches);
    for (int i = 0; i < watches; i++) {
      if (i % WATCHES_PER_CONNECTION == 0) {
        channels.add(channel(server));
      }
      int south = random.nextInt(SOUTH, -SOUTH);
      int west = random.nextInt(WEST, -WEST);
      WatchRequest.Builder request = WatchRequest.newBuilder();
      request
          .getBoxBuilder()
          .mergeFrom(
              GeoBox.newBuilder()
                  .setSouthE7(south)
                  .setWestE7(west)
                  .setNorthE7(south + WIDE)
                  .setEastE7(west + WIDE)
                  .build());
      FeaturesGrpc.newStub(channels.getLast()).watch(request.build(), new Watching(open));
    }
    open.await();
  }

  /// Counts what it is told.
  private final class Watching implements StreamObserver<WatchResponse> {
    private final CountDownLatch open;

    Watching(CountDownLatch open) {
      this.open = open;
    }

    @Override
    public void onNext(WatchResponse message) {
      if (message.hasEndOfSnapshot()) {
        open.countDown();
      }
      told.incrementAndGet();
    }

    @Override
    public void onError(Throwable ended) {}

    @Override
    public void onCompleted() {}
  }

  private void move(ManagedChannel channel, AtomicInteger moved) {
    StreamObserver<ModifyRequest> writer =
        FeaturesGrpc.newStub(channel)
            .modify(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModifyResponse message) {
                    moved.addAndGet(message.getResultsCount());
                  }

                  @Override
                  public void onError(Throwable ended) {}

                  @Override
                  public void onCompleted() {}
                });
    long begun = System.nanoTime();
    for (long sent = 1; System.nanoTime() - begun < ROUND.toNanos(); sent++) {
      writer.onNext(moves());
      long due = begun + sent * MESSAGE_NANOS;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  private ModifyRequest moves() {
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    for (int i = 0; i < MOVES; i++) {
      Feature.Builder feature =
          Feature.newBuilder()
              .setId("f" + random.nextInt(FEATURES))
              .setPoint(
                  GeoPoint.newBuilder()
                      .setLatitudeE7(random.nextInt(SOUTH, -SOUTH))
                      .setLongitudeE7(random.nextInt(WEST, -WEST)));
      request.addOperations(Operation.newBuilder().setPut(feature));
    }
    return request.build();
  }
}
