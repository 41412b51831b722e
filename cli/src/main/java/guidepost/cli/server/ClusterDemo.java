package guidepost.cli.server;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.server.v1.GetClusterResponse;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cluster demo`.
@Command(
    name = "demo",
    description = {
      "Start three brokers of Apache Kafka and three servers on this machine, kill the server that"
          + " leads while a client writes, show that nothing is lost, and stay up until Ctrl-C.",
      "Needs the project's own build, whose tests bring the brokers; packages have none."
    })
final class ClusterDemo implements Callable<Integer> {

  /// Where the brokers' jars are, if not in the build.
  private static final String BROKERS = "guidepost.brokers";

  /// Enough that many are under way when the leader dies.
  private static final int WRITES = 300;

  /// Brokers and servers start within twenty seconds on two processors that do nothing else.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Terminal terminal;

  @Option(
      names = "--once",
      description = "End by itself; the exit code is 0 only if nothing was lost")
  private boolean once;

  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean writing = true;

  ClusterDemo(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    String brokers = brokers();
    ServerSignals.listen().stopWith(ended::countDown);
    try (DemoMachines machines =
        new DemoMachines(Files.createTempDirectory("guidepost-cluster"), brokers)) {
      boolean kept = show(machines);
      if (!once && ended.getCount() > 0) {
        showWhatToTry(machines);
        ended.await();
      }
      return kept ? ExitCodes.OK : ExitCodes.REJECTED;
    } catch (IOException e) {
      throw CommandException.broken("cluster demo: " + e);
    }
  }

  /// The class path of the brokers.
  private static String brokers() {
    String named = System.getProperty(BROKERS, "");
    if (!named.isEmpty()) {
      return named;
    }
    Path built = Path.of(System.getProperty("guidepost.root", "."), "cli/target/brokers");
    if (!Files.isDirectory(built)) {
      throw CommandException.usage(
          "cluster demo: %s has no brokers; it needs the project's own build: run ./guidepost cluster demo there"
              .formatted(built));
    }
    return built + File.separator + "*";
  }

  private boolean show(DemoMachines machines) throws IOException, InterruptedException {
    say("Three brokers and three servers start; their files are in " + machines.directory());
    machines.startBrokers();
    for (int i = 0; i < DemoMachines.COUNT; i++) {
      machines.startServer(i);
    }
    await(machines, "no server leads", () -> leader(machines).isPresent());
    int leader = leader(machines).orElseThrow();
    say("%s leads; a client writes by all three.".formatted(machines.server(leader)));
    Thread writer = Thread.ofPlatform().daemon().start(() -> write(machines));
    awaitMore(machines, WRITES);
    say("%d routes were acknowledged. Killing %s.".formatted(count(), machines.server(leader)));
    long killed = System.nanoTime();
    machines.killServer(leader);
    awaitMore(machines, 1);
    say(
        "Acknowledged again after %.1f s: %s leads."
            .formatted(
                (System.nanoTime() - killed) / 1e9,
                leader(machines).stream()
                    .mapToObj(machines::server)
                    .findFirst()
                    .orElse("another server")));
    awaitMore(machines, WRITES);
    say("Starting %s again.".formatted(machines.server(leader)));
    machines.startServer(leader);
    await(machines, "it does not start", () -> cluster(machines.server(leader)).getShared());
    awaitMore(machines, WRITES);
    writing = false;
    writer.join();
    return compare(machines);
  }

  private int count() {
    return acknowledged.size();
  }

  private void awaitMore(DemoMachines machines, int more) {
    int wanted = count() + more;
    await(machines, "nothing is acknowledged", () -> count() >= wanted);
  }

  private void await(DemoMachines machines, String otherwise, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (ended.getCount() == 0) {
        throw CommandException.broken("cluster demo: was ended");
      }
      if (System.nanoTime() - deadline > 0 || machines.hasFailed()) {
        throw CommandException.broken(
            "cluster demo: %s; see the logs in %s".formatted(otherwise, machines.directory()));
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static GetClusterResponse cluster(String server) {
    try (GuidepostClient client =
        GuidepostClient.to(ServerAddress.parse(server)).patience(Duration.ofSeconds(2)).connect()) {
      return client.cluster();
    } catch (StatusRuntimeException e) {
      return GetClusterResponse.getDefaultInstance();
    }
  }

  private static OptionalInt leader(DemoMachines machines) {
    return IntStream.range(0, DemoMachines.COUNT)
        .filter(i -> cluster(machines.server(i)).getLeads())
        .findFirst();
  }

  /// One route at a time; what fails is not tried again, so that each is written once at most.
  private void write(DemoMachines machines) {
    List<ServerAddress> servers =
        IntStream.range(0, DemoMachines.COUNT)
            .mapToObj(i -> ServerAddress.parse(machines.server(i)))
            .toList();
    try (GuidepostClient client =
        GuidepostClient.to(servers).patience(Duration.ofSeconds(15)).connect()) {
      for (int i = 0; writing && ended.getCount() > 0; i++) {
        write(client, "10.%d.%d.%d/32".formatted(i >> 16 & 255, i >> 8 & 255, i & 255));
      }
    }
  }

  private void write(GuidepostClient client, String prefix) {
    try {
      Route route = Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1").build();
      OperationResult result =
          client
              .routes()
              .apply(
                  ModifyRequest.newBuilder()
                      .addOperations(Operation.newBuilder().setAdd(route))
                      .build())
              .getFirst();
      if (result.getCode() == ResultCode.RESULT_CODE_OK) {
        acknowledged.put(prefix, result.getRevision());
      }
    } catch (StatusRuntimeException e) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /// Reads from each server what the newest is, and compares it with what was acknowledged.
  private boolean compare(DemoMachines machines) {
    boolean kept = true;
    for (int i = 0; i < DemoMachines.COUNT; i++) {
      Map<String, Long> held = held(machines.server(i));
      long lost =
          acknowledged.entrySet().stream()
              .filter(each -> !each.getValue().equals(held.get(each.getKey())))
              .count();
      say(
          "%s holds %,d routes; of %,d that were acknowledged, %d are lost."
              .formatted(machines.server(i), held.size(), count(), lost));
      kept &= lost == 0;
    }
    say(kept ? "Nothing is lost." : "SOMETHING IS LOST.");
    return kept;
  }

  private static Map<String, Long> held(String server) {
    Map<String, Long> held = new HashMap<>();
    try (GuidepostClient client =
        GuidepostClient.to(ServerAddress.parse(server)).readingLatest().connect()) {
      client
          .routes()
          .list(
              GetRoutesRequest.getDefaultInstance(),
              route -> held.put(route.getPrefix(), route.getRevision()));
      return held;
    } catch (StatusRuntimeException e) {
      throw CommandException.broken("cluster demo: %s: %s".formatted(server, e.getStatus()));
    }
  }

  private void showWhatToTry(DemoMachines machines) {
    say("");
    say("All stay up until Ctrl-C. To try in another terminal:");
    Stream.of(
            "cluster status --server " + machines.server(0),
            "route watch --server " + machines.serverList(),
            "route add 203.0.113.0/24 --nh 198.51.100.1 --server " + machines.serverList(),
            "journal check --journal " + machines.journal())
        .forEach(command -> say("  ./guidepost " + command));
  }

  private void say(String line) {
    terminal.line(line);
    terminal.flush();
  }
}
