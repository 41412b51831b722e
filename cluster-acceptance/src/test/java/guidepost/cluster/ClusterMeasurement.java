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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The numbers of several servers, each beside its rival in turns: `benchmarks/run cluster`.
@EnabledIfSystemProperty(named = "guidepost.measure", matches = "true")
final class ClusterMeasurement {

  /// More of them where other work makes the numbers uneven.
  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 7);

  /// So many that compilers, which take a third of the processor at first, have mostly ended.
  private static final int WARM = 10;

  /// As many as the Internet's table has, and some.
  private static final int ROUTES = 1_300_000;

  /// As many as one request may have, and below.
  private static final int FILL = 4_000;

  /// A machine on which that takes longer is not one to measure on.
  private static final Duration FILL_MAX = Duration.ofMinutes(5);

  /// Enough that no two that are written one after the other are the same.
  private static final int PREPARED = 64;

  /// What only a producer writes to, and what two read besides.
  private static final String RAW = "raw";

  private static final String READ = "read";

  @TempDir Path directory;

  interface Work {
    void run() throws Exception;
  }

  static double seconds(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  /// What is measured beside others.
  private static final class Rival {
    private final Work work;
    private final double[] seconds = new double[ROUNDS];

    Rival(Work work) {
      this.work = work;
    }

    /// Does it once; a negative round warms up.
    void run(int round) throws Exception {
      double took = seconds(work);
      if (round >= 0) {
        seconds[round] = took;
      }
    }

    double perSecond(int count) {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      return count / sorted[ROUNDS / 2];
    }

    /// How much of what another does this does: the median of all rounds, the least and the most.
    String ratioTo(Rival other) {
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        ratios[round] = other.seconds[round] / seconds[round];
      }
      Arrays.sort(ratios);
      return " %.2f (%.2f to %.2f) |".formatted(ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
    }
  }

  /// Measures some in turns, and tells how many times a second each was done: the rival's first,
  /// ours second, and the ratio of these two; where there is a fourth, the ratio to that as well.
  static void compare(String what, int count, Work... works) throws Exception {
    List<Rival> rivals = Arrays.stream(works).map(Rival::new).toList();
    for (int round = -WARM; round < ROUNDS; round++) {
      for (Rival each : rivals) {
        each.run(round);
      }
    }
    StringBuilder row = new StringBuilder("| " + what + " |");
    rivals.forEach(each -> row.append(" %,.1f/s |".formatted(each.perSecond(count))));
    Rival ours = rivals.get(1);
    row.append(ours.ratioTo(rivals.getFirst()));
    if (rivals.size() > 3) {
      row.append(ours.ratioTo(rivals.getLast()));
    }
    System.out.println(row);
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

  /// Requests of which each changes what the one before it has written, made before the clock runs.
  private record Requests(List<ApplyRequest> all, AtomicInteger next) {

    static Requests of(int routes) {
      return new Requests(
          IntStream.range(0, PREPARED).mapToObj(_ -> routes(routes)).toList(), new AtomicInteger());
    }

    void applyNext(ManagedChannel server) {
      apply(server, all.get(Math.floorMod(next.getAndIncrement(), PREPARED)));
    }
  }

  static void apply(ManagedChannel server, ApplyRequest request) {
    var _ =
        RoutesGrpc.newBlockingStub(server).withDeadlineAfter(60, TimeUnit.SECONDS).apply(request);
  }

  /// Three servers that reach the brokers as the raw producer does.
  private ClusterProcesses servers(String prefix) throws Exception {
    Brokers brokers = SharedCluster.brokers();
    return ClusterProcesses.start(
        Files.createDirectory(directory.resolve(prefix)), _ -> brokers.place(prefix));
  }

  @Test
  void shouldTellWhatWritesCost() throws Exception {
    String brokers = SharedCluster.brokers().bootstrap();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(RAW, 1, (short) 3).configs(Map.of("min.insync.replicas", "2")),
                  new NewTopic(READ, 1, (short) 3).configs(Map.of("min.insync.replicas", "2"))))
          .all()
          .get();
    }
    try (ClusterProcesses servers = servers("written");
        Readers _ = new Readers(brokers, READ);
        KafkaProducer<byte[], byte[]> raw =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      writes(servers, raw);
    }
  }

  @Test
  void shouldTellWhatLookupsAtAFollowerCost() throws Exception {
    try (ClusterProcesses servers = servers("read")) {
      reads(servers);
    }
  }

  @Test
  void shouldTellHowLongARestartFarBehindTakes() throws Exception {
    try (ClusterProcesses servers = servers("restarted")) {
      behind(servers);
    }
  }

  @Test
  void shouldTellHowLongNobodyLeads() throws Exception {
    try (ClusterProcesses servers = servers("led")) {
      failover(servers);
    }
  }

  /// A little more than the same change takes in the log: key, value, and what was there before.
  private static void send(KafkaProducer<byte[], byte[]> raw, String topic, int bytes)
      throws Exception {
    var _ = raw.send(new ProducerRecord<>(topic, 0, null, new byte[bytes])).get();
  }

  /// Two that read what a producer writes, as the followers of a leader must: whoever wants a copy
  /// on three machines pays for that, too.
  private static final class Readers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    Readers(String brokers, String topic) {
      for (int i = 0; i < 2; i++) {
        threads.add(Thread.ofPlatform().start(() -> read(brokers, topic)));
      }
    }

    private void read(String brokers, String topic) {
      TopicPartition partition = new TopicPartition(topic, 0);
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", brokers, "enable.auto.commit", "false"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())) {
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        while (!ended) {
          var _ = consumer.poll(Duration.ofMillis(50));
        }
      }
    }

    @Override
    public void close() {
      ended = true;
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void writes(ClusterProcesses servers, KafkaProducer<byte[], byte[]> raw)
      throws Exception {
    ManagedChannel leader = servers.channel(servers.awaitLeader());
    Requests batches = Requests.of(1_000);
    Requests routes = Requests.of(1);
    withEmbedded(
        embedded -> {
          System.out.println(
              "| what | raw producer | ours | embedded | raw producer beside two raw consumers"
                  + " | ours of raw | ours of raw beside consumers |");
          System.out.println("|---|---|---|---|---|---|---|");
          compare(
              "batches of 1,000 routes, one after the other",
              20,
              () -> repeat(20, () -> send(raw, RAW, 60_000)),
              () -> repeat(20, () -> batches.applyNext(leader)),
              () -> repeat(20, () -> batches.applyNext(embedded)),
              () -> repeat(20, () -> send(raw, READ, 60_000)));
          compare(
              "one route, one writer",
              200,
              () -> repeat(200, () -> send(raw, RAW, 130)),
              () -> repeat(200, () -> routes.applyNext(leader)),
              () -> repeat(200, () -> routes.applyNext(embedded)),
              () -> repeat(200, () -> send(raw, READ, 130)));
          compare(
              "one route, 64 writers",
              64 * 30,
              () -> parallel(64, 30, () -> send(raw, RAW, 130)),
              () -> parallel(64, 30, () -> routes.applyNext(leader)),
              () -> parallel(64, 30, () -> routes.applyNext(embedded)),
              () -> parallel(64, 30, () -> send(raw, READ, 130)));
          compare(
              "look-ups by 64 callers, which write nothing: embedded / the leader",
              64 * 30,
              () -> parallel(64, 30, () -> lookup(embedded)),
              () -> parallel(64, 30, () -> lookup(leader)));
        });
  }

  private static void repeat(int times, Work work) throws Exception {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  private interface Use {
    void of(ManagedChannel embedded) throws Exception;
  }

  /// A server of its own, started as the others are.
  private void withEmbedded(Use use) throws Exception {
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
      use.of(alone);
    } finally {
      alone.shutdownNow();
      embedded.destroyForcibly().onExit().join();
    }
  }

  private void reads(ClusterProcesses servers) throws Exception {
    int leader = servers.awaitLeader();
    apply(servers.channel(leader), routes(1_000));
    ManagedChannel follower = servers.channel((leader + 1) % ClusterProcesses.COUNT);
    withEmbedded(
        embedded ->
            compare(
                "look-ups at an embedded server, at a follower",
                3_000,
                () -> repeat(3_000, () -> lookup(embedded)),
                () -> repeat(3_000, () -> lookup(follower))));
  }

  private static void lookup(ManagedChannel server) {
    var _ =
        RoutesGrpc.newBlockingStub(server)
            .lookup(LookupRequest.newBuilder().setDestination("10.0.7.9").build());
  }

  /// Adds routes to single addresses.
  private static void fill(ManagedChannel server, int count) {
    long begun = System.nanoTime();
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
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as("%,d of %,d routes written", from, count)
          .isLessThan(FILL_MAX);
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
