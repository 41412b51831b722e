package guidepost.benchmarks;

import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// What it costs a server to be watched over: processor time of an empty call without counting
/// calls, with it, and with spans besides, as many as are recorded unless told otherwise or of
/// every call; and the time of a scrape.
public final class ObservedBenchmark {

  private static final int ROUNDS = 7;
  private static final int WARM_ROUNDS = 3;
  private static final int CALLS = 40_000;
  private static final int CALLS_AT_ONCE = 16;
  private static final int SCRAPES = 50;
  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_MILLI = 1e6;

  private ObservedBenchmark() {}

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("guidepost-observed");
    InetAddress here = InetAddress.getLoopbackAddress();
    HttpServer collector = HttpServer.create(new InetSocketAddress(here, 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    int web = freePort(here);
    try (MeasuredServer bare =
            MeasuredServer.start(
                directory.resolve("bare"), List.of(), List.of("--metrics-calls", "false"));
        MeasuredServer counting =
            MeasuredServer.start(
                directory.resolve("counting"),
                List.of(),
                List.of("--web-enabled", "true", "--web-listen", "127.0.0.1:" + web));
        MeasuredServer tracing =
            MeasuredServer.start(
                directory.resolve("tracing"),
                List.of(),
                List.of(),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
        MeasuredServer all =
            MeasuredServer.start(
                directory.resolve("all"),
                List.of(),
                List.of(),
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    endpoint,
                    "OTEL_TRACES_SAMPLER",
                    "parentbased_always_on"))) {
      Rounds rounds =
          new Rounds()
              .measure("empty call, not counted", () -> emptyCallMicros(bare))
              .measure("empty call, counted", () -> emptyCallMicros(counting))
              .measure("empty call, counted, with spans", () -> emptyCallMicros(tracing))
              .measure("empty call, counted, a span of each", () -> emptyCallMicros(all))
              .warm(WARM_ROUNDS)
              .run(ROUNDS);
      rounds.print("us");
      rounds.printRatio("counted", "empty call, counted", "empty call, not counted", "1.15");
      rounds.printRatio(
          "counted, with spans",
          "empty call, counted, with spans",
          "empty call, not counted",
          "1.15");
      rounds.printRatio(
          "counted, a span of each",
          "empty call, counted, a span of each",
          "empty call, not counted",
          "1.15");
      scrapes(URI.create("http://127.0.0.1:" + web + "/metrics"));
    } finally {
      collector.stop(0);
    }
  }

  private static int freePort(InetAddress here) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, here)) {
      return socket.getLocalPort();
    }
  }

  private static double emptyCallMicros(MeasuredServer server) throws Exception {
    long before = server.processorNanos();
    emptyCalls(server);
    return (server.processorNanos() - before) / NANOS_A_MICRO / CALLS;
  }

  private static void emptyCalls(MeasuredServer server) throws Exception {
    ManagedChannel channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
    try {
      Semaphore free = new Semaphore(CALLS_AT_ONCE);
      StreamObserver<HealthCheckResponse> answers =
          new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse answer) {}

            @Override
            public void onError(Throwable why) {
              System.err.println(Status.fromThrowable(why));
              System.exit(1);
            }

            @Override
            public void onCompleted() {
              free.release();
            }
          };
      var stub = HealthGrpc.newStub(channel);
      for (int i = 0; i < CALLS; i++) {
        free.acquire();
        stub.check(HealthCheckRequest.getDefaultInstance(), answers);
      }
      free.acquire(CALLS_AT_ONCE);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void scrapes(URI metrics) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(metrics).build();
      String[] page = {""};
      Rounds rounds =
          new Rounds()
              .measure(
                  "scrape",
                  () -> {
                    long begun = System.nanoTime();
                    page[0] = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
                    return (System.nanoTime() - begun) / NANOS_A_MILLI;
                  })
              .warm(SCRAPES)
              .run(SCRAPES);
      rounds.print("ms");
      System.out.printf(
          "%-52s %,14d series%n",
          "one scrape", page[0].lines().filter(line -> !line.startsWith("#")).count());
    }
  }
}
