package guidepost.benchmarks;

import com.google.protobuf.ByteString;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.RawHttp2;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What six well-behaved clients notice of peers that are not, and what those cost the server.
///
/// Each client looks one address up every 2 ms over a connection of its own. Before each attack
/// they are measured alone; then beside it, from its first byte on; then the heap is collected and
/// measured while the peers are still connected.
public final class HostileBenchmark {

  private static final int CLIENTS = 6;
  private static final int ROUTES = 3_001;
  private static final int CALLS = 4_096;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration ATTACKED = Duration.ofSeconds(6);
  private static final List<Integer> CONNECTIONS = List.of(1, 50);
  private static final ByteString NOTHING = ByteString.EMPTY;
  private static final Destination WANTED = Destination.newBuilder().setNetwork("10.0.0.1").build();

  private enum Attack {
    LIST_ROUTES_UNREAD("/Router/ListRoutes", NOTHING, false),
    LIST_FEATURES_UNREAD("/routeguide.RouteGuide/ListFeatures", everywhere(), false),
    LOOKUP_BATCH_UNREAD("/guidepost.routes.v1.Routes/LookupBatch", lookups(), false),
    WATCH_UNREAD("/guidepost.routes.v1.Routes/Watch", NOTHING, false),
    LIST_ROUTES_READ("/Router/ListRoutes", NOTHING, true),
    RAPID_RESET("/Router/ListRoutes", NOTHING, true),
    RAPID_RESET_HEADERS_ONLY("/Router/ListRoutes", NOTHING, true),
    MADE_YOU_RESET_ZERO_WINDOW("/Router/ListRoutes", NOTHING, true),
    MADE_YOU_RESET_WINDOW_OVERFLOW("/Router/ListRoutes", NOTHING, true),
    MADE_YOU_RESET_DATA_AFTER_END("/Router/ListRoutes", NOTHING, true);

    private final String method;
    private final ByteString request;
    private final boolean reads;

    Attack(String method, ByteString request, boolean reads) {
      this.method = method;
      this.request = request;
      this.reads = reads;
    }

    int window() {
      return reads ? Integer.MAX_VALUE : 0;
    }

    void call(RawHttp2 peer, int stream) throws IOException {
      peer.call(stream, method);
      if (this != RAPID_RESET_HEADERS_ONLY) {
        peer.lastMessage(stream, request.toByteArray());
      }
      switch (this) {
        case RAPID_RESET, RAPID_RESET_HEADERS_ONLY -> peer.reset(stream);
        case MADE_YOU_RESET_ZERO_WINDOW -> peer.window(stream, 0);
        case MADE_YOU_RESET_WINDOW_OVERFLOW -> peer.window(stream, Integer.MAX_VALUE);
        case MADE_YOU_RESET_DATA_AFTER_END ->
            peer.frame(RawHttp2.DATA, 0, stream, new byte[] {0, 0, 0, 0, 0});
        case LIST_ROUTES_UNREAD,
            LIST_FEATURES_UNREAD,
            LOOKUP_BATCH_UNREAD,
            WATCH_UNREAD,
            LIST_ROUTES_READ -> {}
      }
    }

    private static ByteString everywhere() {
      return Rectangle.newBuilder()
          .setLo(Point.newBuilder().setLatitude(-900_000_000).setLongitude(-1_800_000_000))
          .setHi(Point.newBuilder().setLatitude(900_000_000).setLongitude(1_800_000_000))
          .build()
          .toByteString();
    }

    private static ByteString lookups() {
      ByteBuffer addresses = ByteBuffer.allocate(Integer.BYTES * ROUTES);
      for (int i = 0; i < ROUTES; i++) {
        addresses.putInt((10 << 24) + (i << 8) + 1);
      }
      return LookupBatchRequest.newBuilder()
          .setIpv4(ByteString.copyFrom(addresses.flip()))
          .build()
          .toByteString();
    }
  }

  private final InetSocketAddress address;
  private final List<ManagedChannel> channels;
  private final List<RouterGrpc.RouterBlockingStub> clients;

  private HostileBenchmark(String server) {
    int port = Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    channels =
        Stream.generate(() -> NettyChannelBuilder.forAddress(address).usePlaintext().build())
            .limit(CLIENTS)
            .toList();
    clients = channels.stream().map(RouterGrpc::newBlockingStub).toList();
  }

