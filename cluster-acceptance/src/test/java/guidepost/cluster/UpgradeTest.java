package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Three servers of the build before, of which one after the other is replaced by this build while
/// callers write. `upgrade.sh` makes that build and says where it is.
@EnabledIfSystemProperty(named = "guidepost.before", matches = ".+")
final class UpgradeTest {

  private static final String PREFIX = "upgraded";

  @TempDir Path directory;

  /// The followers first, the leader last, as the manual says.
  private static int[] inOrder(int leader) {
    return IntStream.concat(
            IntStream.range(0, ClusterProcesses.COUNT).filter(i -> i != leader),
            IntStream.of(leader))
        .toArray();
  }

  @Test
  void shouldLoseNothingWhileOneServerAfterTheOtherIsUpgraded() throws Exception {
    Path before = Path.of(System.getProperty("guidepost.before"));
    var brokers = SharedCluster.brokers();
    try (ClusterProcesses servers =
        new ClusterProcesses(
            directory,
            way -> brokers.place(PREFIX, way),
            List.of("--write-timeout", "6s", "--snapshot-after", "1"))) {
      for (int i = 0; i < ClusterProcesses.COUNT; i++) {
        servers.of(i, before);
        servers.start(i);
      }
      for (int i = 0; i < ClusterProcesses.COUNT; i++) {
        servers.awaitListening(i);
      }
      try (Workload work = new Workload(servers, 6, 0);
          Follower follower = new Follower(servers)) {
        work.awaitMore(200, 0);
        for (int server : inOrder(servers.awaitLeader())) {
          servers.stop(server);
          servers.of(server, ClusterProcesses.lib());
          work.awaitMore(50, 0);
          servers.start(server);
          servers.awaitListening(server);
          work.awaitMore(200, 0);
          System.out.printf("server %d is of this build; %s%n", server, leaders(servers));
        }
        work.end();
        ClusterProcesses.await(() -> work.prefixes().stream().allMatch(follower::wasTold));
        assertThat(follower.wrong()).isEmpty();
        work.check();
      }
    }
  }

  private static String leaders(ClusterProcesses servers) {
    return Stream.of(servers.leader())
        .map(leader -> leader.isPresent() ? "server " + leader.getAsInt() + " leads" : "none leads")
        .findFirst()
        .orElseThrow();
  }
}
