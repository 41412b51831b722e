package guidepost.cluster;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.Main;
import guidepost.cli.output.Terminal;
import guidepost.journal.kafka.Brokers;
import guidepost.journal.kafka.CutProxy;
import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// Three servers in processes of their own, which share a log.
final class ClusterProcesses implements AutoCloseable {

  static final int COUNT = 3;

  /// True where processes are to be as quick as those that the launcher starts.
  private static final boolean MEASURED = Boolean.getBoolean("guidepost.measure");

  /// A test's processes live for seconds.
  private static final List<String> QUICK_TO_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx400m");

  /// As `./guidepost serve` has it.
  private static List<String> asLaunched(Path lib) {
    return List.of(
        "-XX:AOTCache=" + lib.resolveSibling("server.aot"), "-XX:+UseCompactObjectHeaders");
  }

  private final Path directory;
  private final IntFunction<String> place;
  private final List<CutProxy> proxies = new ArrayList<>();
  private final List<String> options;
  private final List<Integer> ports = new ArrayList<>();
  private final List<Path> programs = new ArrayList<>();
  private final @Nullable Process[] processes = new Process[COUNT + 1];
  private final @Nullable ManagedChannel[] channels = new ManagedChannel[COUNT + 1];

  ClusterProcesses(Path directory, IntFunction<String> place, List<String> options)
      throws IOException {
    this.directory = directory;
    this.place = place;
    this.options = options;
    for (int i = 0; i <= COUNT; i++) {
      programs.add(lib());
      ports.add(FreePorts.next());
      CutProxy proxy = new CutProxy();
      proxy.to(ports.getLast());
      proxies.add(proxy);
    }
  }

  /// Three servers, once one leads.
  static ClusterProcesses start(Path directory, IntFunction<String> place, String... options)
      throws IOException {
    ClusterProcesses all = new ClusterProcesses(directory, place, List.of(options));
    for (int i = 0; i < COUNT; i++) {
      all.start(i);
    }
    for (int i = 0; i < COUNT; i++) {
      all.awaitListening(i);
    }
    all.awaitLeader();
    return all;
  }

  /// From its next start on, a server is of another build.
  ///
  /// @param lib its jars
  void of(int server, Path lib) {
    programs.set(server, lib);
  }

  String address(int server) {
    return "127.0.0.1:" + ports.get(server);
  }

  /// Where other servers reach it.
  private String advertised(int server) {
    return "127.0.0.1:" + proxies.get(server).port();
  }

  /// From now on other servers reach it no more; clients do.
  void cut(int server) {
    proxies.get(server).lose(true);
  }

  /// From now on they do, over new connections.
  void mend(int server) {
    proxies.get(server).mend();
  }

  Path data(int server) {
    return directory.resolve("server" + server);
  }

  private Path log(int server) {
    return directory.resolve("server" + server + ".log");
  }