  /// Measures everything and prints it.
  ///
  /// @param heaps of the server, such as `96m`
  public static void main(String[] heaps) throws Exception {
    System.out.println(
        "| heap | attack | connections | quiet p50, p99 ms | attacked p50, p99, max ms | p50 ratio"
            + " | failed | heap MiB before, during | resident MiB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (String heap : heaps.length == 0 ? new String[] {"96m", "1g"} : heaps) {
      for (Attack attack : Attack.values()) {
        for (int connections : CONNECTIONS) {
          measure(heap, attack, connections);
        }
      }
    }
  }

  /// A server of its own for each, so that none is measured after another's trouble.
  private static void measure(String heap, Attack attack, int connections) throws Exception {
    Path data = Files.createTempDirectory("hostile-benchmark");
    try (MeasuredServer server =
        MeasuredServer.start(data.resolve("data"), List.of("-Xmx" + heap))) {
      HostileBenchmark benchmark = new HostileBenchmark(server.address());
      benchmark.addRoutes();
      benchmark.lookUp(QUIET); // warms up
      Latencies quiet = benchmark.lookUp(QUIET);
      double before = server.heapMebibytes();
      List<RawHttp2> peers = new ArrayList<>();
      Thread attacker =
          Thread.ofPlatform().daemon().start(() -> benchmark.attack(attack, connections, peers));
      Latencies attacked = benchmark.lookUp(ATTACKED);
      attacker.join();
      System.out.printf(
          "| %s | %s | %d | %.2f, %.2f | %.2f, %.2f, %.2f | %.1f | %d | %.0f, %.0f | %.0f |%n",
          heap,
          attack.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
          connections,
          quiet.millis(0.5),
          quiet.millis(0.99),
          attacked.millis(0.5),
          attacked.millis(0.99),
          attacked.millis(1),
          attacked.millis(0.5) / quiet.millis(0.5),
          attacked.failed(),
          before,
          server.isAlive() ? server.heapMebibytes() : Double.NaN,
          server.isAlive() ? server.residentMebibytes() : Double.NaN);
      synchronized (peers) {
        peers.forEach(RawHttp2::close);
      }
      benchmark.channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private void attack(Attack attack, int connections, List<RawHttp2> peers) {
    for (int i = 0; i < connections; i++) {
      try {
        RawHttp2 peer = new RawHttp2(address, attack.window(), attack.reads);
        synchronized (peers) {
          peers.add(peer);
        }
        if (attack.reads) {
          peer.window(0, Integer.MAX_VALUE - (1 << 16));
        }
        for (int call = 0; call < CALLS; call++) {
          attack.call(peer, 2 * call + 1);
        }
        peer.flush();
      } catch (IOException e) {
        // the server has closed it: the next one
      }
    }
  }

  private void addRoutes() throws Exception {
    CompletableFuture<Result> added = new CompletableFuture<>();
    StreamObserver<Route> routes =
        RouterGrpc.newStub(channels.getFirst())
            .addRoutes(
                new StreamObserver<>() {
                  @Override
                  public void onNext(Result result) {
                    added.complete(result);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    added.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (int i = 0; i < ROUTES; i++) {
      routes.onNext(
          Route.newBuilder()
              .setDest("10.%d.%d.0/24".formatted(i >> 8, i & 0xff))
              .setNh("192.0.2.1")
              .build());
    }
    routes.onCompleted();
    added.get();
  }

  /// Latencies in order, and how many calls failed.
  private record Latencies(List<Long> nanos, int failed) {
    double millis(double part) {
      return nanos.isEmpty()
          ? Double.NaN
          : nanos.get((int) Math.min(nanos.size() - 1, part * nanos.size())) / 1e6;
    }
  }

  private Latencies lookUp(Duration time) throws InterruptedException {
    ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    AtomicInteger failed = new AtomicInteger();
    long end = System.nanoTime() + time.toNanos();
    List<Thread> threads =
        clients.stream()
            .map(client -> Thread.ofPlatform().start(() -> ask(client, end, nanos, failed)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    return new Latencies(nanos.stream().sorted().toList(), failed.get());
  }

  private static void ask(
      RouterGrpc.RouterBlockingStub client,
      long end,
      ConcurrentLinkedQueue<Long> nanos,
      AtomicInteger failed) {
    while (System.nanoTime() < end) {
      long begun = System.nanoTime();
      try {
        client.withDeadlineAfter(30, TimeUnit.SECONDS).getRoute(WANTED);
      } catch (StatusRuntimeException e) {
        failed.incrementAndGet();
      }
      nanos.add(System.nanoTime() - begun);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
