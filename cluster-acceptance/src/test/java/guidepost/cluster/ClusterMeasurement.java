package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.kafka.Brokers;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.FreePorts;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The numbers of several servers, each beside its rival in turns: `benchmarks/run cluster`.
final class ClusterMeasurement {

  /// More of them where other work makes the numbers uneven.
  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 7);

  private static final int WARM = 3;

  /// As many as the Internet's table has, and some.
  private static final int ROUTES = 1_300_000;

  private static final int FILL = 5_000;

  @TempDir Path directory;

  interface Work {
    void run() throws Exception;
  }

  static double seconds(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  /// Measures two in turns, and tells how many times a second each was done.
  static void compare(String what, int count, Work rival, Work ours) throws Exception {
    double[] ratios = new double[ROUNDS];
    double[] rivals = new double[ROUNDS];
    double[] own = new double[ROUNDS];
    for (int round = -WARM; round < ROUNDS; round++) {
      double rivalSeconds = seconds(rival);
      double ourSeconds = seconds(ours);
      if (round >= 0) {
        ratios[round] = rivalSeconds / ourSeconds;
        rivals[round] = rivalSeconds;
        own[round] = ourSeconds;
      }
    }
    Arrays.sort(ratios);
    Arrays.sort(rivals);
    Arrays.sort(own);
    System.out.printf(
        "| %s | %,.1f/s | %,.1f/s | %.2f (%.2f to %.2f) |%n",
        what,
        count / rivals[ROUNDS / 2],
        count / own[ROUNDS / 2],
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]);
  }

  static void parallel(int threads, int each, Work work) throws Exception {
    List<Thread> all = new ArrayList<>();
    AtomicInteger failures = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      all.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int n = 0; n < each; n++) {
                        work.run();
                      }
                    } catch (Exception e) {
                      failures.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(failures).hasValue(0);
  }

  static ApplyRequest routes(int count) {
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    int metric = METRIC.incrementAndGet();
    for (int i = 0; i < count; i++) {
      request.addOperations(
          Operation.newBuilder()
              .setAdd(
                  Route.newBuilder()
                      .setPrefix("10.%d.%d.0/24".formatted(i >> 8, i & 255))
                      .setNextHop("192.0.2.1")
                      .setMetric(metric)));
    }
    return ApplyRequest.newBuilder().setRequest(request).build();
  }

  private static final AtomicInteger METRIC = new AtomicInteger();

  static void apply(ManagedChannel server, ApplyRequest request) {
    var _ =
        RoutesGrpc.newBlockingStub(server).withDeadlineAfter(60, TimeUnit.SECONDS).apply(request);
  }

  @Test
  @EnabledIfSystemProperty(named = "guidepost.measure", matches = "true")
  void shouldTellTheNumbers() throws Exception {
    Brokers brokers = SharedCluster.brokers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("raw", 1, (short) 3).configs(Map.of("min.insync.replicas", "2"))))
          .all()
          .get();
    }
    try (ClusterProcesses servers =
            ClusterProcesses.start(
                Files.createDirectory(directory.resolve("servers")),
                way -> brokers.place("measured", way));
        KafkaProducer<byte[], byte[]> raw =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.bootstrap(), "acks", "all", "linger.ms", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      System.out.println("| what | rival | ours | ratio |");
      System.out.println("|---|---|---|---|");
      writes(servers, raw);
      reads(servers);
      behind(servers);
      failover(servers);
    }
  }

  /// As many bytes as the same change takes in the log: key, value, and what was there before.
  private static void send(KafkaProducer<byte[], byte[]> raw, int bytes) throws Exception {
    var _ = raw.send(new ProducerRecord<>("raw", 0, null, new byte[bytes])).get();
  }

  private static void writes(ClusterProcesses servers, KafkaProducer<byte[], byte[]> raw)
      throws Exception {
    ManagedChannel leader = servers.channel(servers.awaitLeader());
    apply(leader, routes(1_000));
    compare(
        "batches of 1,000 routes, one after the other / raw producer",
        20,
        () -> {
          for (int i = 0; i < 20; i++) {
            send(raw, 90_000);
          }
        },
        () -> {
          for (int i = 0; i < 20; i++) {
            apply(leader, routes(1_000));
          }
        });
    compare(
        "one route, one writer / raw producer",
        200,
        () -> parallel(1, 200, () -> send(raw, 140)),
        () -> parallel(1, 200, () -> apply(leader, routes(1))));
    compare(
        "one route, 64 writers / raw producer",
        64 * 30,
        () -> parallel(64, 30, () -> send(raw, 140)),
        () -> parallel(64, 30, () -> apply(leader, routes(1))));
  }

  private void reads(ClusterProcesses servers) throws Exception {
    String address = "127.0.0.1:" + FreePorts.next();
    Process embedded =
        ClusterProcesses.run(
            directory.resolve("embedded.log"),
            List.of(
                "serve",
                "--data",
                directory.resolve("embedded").toString(),
                "--listen",
                address,
                "--web-enabled",
                "false"));
    ManagedChannel alone = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      ClusterProcesses.await(
          () -> {
            try {
              apply(alone, routes(1_000));
              return true;
            } catch (io.grpc.StatusRuntimeException e) {
              alone.resetConnectBackoff();
              return false;
            }
          });
      ManagedChannel follower =
          servers.channel((servers.awaitLeader() + 1) % ClusterProcesses.COUNT);
      compare(
          "look-ups at a follower / at an embedded server",
          3_000,
          () -> lookups(alone),
          () -> lookups(follower));
    } finally {
      alone.shutdownNow();
      embedded.destroyForcibly().onExit().join();
    }
  }

  private static void lookups(ManagedChannel server) {
    RoutesGrpc.RoutesBlockingStub stub = RoutesGrpc.newBlockingStub(server);
    LookupRequest request = LookupRequest.newBuilder().setDestination("10.0.7.9").build();
    for (int i = 0; i < 3_000; i++) {
      var _ = stub.lookup(request);
    }
  }

  /// Adds routes to single addresses.
  private static void fill(ManagedChannel server, int count) {
    for (int from = 0; from < count; from += FILL) {
      ModifyRequest.Builder request = ModifyRequest.newBuilder();
      for (int n = from; n < Math.min(count, from + FILL); n++) {
        request.addOperations(
            Operation.newBuilder()
                .setAdd(
                    Route.newBuilder()
                        .setPrefix("11.%d.%d.%d/32".formatted(n >> 16 & 255, n >> 8 & 255, n & 255))
                        .setNextHop("192.0.2.1")));
      }
      apply(server, ApplyRequest.newBuilder().setRequest(request).build());
    }
  }

  private static void behind(ClusterProcesses servers) throws Exception {
    int leader = servers.awaitLeader();
    int follower = (leader + 1) % ClusterProcesses.COUNT;
    fill(servers.channel(leader), ROUTES);
    servers.stop(follower);
    parallel(50, 200, () -> apply(servers.channel(leader), routes(1)));
    double seconds =
        seconds(
            () -> {
              servers.start(follower);
              servers.awaitListening(follower);
            });
    System.out.printf(
        "| restart of a follower of 1,300,000 routes, 10,000 batches behind | | %.1f s | |%n",
        seconds);
    servers
        .output(follower)
        .lines()
        .filter(line -> line.contains("read up to offset"))
        .reduce((_, last) -> last)
        .ifPresent(line -> System.out.println("| of that: | | " + line + " | |"));
  }

  private static void failover(ClusterProcesses servers) throws Exception {
    double[] all = new double[5];
    for (int i = 0; i < all.length; i++) {
      try (Workload work = new Workload(servers, 4, i)) {
        work.awaitMore(50, 0);
        int leader = servers.awaitLeader();
        long killed = System.nanoTime();
        servers.kill(leader);
        all[i] = work.awaitMore(1, killed) / 1e3;
        servers.start(leader);
        servers.awaitListening(leader);
        work.end();
      }
    }
    Arrays.sort(all);
    System.out.printf(
        "| kill -9 of the leader to the next acknowledged write | | %.2f s (%.2f to %.2f) | |%n",
        all[all.length / 2], all[0], all[all.length - 1]);
  }
}
