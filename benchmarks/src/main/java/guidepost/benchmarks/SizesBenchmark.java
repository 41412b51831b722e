package guidepost.benchmarks;

import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoPoint;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// How much memory, disk and processor a server needs for so many routes, and for so many features:
/// what an operator plans a machine by.
///
/// Routes are half /24s of IPv4, a quarter /22s and a quarter /48s of IPv6, with a next hop each;
/// features are random points with a name and a category.
public final class SizesBenchmark {

  private static final int PER_MESSAGE = 1_000;
  private static final int AT_ONCE = 4;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEBIBYTE = 1 << 20;
  private static final int ODD = 0x9E3779B1;

  private SizesBenchmark() {}

  private interface Filling {
    void fill(ManagedChannel channel, int count) throws Exception;
  }

  /// Prints a line for each size.
  ///
  /// @param args sizes in thousands, such as 100 1000 10000
  public static void main(String[] args) throws Exception {
    List<String> sizes = args.length == 0 ? List.of("100", "1000") : List.of(args);
    System.out.println(
        "| what | heap, MiB | process, MiB | disk, MiB | processor to load, s | start, s | heap a"
            + " row, B |");
    System.out.println("|---|---|---|---|---|---|---|");
    measure("nothing", 0, (_, _) -> {});
    for (String thousands : sizes) {
      int count = Integer.parseInt(thousands) * 1_000;
      measure("%,d routes".formatted(count), count, SizesBenchmark::routes);
      measure("%,d features".formatted(count), count, SizesBenchmark::features);
    }
  }

  private static void measure(String what, int count, Filling filling) throws Exception {
    Path directory = Files.createTempDirectory("guidepost-sizes");
    Path data = directory.resolve("data");
    try {
      double processor;
      try (MeasuredServer server = MeasuredServer.start(data)) {
        double before = server.processorNanos() / NANOS_PER_SECOND;
        ManagedChannel channel =
            NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
        try {
          filling.fill(channel, count);
        } finally {
          channel.shutdownNow();
        }
        processor = server.processorNanos() / NANOS_PER_SECOND - before;
      }
      double disk = bytes(data) / MEBIBYTE;
      try (MeasuredServer server = MeasuredServer.start(data)) {
        double heap = server.heapMebibytes();
        System.out.printf(
            "| %s | %,.0f | %,.0f | %,.0f | %,.1f | %.1f | %s |%n",
            what,
            heap,
            server.residentMebibytes(),
            disk,
            processor,
            server.startedAfter().toNanos() / NANOS_PER_SECOND,
            count == 0 ? "" : "%,.0f".formatted(heap * MEBIBYTE / count));
      }
    } finally {
      remove(directory);
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// Sends messages, a few ahead of their answers.
  private static final class Sending<M> implements StreamObserver<M> {
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onNext(M answer) {
      free.release();
    }

    @Override
    public void onError(Throwable why) {
      why.printStackTrace();
      System.exit(1);
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }

  private static void routes(ManagedChannel channel, int count) throws Exception {
    Sending<guidepost.routes.v1.ModifyResponse> answers = new Sending<>();
    var call = RoutesGrpc.newStub(channel).modify(answers);
    for (int first = 0; first < count; first += PER_MESSAGE) {
      ModifyRequest.Builder request = ModifyRequest.newBuilder();
      for (int i = first; i < Math.min(count, first + PER_MESSAGE); i++) {
        request.addOperations(
            Operation.newBuilder()
                .setAdd(
                    Route.newBuilder()
                        .setPrefix(prefix(i))
                        .setNextHop("192.0.2." + (1 + i % 200))
                        .setMetric(i % 100)));
      }
      answers.free.acquire();
      call.onNext(request.build());
    }
    call.onCompleted();
    answers.ended.await();
  }

  /// All different: an odd factor only changes the order of numbers of so many bits.
  private static String prefix(int i) {
    int number = i / 4;
    return switch (i % 4) {
      case 0 -> v4(number * 2 * ODD & 0xFFFFFF, 24);
      case 1 -> v4((number * 2 + 1) * ODD & 0xFFFFFF, 24);
      case 2 -> v4((number * ODD & 0x3FFFFF) << 2, 22);
      default -> {
        int site = number * ODD;
        yield "2001:%x:%x::/48".formatted(site >>> 16, site & 0xFFFF);
      }
    };
  }

  private static String v4(int network, int length) {
    return "%d.%d.%d.0/%d"
        .formatted(network >>> 16 & 0xFF, network >>> 8 & 0xFF, network & 0xFF, length);
  }

  private static void features(ManagedChannel channel, int count) throws Exception {
    Random random = new Random(7);
    Sending<guidepost.guide.v1.ModifyResponse> answers = new Sending<>();
    var call = FeaturesGrpc.newStub(channel).modify(answers);
    for (int first = 0; first < count; first += PER_MESSAGE) {
      var request = guidepost.guide.v1.ModifyRequest.newBuilder();
      for (int i = first; i < Math.min(count, first + PER_MESSAGE); i++) {
        request.addOperations(
            guidepost.guide.v1.Operation.newBuilder()
                .setPut(
                    Feature.newBuilder()
                        .setId("f" + i)
                        .setName("Place number " + i)
                        .setCategory(i % 3 == 0 ? "fuel" : "viewpoint")
                        .setPoint(
                            GeoPoint.newBuilder()
                                .setLatitudeE7(random.nextInt(-900_000_000, 900_000_000))
                                .setLongitudeE7(random.nextInt(-1_800_000_000, 1_800_000_000)))));
      }
      answers.free.acquire();
      call.onNext(request.build());
    }
    call.onCompleted();
    answers.ended.await();
  }
}
