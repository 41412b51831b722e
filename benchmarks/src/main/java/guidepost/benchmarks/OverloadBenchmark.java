package guidepost.benchmarks;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What a server does that is asked for twice as much as it can: long searches, at even intervals,
/// by clients that wait for two seconds and then give up, on few connections and on many.
///
/// The capacity is measured first, by a few askers that each ask again at once. Meanwhile somebody
/// else makes look-ups, which must not notice.
public final class OverloadBenchmark {

  private static final int FEATURES = 300_000;
  private static final int BATCH = 1_000;
  private static final int ASKERS = 4;
  private static final Duration CAPACITY_ROUND = Duration.ofSeconds(10);
  private static final Duration OVERLOAD = Duration.ofSeconds(60);
  private static final long DEADLINE_SECONDS = 2;
  private static final List<Integer> CONNECTIONS = List.of(4, 100);
  private static final double MILLIS = 1e6;

  private final Random random = new Random(5);

  private OverloadBenchmark() {}

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    Path data = Files.createTempDirectory("guidepost-overload");
    OverloadBenchmark benchmark = new OverloadBenchmark();
    try (MeasuredServer server = MeasuredServer.start(data)) {
      benchmark.fill(server);
      for (int connections : CONNECTIONS) {
        double capacity = benchmark.capacity(server);
        benchmark.overload(server, connections, capacity);
      }
    }
  }

  private static ManagedChannel channel(MeasuredServer server) {
    return NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  private void fill(MeasuredServer server) throws InterruptedException {
    ManagedChannel channel = channel(server);
    CountDownLatch done = new CountDownLatch(1);
    Semaphore room = new Semaphore(8 * BATCH);
    StreamObserver<ModifyRequest> writing =
        FeaturesGrpc.newStub(channel)
            .modify(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModifyResponse answer) {
                    room.release(answer.getResultsCount());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    throw new IllegalStateException(failure);
                  }

                  @Override
                  public void onCompleted() {
                    done.countDown();
                  }
                });
    for (int i = 0; i < FEATURES; i += BATCH) {
      ModifyRequest.Builder batch = ModifyRequest.newBuilder();
      for (int k = i; k < i + BATCH; k++) {
        batch.addOperations(
            Operation.newBuilder()
                .setPut(
                    Feature.newBuilder()
                        .setId("f" + k)
                        .setName("feature " + k)
                        .setCategory("usual")
                        .setPoint(
                            GeoPoint.newBuilder()
                                .setLatitudeE7(random.nextInt(-800_000_000, 800_000_000))
                                .setLongitudeE7(random.nextInt(-1_700_000_000, 1_700_000_000)))));
      }
      room.acquire(BATCH);
      writing.onNext(batch.build());
    }
    writing.onCompleted();
    done.await();
    channel.shutdownNow();
  }

  /// Looks at every feature and finds none.
  private static ListInBoxRequest question() {
    return ListInBoxRequest.newBuilder()
        .setBox(
            GeoBox.newBuilder()
                .setSouthE7(-900_000_000)
                .setWestE7(-1_800_000_000)
                .setNorthE7(900_000_000)
                .setEastE7(1_800_000_000))
        .setFilter(FeatureFilter.newBuilder().addCategories("rare"))
        .build();
  }

  private double capacity(MeasuredServer server) throws InterruptedException {
    ManagedChannel channel = channel(server);
    AtomicInteger done = new AtomicInteger();
    long end = System.nanoTime() + CAPACITY_ROUND.toNanos();
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < ASKERS; i++) {
      askers.add(
          Thread.startVirtualThread(
              () -> {
                while (System.nanoTime() < end) {
                  FeaturesGrpc.newBlockingStub(channel)
                      .listInBox(question())
                      .forEachRemaining(_ -> {});
                  done.incrementAndGet();
                }
              }));
    }
    for (Thread asker : askers) {
      asker.join();
    }
    channel.shutdownNow();
    double capacity = done.get() / (double) CAPACITY_ROUND.toSeconds();
    System.out.printf("capacity: %.1f searches per second%n", capacity);
    return capacity;
  }

  /// How the calls of a round ended.
  private static final class Tally {
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger other = new AtomicInteger();
    private final Queue<Double> goodMillis = new ConcurrentLinkedQueue<>();
    private final Queue<Double> refusedMillis = new ConcurrentLinkedQueue<>();
    private final Queue<Double> lookupMillis = new ConcurrentLinkedQueue<>();
  }

  private void overload(MeasuredServer server, int connections, double capacity)
      throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      channels.add(channel(server));
    }
    Tally tally = new Tally();
    long began = System.nanoTime();
    long end = began + OVERLOAD.toNanos();
    Thread lookups = Thread.ofPlatform().start(() -> lookUp(server, end, tally));
    long interval = (long) (TimeUnit.SECONDS.toNanos(1) / (2 * capacity));
    long due = began;
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger underWay = new AtomicInteger(1);
    for (int i = 0; due < end; i++, due += interval) {
      LockSupport.parkNanos(due - System.nanoTime());
      underWay.incrementAndGet();
      ask(channels.get(i % connections), tally, underWay, open);
    }
    if (underWay.decrementAndGet() == 0) {
      open.countDown();
    }
    open.await();
    lookups.join();
    channels.forEach(ManagedChannel::shutdownNow);
    double goodput = tally.good.get() / (double) OVERLOAD.toSeconds();
    System.out.printf(
        "%d connections, twice the capacity for %d s: %.1f per second answered, %.2f of the"
            + " capacity; %d refused, %d too late, %d otherwise%n",
        connections,
        OVERLOAD.toSeconds(),
        goodput,
        goodput / capacity,
        tally.refusedMillis.size(),
        tally.late.get(),
        tally.other.get());
    System.out.printf("  answers, ms:  %s%n", quantiles(tally.goodMillis));
    System.out.printf("  refusals, ms: %s%n", quantiles(tally.refusedMillis));
    System.out.printf("  look-ups of others meanwhile, ms: %s%n", quantiles(tally.lookupMillis));
  }

  private static void lookUp(MeasuredServer server, long end, Tally tally) {
    ManagedChannel channel = channel(server);
    RouterGrpc.RouterBlockingStub router = RouterGrpc.newBlockingStub(channel);
    while (System.nanoTime() < end) {
      long asked = System.nanoTime();
      try {
        var _ = router.getRoute(Destination.newBuilder().setNetwork("192.0.2.1").build());
      } catch (StatusRuntimeException e) {
        // There is no route: that is an answer too.
      }
      tally.lookupMillis.add((System.nanoTime() - asked) / MILLIS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    channel.shutdownNow();
  }

  private static void ask(
      ManagedChannel channel, Tally tally, AtomicInteger underWay, CountDownLatch open) {
    long asked = System.nanoTime();
    FeaturesGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .listInBox(
            question(),
            new StreamObserver<ListInBoxResponse>() {
              @Override
              public void onNext(ListInBoxResponse answer) {}

              @Override
              public void onError(Throwable failure) {
                double took = (System.nanoTime() - asked) / MILLIS;
                switch (Status.fromThrowable(failure).getCode()) {
                  case RESOURCE_EXHAUSTED -> tally.refusedMillis.add(took);
                  case DEADLINE_EXCEEDED -> tally.late.incrementAndGet();
                  default -> tally.other.incrementAndGet();
                }
                end();
              }

              @Override
              public void onCompleted() {
                tally.good.incrementAndGet();
                tally.goodMillis.add((System.nanoTime() - asked) / MILLIS);
                end();
              }

              private void end() {
                if (underWay.decrementAndGet() == 0) {
                  open.countDown();
                }
              }
            });
  }

  private static String quantiles(Queue<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0
        ? "none"
        : "median %.1f, p99 %.1f, most %.1f"
            .formatted(
                sorted[sorted.length / 2],
                sorted[(int) (sorted.length * 0.99)],
                sorted[sorted.length - 1]);
  }
}
