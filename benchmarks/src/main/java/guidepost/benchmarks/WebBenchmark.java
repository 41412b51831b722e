package guidepost.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import guidepost.guide.v1.ApplyRequest;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.Operation;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import guidepost.server.WebSettings;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// What the web port costs beside gRPC, in one process with its clients: a look-up as JSON, a list
/// as lines, a tile, and the start.
public final class WebBenchmark {

  private static final int ROUTES = 1_000_000;
  private static final int WORLD = 1_000_000;
  private static final int POINTS = 10_000;
  private static final int CALLS = 10_000;
  private static final int ROUNDS = 7;
  private static final int STARTS = 9;
  private static final ListenAddress ANY = ListenAddress.parse("127.0.0.1:0");
  private static final String LOOKUP =
      "GET /v1/routes:lookup?destination=10.1.2.3 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String LIST =
      "GET /v1/routes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private static final String TILE =
      """
      GET /v1/features/tiles/5/16/11 HTTP/1.1\r
      Host: localhost\r
      Accept: application/vnd.mapbox-vector-tile\r
      \r
      """;

  private WebBenchmark() {}

  /// Measures.
  ///
  /// @param arguments the directory to measure in, or none
  public static void main(String[] arguments) throws Exception {
    Path directory =
        arguments.length > 0
            ? Files.createTempDirectory(Path.of(arguments[0]), "web")
            : Files.createTempDirectory("web");
    System.out.printf(
        "Java %s; %d processors; %s%n",
        Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    try (GuidepostServer server = GuidepostServer.start(options(directory).withWeb(web()))) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
              .usePlaintext()
              .maxInboundMessageSize(64 << 20)
              .build();
      try {
        fill(channel);
        measure(channel, server.webAddress().orElseThrow());
      } finally {
        channel.shutdownNow();
      }
    }
    measureStart(directory);
  }

  private static ServerOptions options(Path directory) {
    return ServerOptions.with(Engines.embedded(directory.resolve("data")))
        .listeningOn(List.of(ANY));
  }

  private static WebSettings web() {
    return WebSettings.at(ANY);
  }

  private static void fill(ManagedChannel channel) {
    RoutesGrpc.RoutesBlockingStub routes = RoutesGrpc.newBlockingStub(channel);
    for (int from = 0; from < ROUTES; from += 4_000) {
      ModifyRequest.Builder batch = ModifyRequest.newBuilder();
      for (int i = from; i < from + 4_000; i++) {
        batch.addOperations(
            guidepost.routes.v1.Operation.newBuilder()
                .setAdd(
                    Route.newBuilder()
                        .setPrefix(
                            "%d.%d.%d.0/24".formatted(10 + (i >> 16), (i >> 8) & 255, i & 255))
                        .setNextHop("192.0.2." + (1 + i % 200))
                        .setMetric(i % 100)));
      }
      var _ = routes.apply(guidepost.routes.v1.ApplyRequest.newBuilder().setRequest(batch).build());
    }
    put(channel, 0, POINTS, 470_000_000, 80_000_000, 1_000_000, 1_000_000);
  }

  /// Points within a box, whose sides are in 1e-7 degrees.
  private static void put(
      ManagedChannel channel, int first, int end, int south, int west, int height, long width) {
    Random random = new Random(first + 1);
    for (int from = first; from < end; from += 2_000) {
      guidepost.guide.v1.ModifyRequest.Builder batch =
          guidepost.guide.v1.ModifyRequest.newBuilder();
      for (int i = from; i < Math.min(end, from + 2_000); i++) {
        batch.addOperations(
            Operation.newBuilder()
                .setPut(
                    Feature.newBuilder()
                        .setId("f" + i)
                        .setName("Place " + i)
                        .setPoint(
                            GeoPoint.newBuilder()
                                .setLatitudeE7(south + random.nextInt(height))
                                .setLongitudeE7(west + (int) random.nextLong(width)))));
      }
      var _ =
          FeaturesGrpc.newBlockingStub(channel)
              .apply(ApplyRequest.newBuilder().setRequest(batch).build());
    }
  }

