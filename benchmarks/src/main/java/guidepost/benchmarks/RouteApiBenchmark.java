package guidepost.benchmarks;

import com.google.protobuf.Empty;
import com.google.protobuf.UnsafeByteOperations;
import guidepost.client.GuidepostClient;
import guidepost.client.LiveRouteTable;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.MatchKind;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDetail;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/// The route API of a real server process, asked by a client in this one: loading the full table,
/// look-ups beside empty calls, lists, restart.
///
/// `benchmarks/run routes-api DATA DIRECTORY`: DATA holds the full table's two lists of prefixes
/// (`ris-*-ipv4.txt.xz`, `-ipv6.txt.xz`), DIRECTORY lies on the device to measure.
final class RouteApiBenchmark {

  private static final int ROUNDS = 5;
  private static final int CALLS = 40_000;
  private static final int CALLS_UNDER_WAY = 64;
  private static final int BATCH = 512;
  private static final int BATCHES = 2_000;
  private static final int BATCHES_UNDER_WAY = 8;
  private static final double NANOS = 1e9;

  private final List<Route> table;
  private final Path directory;

  private RouteApiBenchmark(List<Route> table, Path directory) {
    this.table = table;
    this.directory = directory;
  }

  /// Runs all of it.
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: routes-api DATA DIRECTORY");
    }
    Path directory = Files.createTempDirectory(Path.of(args[1]), "routes-api-");
    List<Route> table = new ArrayList<>();
    read(Path.of(args[0]), "-ipv4.txt.xz", "192.0.2.1", table);
    read(Path.of(args[0]), "-ipv6.txt.xz", "2001:db8::1", table);
    try {
      new RouteApiBenchmark(table, directory).run();
    } finally {
      delete(directory);
    }
  }

  private static void read(Path data, String ending, String nextHop, List<Route> table)
      throws Exception {
    try (Stream<Path> files = Files.list(data)) {
      Path file = files.filter(each -> each.toString().endsWith(ending)).findFirst().orElseThrow();
      try (InputStream packed = Files.newInputStream(file);
          BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(new XZInputStream(packed), StandardCharsets.UTF_8))) {
        lines
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> Route.newBuilder().setPrefix(line.strip()).setNextHop(nextHop).build())
            .forEach(table::add);
      }
    }
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  private void run() throws Exception {
    say("%,d routes", table.size());
    try (MeasuredServer server = MeasuredServer.start(directory.resolve("seed"))) {
      loadBySeed(server);
    }
    Path data = directory.resolve("v1");
    try (MeasuredServer server = MeasuredServer.start(data)) {
      loadByModify(server);
      say("resident %.0f MiB after the load", server.residentMebibytes());
    }
    try (MeasuredServer server = MeasuredServer.start(data)) {
      say("restart to serving: %.2f s", server.startedAfter().toNanos() / NANOS);
      lists(server);
      unary(server);
      batches(server);
      live(server);
      say("resident %.0f MiB", server.residentMebibytes());
    }
  }

  private static ManagedChannel channel(MeasuredServer server) {
    return NettyChannelBuilder.forTarget(server.address())
        .usePlaintext()
        .directExecutor()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  private void loadBySeed(MeasuredServer server) throws Exception {
    List<guidepost.seed.routetable.Route> rows =
        table.stream()
            .map(
                route ->
                    guidepost.seed.routetable.Route.newBuilder()
                        .setDest(route.getPrefix())
                        .setNh(route.getNextHop())
                        .build())
            .toList();
    ManagedChannel channel = channel(server);
    long begun = System.nanoTime();
    SeedLoad load = new SeedLoad(rows);
    RouterGrpc.newStub(channel).addRoutes(load);
    Result result = load.await();
    double seconds = (System.nanoTime() - begun) / NANOS;
    say(
        "load by AddRoutes: %.1f s, %,.0f rows/s, success %s, server %.1f s of processor",
        seconds,
        rows.size() / seconds,
        result.getSuccess(),
        server.processorTime().toNanos() / NANOS);
    channel.shutdownNow();
  }

  /// Sends rows as fast as the transport takes them.
  private static final class SeedLoad
      implements ClientResponseObserver<guidepost.seed.routetable.Route, Result> {
    private final List<guidepost.seed.routetable.Route> rows;
    private final CountDownLatch ended = new CountDownLatch(1);
    private int next;
    private Result result = Result.getDefaultInstance();

    SeedLoad(List<guidepost.seed.routetable.Route> rows) {
      this.rows = rows;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<guidepost.seed.routetable.Route> call) {
      call.setOnReadyHandler(
          () -> {
            while (call.isReady() && next < rows.size()) {
              call.onNext(rows.get(next++));
              if (next == rows.size()) {
                call.onCompleted();
              }
            }
          });
    }

    @Override
    public void onNext(Result answer) {
      result = answer;
    }

    @Override
    public void onError(Throwable failure) {
      failure.printStackTrace();
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    Result await() throws InterruptedException {
      ended.await();
      return result;
    }
  }

  private void loadByModify(MeasuredServer server) {
    long[] accepted = {0};
    long begun = System.nanoTime();
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(server.address()));
        ModifyStream<Operation, OperationResult> stream =
            client
                .routes()
                .modify(
                    result ->
                        accepted[0] += result.getCode() == ResultCode.RESULT_CODE_OK ? 1 : 0)) {
      table.forEach(route -> stream.write(Operation.newBuilder().setAdd(route).build()));
      stream.finish();
    }
    double seconds = (System.nanoTime() - begun) / NANOS;
    say(
        "load by Modify: %.1f s, %,.0f rows/s, accepted %,d, server %.1f s of processor",
        seconds, table.size() / seconds, accepted[0], server.processorTime().toNanos() / NANOS);
  }

  private void lists(MeasuredServer server) throws InterruptedException {
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(server.address()))) {
      double[] seed = new double[ROUNDS];
      double[] v1 = new double[ROUNDS];
      double[] longer = new double[ROUNDS];
      long[] hits = {0};
      for (int round = 0; round < ROUNDS; round++) {
        long begun = System.nanoTime();
        long[] count = {0};
        client.routes().list("", MatchKind.MATCH_KIND_UNSPECIFIED, route -> count[0]++);
        v1[round] = (System.nanoTime() - begun) / NANOS;
        begun = System.nanoTime();
        hits[0] = 0;
        client.routes().list("23.0.0.0/8", MatchKind.MATCH_KIND_LONGER, route -> hits[0]++);
        longer[round] = (System.nanoTime() - begun) / NANOS;
        seed[round] = seedList(server);
      }
      say("list of all, v1: %.2f s; seed contract: %.2f s", median(v1), median(seed));
      say("longer than 23.0.0.0/8, %,d hits: %.1f ms", hits[0], median(longer) * 1000);
      long begun = System.nanoTime();
      long counted =
          client
              .routes()
              .count(
                  GetRoutesRequest.newBuilder()
                      .setFilter(RouteFilter.newBuilder().setMetricMin(0))
                      .build());
      say("count with a filter, %,d: %.2f s", counted, (System.nanoTime() - begun) / NANOS);
    }
  }

  /// By the asynchronous stub: the blocking one asks for each row by itself.
  private static double seedList(MeasuredServer server) throws InterruptedException {
    ManagedChannel channel = channel(server);
    Semaphore ended = new Semaphore(0);
    long begun = System.nanoTime();
    RouterGrpc.newStub(channel).listRoutes(Empty.getDefaultInstance(), new Releasing<>(ended));
    ended.acquire();
    double seconds = (System.nanoTime() - begun) / NANOS;
    channel.shutdownNow();
    return seconds;
  }

  /// What a set of calls took: of this clock, and of the server's processor.
  private record Took(double seconds, double processorSeconds) {}

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void unary(MeasuredServer server) throws Exception {
    ManagedChannel channel = channel(server);
    Random random = new Random(1);
    double[] empty = new double[ROUNDS];
    double[] route = new double[ROUNDS];
    double[] emptyProcessor = new double[ROUNDS];
    double[] routeProcessor = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      Took nothing =
          calls(
              server,
              channel,
              HealthGrpc.getCheckMethod(),
              () -> HealthCheckRequest.getDefaultInstance());
      Took found =
          calls(
              server,
              channel,
              RouterGrpc.getGetRouteMethod(),
              () -> Destination.newBuilder().setNetwork(address(random)).build());
      if (round >= 0) {
        empty[round] = CALLS / nothing.seconds();
        route[round] = CALLS / found.seconds();
        emptyProcessor[round] = nothing.processorSeconds() / CALLS * 1e6;
        routeProcessor[round] = found.processorSeconds() / CALLS * 1e6;
      }
    }
    say(
        "unary, %d at once: empty %,.0f/s, GetRoute %,.0f/s, ratio %.2f; server %.1f and %.1f us of"
            + " processor a call",
        CALLS_UNDER_WAY,
        median(empty),
        median(route),
        median(route) / median(empty),
        median(emptyProcessor),
        median(routeProcessor));
    channel.shutdownNow();
    List<String> asked = Stream.generate(() -> address(random)).limit(10_000).toList();
    UnaryLatency.run(server.address(), median(route) / 2, asked);
  }

  private interface Requests<Q> {
    Q next();
  }

  private static <Q, R> Took calls(
      MeasuredServer server,
      ManagedChannel channel,
      MethodDescriptor<Q, R> method,
      Requests<Q> requests)
      throws InterruptedException {
    Semaphore underWay = new Semaphore(CALLS_UNDER_WAY);
    long processor = server.processorTime().toNanos();
    long begun = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      underWay.acquire();
      ClientCalls.asyncUnaryCall(
          channel.newCall(method, io.grpc.CallOptions.DEFAULT),
          requests.next(),
          new Releasing<>(underWay));
    }
    underWay.acquire(CALLS_UNDER_WAY);
    return new Took(
        (System.nanoTime() - begun) / NANOS,
        (server.processorTime().toNanos() - processor) / NANOS);
  }

  private static final class Releasing<R> implements StreamObserver<R> {
    private final Semaphore underWay;

    Releasing(Semaphore underWay) {
      this.underWay = underWay;
    }

    @Override
    public void onNext(R answer) {}

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException(failure);
    }

    @Override
    public void onCompleted() {
      underWay.release();
    }
  }

  /// An address inside the table.
  private String address(Random random) {
    String prefix = table.get(random.nextInt(table.size())).getPrefix();
    return prefix.substring(0, prefix.indexOf('/'));
  }

  private static int ipv4(String address) {
    int bits = 0;
    for (String part : address.split("\\.", -1)) {
      bits = bits << 8 | Integer.parseInt(part);
    }
    return bits;
  }

  private void batches(MeasuredServer server) throws Exception {
    ManagedChannel channel = channel(server);
    for (RouteDetail detail :
        List.of(RouteDetail.ROUTE_DETAIL_FULL, RouteDetail.ROUTE_DETAIL_FORWARDING)) {
      for (boolean skewed : List.of(false, true)) {
        double[] rate = new double[ROUNDS];
        double[] perCore = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
          Took took = lookups(server, channel, detail, skewed);
          if (round >= 0) {
            rate[round] = (double) BATCH * BATCHES / took.seconds();
            perCore[round] = (double) BATCH * BATCHES / took.processorSeconds();
          }
        }
        say(
            "LookupStream of %d, %s, %s: %,.0f addresses/s, %,.0f a second of server processor",
            BATCH,
            detail.name().substring("ROUTE_DETAIL_".length()).toLowerCase(Locale.ROOT),
            skewed ? "90 % of 10,000 destinations" : "in-table uniform",
            median(rate),
            median(perCore));
      }
    }
    channel.shutdownNow();
  }

  private Took lookups(
      MeasuredServer server, ManagedChannel channel, RouteDetail detail, boolean skewed)
      throws InterruptedException {
    Random random = new Random(2);
    List<LookupStreamRequest> requests = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      ByteBuffer addresses = ByteBuffer.allocate(4 * BATCH);
      for (int j = 0; j < BATCH; j++) {
        boolean few = skewed && random.nextInt(10) != 0;
        String prefix = table.get(random.nextInt(few ? 10_000 : 1_000_000)).getPrefix();
        addresses.putInt(ipv4(prefix.substring(0, prefix.indexOf('/'))));
      }
      requests.add(
          LookupStreamRequest.newBuilder()
              .setBatch(
                  LookupBatchRequest.newBuilder()
                      .setIpv4(UnsafeByteOperations.unsafeWrap(addresses.array()))
                      .setDetail(detail))
              .build());
    }
    Semaphore underWay = new Semaphore(BATCHES_UNDER_WAY);
    long processor = server.processorTime().toNanos();
    long begun = System.nanoTime();
    StreamObserver<LookupStreamRequest> call =
        RoutesGrpc.newStub(channel)
            .lookupStream(
                new StreamObserver<LookupStreamResponse>() {
                  @Override
                  public void onNext(LookupStreamResponse response) {
                    underWay.release();
                  }

                  @Override
                  public void onError(Throwable failure) {
                    // The channel is shut down once all answers have come.
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (int i = 0; i < BATCHES; i++) {
      underWay.acquire();
      call.onNext(requests.get(i % requests.size()));
    }
    underWay.acquire(BATCHES_UNDER_WAY);
    call.onCompleted();
    return new Took(
        (System.nanoTime() - begun) / NANOS,
        (server.processorTime().toNanos() - processor) / NANOS);
  }

  private static void live(MeasuredServer server) {
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(server.address()))) {
      long begun = System.nanoTime();
      try (LiveRouteTable live = client.routes().live()) {
        live.ready().toCompletableFuture().join();
        say("a live copy is there after %.2f s", (System.nanoTime() - begun) / NANOS);
      }
    }
  }
}
