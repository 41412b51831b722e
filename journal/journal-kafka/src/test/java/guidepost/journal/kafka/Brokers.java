package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/// Three brokers on this machine, each with its own files: in this program, or as processes of
/// their own that can be killed.
///
/// Threads: one.
public final class Brokers implements AutoCloseable {

  private static final int COUNT = 3;

  /// Their numbers among themselves.
  static final List<Integer> IDS = IntStream.rangeClosed(1, COUNT).boxed().toList();

  /// One broker, running or not.
  private abstract static class Broker {
    abstract void start() throws Exception;

    abstract void stop() throws Exception;

    abstract void kill() throws Exception;
  }

  private static final class Inner extends Broker {
    private final Properties config;
    private @Nullable KafkaRaftServer server;

    Inner(Properties config) {
      this.config = config;
    }

    @Override
    void start() {
      KafkaRaftServer started = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
      started.startup();
      server = started;
    }

    @Override
    void stop() {
      KafkaRaftServer running = server;
      if (running != null) {
        running.shutdown();
        running.awaitShutdown();
        server = null;
      }
    }

    @Override
    void kill() {
      throw new UnsupportedOperationException("a broker in this program cannot be killed");
    }
  }

  private static final class Child extends Broker {
    private final Path file;
    private @Nullable Process process;

    Child(Path file) {
      this.file = file;
    }

    @Override
    void start() throws IOException {
      Path log = file.resolveSibling(file.getFileName() + ".log");
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-Xmx320m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "kafka.Kafka",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    }

    @Override
    void stop() throws InterruptedException {
      Process running = process;
      if (running != null) {
        running.destroy();
        if (!running.waitFor(20, TimeUnit.SECONDS)) {
          running.destroyForcibly().waitFor();
        }
        process = null;
      }
    }

    @Override
    void kill() throws InterruptedException {
      Process running = process;
      if (running != null) {
        running.destroyForcibly().waitFor();
        process = null;
      }
    }
  }

  private final List<Integer> ports;
  private final List<CutProxy> proxies = new ArrayList<>();

  /// One way to all brokers for each of some clients, which can be cut by itself.
  private final List<List<CutProxy>> ways = new ArrayList<>();

  private final List<Broker> brokers = new ArrayList<>();
  private final List<Integer> secured = new ArrayList<>();

  private Brokers(List<Integer> ports) {
    this.ports = ports;
  }

  /// Brokers in this program.
  public static Brokers inThisProgram(Path directory) throws Exception {
    return start(directory, Map.of(), true, 0);
  }

  /// Brokers as processes.
  ///
  /// @param ways how many clients have a way of their own, see [#place(String, int)]
  public static Brokers asProcesses(Path directory, int ways) throws Exception {
    return start(directory, Map.of(), false, ways);
  }

  /// Brokers as processes, which are also reached by TLS with a password; see [#securedPlace].
  ///
  /// @param certificate of the brokers, as PEM
  /// @param key its private key, as PEM
  public static Brokers asProcesses(Path directory, int ways, Path certificate, Path key)
      throws Exception {
    return start(
        directory,
        Map.of(
            "listener.name.secured.ssl.keystore.type",
            "PEM",
            "listener.name.secured.ssl.keystore.certificate.chain",
            Files.readString(certificate),
            "listener.name.secured.ssl.keystore.key",
            Files.readString(key)),
        false,
        ways);
  }

  private static Brokers start(Path directory, Map<String, String> more, boolean inner, int ways)
      throws Exception {
    Brokers all =
        new Brokers(
            IntStream.range(0, (4 + ways) * COUNT).mapToObj(_ -> FreePorts.next()).toList());
    String cluster = Uuid.randomUuid().toString();
    String voters =
        IntStream.range(0, COUNT)
            .mapToObj(i -> (i + 1) + "@127.0.0.1:" + all.ports.get(COUNT + i))
            .collect(Collectors.joining(","));
    for (int way = 0; way < ways; way++) {
      all.ways.add(new ArrayList<>());
    }
    for (int i = 0; i < COUNT; i++) {
      int seen = all.ports.get(i);
      if (inner) {
        CutProxy proxy = new CutProxy();
        proxy.to(seen);
        all.proxies.add(proxy);
        seen = proxy.port();
      }
      Properties config =
          config(
              directory,
              i + 1,
              List.of(all.ports.get(i), all.ports.get(COUNT + i), all.ports.get(2 * COUNT + i)),
              seen);
      config.setProperty("controller.quorum.voters", voters);
      config.putAll(more);
      if (inner || !more.isEmpty()) {
        int port = all.ports.get((3 + ways) * COUNT + i);
        askForPassword(config, port, more.isEmpty() ? "SASL_PLAINTEXT" : "SASL_SSL");
        all.secured.add(port);
      }
      for (int way = 0; way < ways; way++) {
        int port = all.ports.get((3 + way) * COUNT + i);
        CutProxy proxy = new CutProxy();
        proxy.to(port);
        all.ways.get(way).add(proxy);
        config.merge("listeners", ",W%d://127.0.0.1:%d".formatted(way, port), (a, b) -> a + "" + b);
        config.merge(
            "advertised.listeners",
            ",W%d://127.0.0.1:%d".formatted(way, proxy.port()),
            (a, b) -> a + "" + b);
        config.merge(
            "listener.security.protocol.map",
            ",W%d:PLAINTEXT".formatted(way),
            (a, b) -> a + "" + b);
      }
      Path file = directory.resolve("broker" + (i + 1) + ".properties");
      try (OutputStream out = Files.newOutputStream(file)) {
        config.store(out, null);
      }
      format(cluster, file);
      all.brokers.add(inner ? new Inner(config) : new Child(file));
    }
    // Each waits for the others.
    List<CompletableFuture<Void>> starting = new ArrayList<>();
    for (Broker broker : all.brokers) {
      starting.add(
          CompletableFuture.runAsync(
              () -> started(broker), task -> Thread.ofPlatform().start(task)));
    }
    starting.forEach(CompletableFuture::join);
    all.awaitAll();
    return all;
  }

