package guidepost.cluster;

import static guidepost.cluster.ClusterMeasurement.apply;
import static guidepost.cluster.ClusterMeasurement.compare;
import static guidepost.cluster.ClusterMeasurement.parallel;
import static guidepost.cluster.ClusterMeasurement.routes;

import guidepost.testing.FreePorts;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// What servers that have their journals for themselves pay for what was built since an earlier
/// build, in turns: `cluster-acceptance/upgrade.sh --measure COMMIT`.
final class EmbeddedMeasurement {

  @TempDir Path directory;

  /// A server of a build, once it answers.
  private final class Running implements AutoCloseable {
    private final Process process;
    private final ManagedChannel channel;

    Running(String name, Path lib) throws Exception {
      String address = "127.0.0.1:" + FreePorts.next();
      Path output = directory.resolve(name + ".log");
      process =
          ClusterProcesses.run(
              lib,
              output,
              List.of("serve", "--data", directory.resolve(name).toString(), "--listen", address));
      channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
      ClusterProcesses.await(
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(Files.readString(output));
            }
            try {
              apply(channel, routes(1));
              return true;
            } catch (StatusRuntimeException e) {
              channel.resetConnectBackoff();
              return false;
            }
          });
    }

    @Override
    public void close() {
      channel.shutdownNow();
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "guidepost.before", matches = ".+")
  @EnabledIfSystemProperty(named = "guidepost.measure", matches = "true")
  void shouldTellTheRatios() throws Exception {
    Path before = Path.of(System.getProperty("guidepost.before"));
    Path now = ClusterProcesses.lib();
    System.out.println("| what | before | now | ratio |");
    System.out.println("|---|---|---|---|");
    try (Running old = new Running("before", before);
        Running own = new Running("now", now)) {
      compare(
          "batches of 1,000 routes, one after the other",
          30,
          () -> parallel(1, 30, () -> apply(old.channel, routes(1_000))),
          () -> parallel(1, 30, () -> apply(own.channel, routes(1_000))));
      compare(
          "one route, one writer",
          1_000,
          () -> parallel(1, 1_000, () -> apply(old.channel, routes(1))),
          () -> parallel(1, 1_000, () -> apply(own.channel, routes(1))));
      compare(
          "one route, 64 writers",
          64 * 100,
          () -> parallel(64, 100, () -> apply(old.channel, routes(1))),
          () -> parallel(64, 100, () -> apply(own.channel, routes(1))));
    }
    compare(
        "start until the first acknowledged write",
        1,
        () -> new Running("before", before).close(),
        () -> new Running("now", now).close());
  }
}
