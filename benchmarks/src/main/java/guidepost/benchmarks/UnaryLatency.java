package guidepost.benchmarks;

import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// A client in a process of its own that makes single calls at even intervals, empty ones and
/// look-ups in turns: it holds next to nothing, so what it measures is not its own collector.
final class UnaryLatency {

  private static final int ROUNDS = 7;
  private static final double ROUND_SECONDS = 3;
  private static final double NANOS = 1e9;

  private final ManagedChannel channel;
  private final double perSecond;

  private UnaryLatency(ManagedChannel channel, double perSecond) {
    this.channel = channel;
    this.perSecond = perSecond;
  }

  /// Runs it as a process and waits for its end; it prints what it finds.
  ///
  /// @param addresses what is looked up, one after the other
  static void run(String server, double perSecond, List<String> addresses)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                UnaryLatency.class.getName(),
                server,
                Double.toString(perSecond))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(String.join("\n", addresses).getBytes(StandardCharsets.UTF_8));
    }
    if (process.waitFor() != 0) {
      throw new IOException("the client ended with " + process.exitValue());
    }
  }

  /// Usage: `UnaryLatency HOST:PORT CALLS_A_SECOND`, the addresses to look up on standard input.
  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<Destination> destinations =
        in.lines().map(line -> Destination.newBuilder().setNetwork(line).build()).toList();
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(args[0]).usePlaintext().directExecutor().build();
    new UnaryLatency(channel, Double.parseDouble(args[1])).measure(destinations);
    channel.shutdownNow();
  }

  private void measure(List<Destination> destinations) throws InterruptedException {
    List<long[]> empty = new ArrayList<>();
    List<long[]> route = new ArrayList<>();
    for (int round = -1; round < ROUNDS; round++) {
      long[] nothing =
          calls(HealthGrpc.getCheckMethod(), _ -> HealthCheckRequest.getDefaultInstance());
      long[] found =
          calls(RouterGrpc.getGetRouteMethod(), i -> destinations.get(i % destinations.size()));
      if (round >= 0) {
        empty.add(nothing);
        route.add(found);
      }
    }
    print("empty call", empty);
    print("GetRoute", route);
  }

  /// @return how long each took, least first, nanoseconds
  private <Q, R> long[] calls(MethodDescriptor<Q, R> method, IntFunction<Q> requests)
      throws InterruptedException {
    int count = (int) (perSecond * ROUND_SECONDS);
    long interval = (long) (NANOS / perSecond);
    Times times = new Times(count);
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long left = next - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left); // not spinning: the server has the same processors
      }
      next += interval;
      ClientCalls.asyncUnaryCall(
          channel.newCall(method, CallOptions.DEFAULT), requests.apply(i), times.next());
    }
    return times.sorted();
  }

  private void print(String what, List<long[]> rounds) {
    double[] middle = rounds.stream().mapToDouble(round -> millis(round, 0.5)).sorted().toArray();
    double[] late = rounds.stream().mapToDouble(round -> millis(round, 0.99)).sorted().toArray();
    System.out.printf(
        "%s at %,.0f/s: p50 %.2f ms, p99 %.2f ms (medians of %d rounds; p99 %.2f .. %.2f)%n",
        what, perSecond, middle[ROUNDS / 2], late[ROUNDS / 2], ROUNDS, late[0], late[ROUNDS - 1]);
  }

  private static double millis(long[] sorted, double share) {
    return sorted[(int) (sorted.length * share)] / 1e6;
  }

  /// What the calls of a round took.
  private static final class Times {
    private final long[] nanos;
    private final AtomicInteger at = new AtomicInteger();
    private final Semaphore ended = new Semaphore(0);

    Times(int count) {
      nanos = new long[count];
    }

    <R> StreamObserver<R> next() {
      long begun = System.nanoTime();
      return new StreamObserver<>() {
        @Override
        public void onNext(R answer) {}

        @Override
        public void onError(Throwable failure) {
          throw new IllegalStateException(failure);
        }

        @Override
        public void onCompleted() {
          nanos[at.getAndIncrement()] = System.nanoTime() - begun;
          ended.release();
        }
      };
    }

    long[] sorted() throws InterruptedException {
      ended.acquire(nanos.length);
      Arrays.sort(nanos);
      return nanos;
    }
  }
}