  /// One more address, where clients must say a password.
  private static void askForPassword(Properties config, int port, String protocol) {
    String address = ",SECURED://127.0.0.1:" + port;
    config.merge("listeners", address, (a, b) -> a + "" + b);
    config.merge("advertised.listeners", address, (a, b) -> a + "" + b);
    config.merge("listener.security.protocol.map", ",SECURED:" + protocol, (a, b) -> a + "" + b);
    config.setProperty("listener.name.secured.sasl.enabled.mechanisms", "PLAIN");
    config.setProperty(
        "listener.name.secured.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_guidepost=\"secret\";");
  }

  private static void started(Broker broker) {
    try {
      broker.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Properties config(Path directory, int id, List<Integer> ports, int seen) {
    Properties config = new Properties();
    config.putAll(
        Map.of(
            "process.roles",
            "broker,controller",
            "node.id",
            String.valueOf(id),
            "listeners",
            "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,INTERNAL://127.0.0.1:%d"
                .formatted(ports.get(0), ports.get(1), ports.get(2)),
            "advertised.listeners",
            "PLAINTEXT://127.0.0.1:%d,INTERNAL://127.0.0.1:%d".formatted(seen, ports.get(2)),
            "controller.listener.names",
            "CONTROLLER",
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT",
            "log.dirs",
            directory.resolve("data" + id).toString(),
            "log.cleaner.enable",
            "false",
            "auto.create.topics.enable",
            "false",
            "broker.session.timeout.ms",
            "6000"));
    config.setProperty("num.partitions", "1");
    config.setProperty("inter.broker.listener.name", "INTERNAL");
    config.setProperty("controlled.shutdown.enable", "false");
    return config;
  }

  private static void format(String cluster, Path file) {
    String[] arguments = {"format", "-t", cluster, "-c", file.toString()};
    int code =
        StorageTool.execute(
            arguments, new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    if (code != 0) {
      throw new IllegalStateException("the brokers' files could not be made: " + code);
    }
  }

  private void awaitAll() throws Exception {
    long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      while (System.nanoTime() < deadline) {
        try {
          if (admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size() == COUNT) {
            return;
          }
        } catch (Exception e) {
          LockSupport.parkNanos(100_000_000);
        }
      }
    }
    throw new IllegalStateException("the brokers do not start");
  }

  /// Where they listen, as Kafka's clients take it.
  public String bootstrap() {
    return (proxies.isEmpty()
            ? ports.subList(0, COUNT).stream()
            : proxies.stream().map(CutProxy::port))
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  /// The place of a log, as a server takes it.
  public String place(String prefix) {
    return "kafka://" + bootstrap() + "/" + prefix;
  }

  /// The same where the brokers ask for a password: "secret" of "guidepost".
  public String securedPlace(String prefix) {
    return secured.stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(",", "kafka://", "/" + prefix));
  }

  /// The same by a way of its own.
  public String place(String prefix, int way) {
    return ways.get(way).stream()
        .map(proxy -> "127.0.0.1:" + proxy.port())
        .collect(Collectors.joining(",", "kafka://", "/" + prefix));
  }

  /// From now on a way leads nowhere.
  public void cut(int way) {
    ways.get(way).forEach(proxy -> proxy.lose(true));
  }

  /// From now on what is asked by a way arrives, and no answer does.
  public void unheard(int way) {
    ways.get(way).forEach(proxy -> proxy.lose(false));
  }

  /// From now on it does, over new connections.
  public void mend(int way) {
    ways.get(way).forEach(CutProxy::mend);
  }

  /// The first offset that a log has.
  public long beginOf(String prefix) throws Exception {
    TopicPartition log = new TopicPartition(prefix + ".log", 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      var begin = admin.listOffsets(Map.of(log, OffsetSpec.earliest())).all().get().get(log);
      return begin == null ? 0 : begin.offset();
    }
  }

  /// From now on clients get no answers of the brokers in this program.
  ///
  /// @param requests true if their requests do not arrive either
  void lose(boolean requests) {
    proxies.forEach(proxy -> proxy.lose(requests));
  }

  /// From now on the answers of the brokers in this program are to other requests than clients
  /// believe.
  void mixUp() {
    proxies.forEach(CutProxy::mixUp);
  }

  /// How many answers were.
  int mixedUp() {
    return proxies.stream().mapToInt(CutProxy::mixedUp).sum();
  }

  /// From now on they do, over new connections.
  void mend() {
    proxies.forEach(CutProxy::mend);
  }

  /// Which broker leads the log, from 0, as soon as one does.
  public int leaderOf(String prefix) throws Exception {
    String log = prefix + ".log";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      while (true) {
        var topic = admin.describeTopics(List.of(log)).allTopicNames().get().get(log);
        Node leader = topic == null ? null : topic.partitions().getFirst().leader();
        if (leader != null && !leader.isEmpty()) {
          return leader.id() - 1;
        }
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  /// Ends one at once.
  public void kill(int broker) throws Exception {
    brokers.get(broker).kill();
  }

  /// Starts one that was killed.
  public void restart(int broker) throws Exception {
    brokers.get(broker).start();
  }

  @Override
  public void close() {
    for (Broker broker : brokers) {
      try {
        broker.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    proxies.forEach(CutProxy::close);
    ways.forEach(way -> way.forEach(CutProxy::close));
  }

  /// Deletes a directory and what is in it.
  public static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