  private static void measure(ManagedChannel channel, ListenAddress web) throws Exception {
    RoutesGrpc.RoutesBlockingStub routes = RoutesGrpc.newBlockingStub(channel);
    FeaturesGrpc.FeaturesBlockingStub features = FeaturesGrpc.newBlockingStub(channel);
    LookupRequest lookup = LookupRequest.newBuilder().setDestination("10.1.2.3").build();
    GetTileRequest tile = GetTileRequest.newBuilder().setZ(5).setX(16).setY(11).build();
    if (features.getTile(tile).getFeatures() != POINTS) {
      throw new IllegalStateException("the tile does not have all points");
    }
    try (Keep keep = new Keep(web)) {
      Rounds calls =
          new Rounds()
              .measure("look-up, gRPC, us of time", () -> micros(() -> routes.lookup(lookup)))
              .measure("look-up, JSON, us of time", () -> micros(() -> keep.call(LOOKUP)))
              .measure("look-up, gRPC, us of processor", () -> cpu(() -> routes.lookup(lookup)))
              .measure("look-up, JSON, us of processor", () -> cpu(() -> keep.call(LOOKUP)));
      calls.warm(3).run(ROUNDS).print("");
      Rounds lists =
          new Rounds()
              .measure("list, gRPC, routes/s", () -> rate(() -> listed(routes)))
              .measure("list, lines of JSON, routes/s", () -> rate(() -> lines(web)));
      lists.warm(3).run(ROUNDS).print("");
      Rounds tiles =
          new Rounds()
              .measure(
                  "tile of 10,000 points, gRPC, ms",
                  () -> micros(100, () -> features.getTile(tile)) / 1_000)
              .measure(
                  "tile of 10,000 points, HTTP, ms",
                  () -> micros(100, () -> keep.call(TILE)) / 1_000);
      tiles.warm(3).run(ROUNDS).print("");
    }
    put(channel, POINTS, WORLD, -800_000_000, -1_800_000_000, 1_600_000_000, 3_600_000_000L);
    GetTileRequest whole = GetTileRequest.getDefaultInstance();
    if (features.getTile(whole).getFeatures() != WORLD) {
      throw new IllegalStateException("the tile of the world does not have all points");
    }
    new Rounds()
        .measure(
            "the world's tile, 1,000,000 features, ms",
            () -> micros(5, () -> features.getTile(whole)) / 1_000)
        .warm(3)
        .run(ROUNDS)
        .print("");
  }

  private interface Call {
    Object call() throws Exception;
  }

  private static double micros(Call call) throws Exception {
    return micros(CALLS, call);
  }

  private static double micros(int count, Call call) throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      var _ = call.call();
    }
    return (System.nanoTime() - began) / 1e3 / count;
  }

  private static double cpu(Call call) throws Exception {
    long before = ProcessorTime.nanosOf(ProcessHandle.current());
    double _ = micros(CALLS, call);
    return (ProcessorTime.nanosOf(ProcessHandle.current()) - before) / 1e3 / CALLS;
  }

  private static double rate(Call list) throws Exception {
    long began = System.nanoTime();
    long listed = (Long) list.call();
    return listed * 1e9 / (System.nanoTime() - began);
  }

  private static long listed(RoutesGrpc.RoutesBlockingStub routes) {
    long listed = 0;
    for (var pages = routes.getRoutes(GetRoutesRequest.getDefaultInstance()); pages.hasNext(); ) {
      listed += pages.next().getRoutesCount();
    }
    return listed;
  }

  /// Lines of an answer, but for the last one, which says how it ended. Read until that comes: the
  /// server leaves it to the client to close first.
  private static long lines(ListenAddress web) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.port())) {
      socket.getOutputStream().write(LIST.getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[1 << 16];
      long lines = 0;
      byte before = 0;
      String tail = "";
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' && before == '}' ? 1 : 0;
          before = buffer[i];
        }
        tail += new String(buffer, Math.max(0, read - 200), Math.min(200, read), ISO_8859_1);
        tail = tail.substring(Math.max(0, tail.length() - 400));
        if (tail.endsWith("\r\n0\r\n\r\n")) {
          break;
        }
      }
      if (!tail.contains("{\"end\":")) {
        throw new IllegalStateException("the list broke off: " + tail);
      }
      return lines;
    }
  }

  /// A connection that is kept open.
  private static final class Keep implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Keep(ListenAddress web) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), web.port());
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    byte[] call(String request) throws IOException {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      int length = -1;
      for (String line = line(); !line.isEmpty(); line = line()) {
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring("content-length: ".length()));
        }
      }
      return in.readNBytes(length);
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("closed");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /// Until the gRPC port is bound, with a data directory that has a million routes.
  private static void measureStart(Path directory) throws Exception {
    Rounds starts =
        new Rounds()
            .measure("start without the web port, ms", () -> start(options(directory)))
            .measure("start with it, ms", () -> start(options(directory).withWeb(web())));
    starts.warm(1).run(STARTS).print("");
  }

  private static double start(ServerOptions options) throws Exception {
    long began = System.nanoTime();
    try (GuidepostServer server = GuidepostServer.start(options)) {
      double millis = (System.nanoTime() - began) / 1e6;
      var _ = server.webAddress();
      return millis;
    }
  }
}
