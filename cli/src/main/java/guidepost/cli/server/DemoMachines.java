package guidepost.cli.server;

import guidepost.cli.output.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Three brokers and three servers, each a process of this machine with files of its own, which end
/// and are deleted with this.
///
/// Threads: one.
final class DemoMachines implements AutoCloseable {

  static final int COUNT = 3;

  private static final String PREFIX = "demo";

  /// How long a process has to end by itself.
  private static final long GRACE_SECONDS = 10;

  private static final int PORT_FIRST = 15_000;
  private static final int PORT_END = 32_000;

  private final Path directory;
  private final String brokerClasses;
  private final List<Integer> ports;
  private final Process[] brokers = new Process[COUNT];
  private final @Nullable Process[] servers = new Process[COUNT];

  /// @param directory that is this one's alone
  /// @param brokerClasses the class path of Apache Kafka's broker
  DemoMachines(Path directory, String brokerClasses) {
    this.directory = directory;
    this.brokerClasses = brokerClasses;
    this.ports = freePorts(3 * COUNT);
  }

  /// Below those that systems give to outgoing connections: one of these could be taken before the
  /// program that gets it listens there.
  private static List<Integer> freePorts(int count) {
    return ThreadLocalRandom.current()
        .ints(PORT_FIRST, PORT_END)
        .distinct()
        .filter(DemoMachines::isFree)
        .limit(count)
        .boxed()
        .toList();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /// Where a broker listens.
  String broker(int number) {
    return "127.0.0.1:" + ports.get(number);
  }

  /// Where a server listens.
  String server(int number) {
    return "127.0.0.1:" + ports.get(2 * COUNT + number);
  }

  /// All servers, as `--server` takes them.
  String serverList() {
    return IntStream.range(0, COUNT).mapToObj(this::server).collect(Collectors.joining(","));
  }

  /// The log, as `--journal` takes it.
  String journal() {
    return IntStream.range(0, COUNT)
        .mapToObj(this::broker)
        .collect(Collectors.joining(",", "kafka://", "/" + PREFIX));
  }

  /// Where all files are.
  Path directory() {
    return directory;
  }

  /// Starts the brokers; servers wait for them.
  ///
  /// @throws CommandException if their files cannot be made
  void startBrokers() throws IOException, InterruptedException {
    String cluster = base64(UUID.randomUUID());
    List<Process> formats = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Path config = directory.resolve("broker%d.properties".formatted(i));
      Files.writeString(config, config(i));
      formats.add(
          java(
              "format%d".formatted(i),
              brokerClasses,
              List.of(),
              List.of(
                  "kafka.tools.StorageTool", "format", "-t", cluster, "-c", config.toString())));
    }
    for (Process format : formats) {
      if (format.waitFor() != 0) {
        throw CommandException.broken(
            "the brokers' files could not be made; see %s".formatted(directory));
      }
    }
    for (int i = 0; i < COUNT; i++) {
      Path config = directory.resolve("broker%d.properties".formatted(i));
      brokers[i] =
          java(
              "broker%d".formatted(i),
              brokerClasses,
              List.of("-Xmx320m"),
              List.of("kafka.Kafka", config.toString()));
    }
  }

  /// As Kafka writes numbers of clusters: 22 characters.
  private static String base64(UUID number) {
    byte[] bytes =
        java.nio.ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(number.getMostSignificantBits())
            .putLong(number.getLeastSignificantBits())
            .array();
    return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String config(int number) {
    String voters =
        IntStream.range(0, COUNT)
            .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, ports.get(COUNT + i)))
            .collect(Collectors.joining(","));
    return """
    process.roles=broker,controller
    node.id=%d
    controller.quorum.voters=%s
    listeners=PLAINTEXT://%s,CONTROLLER://127.0.0.1:%d
    advertised.listeners=PLAINTEXT://%s
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
    controller.listener.names=CONTROLLER
    log.dirs=%s
    log.cleaner.enable=false
    auto.create.topics.enable=false
    broker.session.timeout.ms=6000
    """
        .formatted(
            number + 1,
            voters,
            broker(number),
            ports.get(COUNT + number),
            broker(number),
            directory.resolve("broker" + number).toString().replace("\\", "\\\\"));
  }

  /// Starts a server, also one that was killed: it goes on with its files.
  void startServer(int number) throws IOException {
    servers[number] =
        java(
            "server%d".formatted(number),
            System.getProperty("java.class.path"),
            List.of(
                "-Xmx400m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.library.path=" + System.getProperty("java.library.path")),
            List.of(
                "guidepost.cli.Main",
                "serve",
                "--journal",
                journal(),
                "--data",
                directory.resolve("server" + number).toString(),
                "--listen",
                server(number),
                "--advertise",
                server(number),
                "--web-enabled",
                "false"));
  }

  private Process java(String name, String classes, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", classes));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
        .start();
  }

  /// Ends a server at once, as a loss of its machine does.
  void killServer(int number) throws InterruptedException {
    Process running = servers[number];
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
    servers[number] = null;
  }

  /// True if a server, or a broker, has ended by itself.
  boolean hasFailed() {
    return Stream.concat(Stream.of(brokers), Stream.of(servers))
        .anyMatch(each -> each != null && !each.isAlive());
  }

  @Override
  public void close() {
    end(servers);
    end(brokers);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(@Nullable Process[] processes) {
    for (Process each : processes) {
      if (each != null) {
        each.destroy();
      }
    }
    for (Process each : processes) {
      try {
        if (each != null && !each.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
          each.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        each.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