  void start(int server) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "serve",
                "--data",
                data(server).toString(),
                "--listen",
                address(server),
                "--advertise",
                advertised(server),
                "--journal",
                place.apply(server),
                "--web-enabled",
                "false"));
    arguments.addAll(options);
    processes[server] = run(programs.get(server), log(server), arguments);
  }

  /// The command line as it was built.
  static Path lib() {
    return Path.of(System.getProperty("guidepost.root", ".."))
        .toAbsolutePath()
        .normalize()
        .resolve("cli/target/lib");
  }

  /// Runs the command line in a process of its own.
  static Process run(Path output, List<String> arguments) throws IOException {
    return run(lib(), output, arguments);
  }

  /// The same of another build.
  ///
  /// @param lib its jars
  static Process run(Path lib, Path output, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(MEASURED ? asLaunched(lib) : QUICK_TO_START);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.library.path=" + lib,
            "-cp",
            lib + "/*",
            "guidepost.cli.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /// Runs a command to its end, in this process: starting another one takes longer than most of
  /// them do.
  ///
  /// @param output what it prints is appended
  /// @return its exit code
  static int command(Path output, String... arguments) throws IOException {
    try (Writer out = Files.newBufferedWriter(output, CREATE, APPEND)) {
      Terminal terminal =
          new Terminal(InputStream.nullInputStream(), out, new PrintWriter(out, true), _ -> false);
      return Main.run(terminal, arguments);
    }
  }

  /// The same; [#commands] gives what was printed.
  int command(String... arguments) throws IOException {
    return command(directory.resolve("commands.log"), arguments);
  }

  static int ended(Process process) throws InterruptedException {
    if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + process.info());
    }
    return process.exitValue();
  }

  /// Has each server check all that it stores.
  void verifyAll() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      Path output = directory.resolve("verify%d.log".formatted(i));
      assertThat(command(output, "verify", "--data", data(i).toString()))
          .as("verify of server %d: %s", i, Files.readString(output))
          .isZero();
    }
  }

  void awaitListening(int server) {
    await(
        () -> {
          Process process = processes[server];
          if (process != null && !process.isAlive()) {
            throw new AssertionError("ended: " + output(server));
          }
          return cluster(server) != null;
        });
  }

  /// The answer to a question that servers may refuse for a while: on a busy machine the leader may
  /// be another one than before, and the others not know it yet.
  static <T> T answered(Callable<T> question) {
    AtomicReference<T> answer = new AtomicReference<>();
    await(
        () -> {
          try {
            answer.set(question.call());
            return true;
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
    return answer.get();
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Patience.LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
  }

  String output(int server) throws IOException {
    return Files.exists(log(server)) ? Files.readString(log(server)) : "";
  }

  ManagedChannel channel(int server) {
    synchronized (channels) {
      ManagedChannel open = channels[server];
      if (open == null) {
        open =
            NettyChannelBuilder.forTarget(address(server))
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
        channels[server] = open;
      }
      return open;
    }
  }

  /// Null if it does not answer.
  @Nullable GetClusterResponse cluster(int server) {
    try {
      return ServerGrpc.newBlockingStub(channel(server))
          .withDeadlineAfter(2, TimeUnit.SECONDS)
          .getCluster(GetClusterRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      channel(server).resetConnectBackoff();
      return null;
    }
  }

  /// The same, as soon as it answers.
  GetClusterResponse told(int server) {
    List<GetClusterResponse> told = new ArrayList<>();
    await(
        () -> {
          GetClusterResponse answer = cluster(server);
          if (answer != null) {
            told.add(answer);
          }
          return answer != null;
        });
    return told.getFirst();
  }

  /// Which server leads, by its own account.
  OptionalInt leader() {
    return IntStream.range(0, COUNT)
        .filter(
            i -> {
              GetClusterResponse answer = isRunning(i) ? cluster(i) : null;
              return answer != null && answer.getLeads();
            })
        .findFirst();
  }

  /// True if a server says that it leads.
  boolean leads(int server) {
    GetClusterResponse answer = cluster(server);
    return answer != null && answer.getLeads();
  }

  /// True if a server says that it is healthy.
  boolean serves(int server) {
    try {
      return HealthGrpc.newBlockingStub(channel(server))
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .check(
                  HealthCheckRequest.newBuilder().setService("guidepost.routes.v1.Routes").build())
              .getStatus()
          == HealthCheckResponse.ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /// What commands have printed.
  String commands() throws IOException {
    return Files.readString(directory.resolve("commands.log"));
  }

  /// The answer that said so: the next one may be another.
  int awaitLeader() {
    return Awaitility.await()
        .atMost(Patience.LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(this::leader, OptionalInt::isPresent)
        .getAsInt();
  }

  boolean isRunning(int server) {
    Process process = processes[server];
    return process != null && process.isAlive();
  }

  void kill(int server) throws Exception {
    Process process = processes[server];
    if (process != null) {
      process.destroyForcibly().waitFor();
      processes[server] = null;
    }
  }

  void stop(int server) throws Exception {
    Process process = processes[server];
    if (process != null) {
      process.destroy();
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("does not end: " + output(server));
      }
      processes[server] = null;
    }
  }

  /// Sends a signal such as STOP or CONT.
  void signal(int server, String name) throws Exception {
    Process process = processes[server];
    if (process != null) {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }
  }

  void wipe(int server) {
    Brokers.delete(data(server));
  }

  @Override
  public void close() {
    for (ManagedChannel channel : channels) {
      if (channel != null) {
        channel.shutdownNow();
      }
    }
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
    }
    proxies.forEach(CutProxy::close);
  }
}
