package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.client.GuidepostClient;
import guidepost.client.LiveRouteTable;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.common.v1.OperationResult;
import guidepost.routes.table.Address;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A copy of a table in another process, while its server is killed and comes back.
final class LiveTableTest {

  private static final Duration PATIENCE = Patience.LIMIT;

  @TempDir Path directory;

  private static long add(GuidepostClient client, String prefix) {
    List<OperationResult> results = new ArrayList<>();
    Route route = Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1").build();
    try (ModifyStream<Operation, OperationResult> stream = client.routes().modify(results::add)) {
      stream.write(Operation.newBuilder().setAdd(route).build());
      stream.finish();
    }
    return results.getLast().getRevision();
  }

  @Test
  void shouldGoOnWhereItWasWhenTheServerIsKilledAndComesBack() throws Exception {
    Path data = directory.resolve("data");
    // One that no connection is given as its own while nobody listens there.
    String address = "127.0.0.1:" + FreePorts.next();
    ServerProcess server = ServerProcess.start(data, "--listen", address);
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(address));
        LiveRouteTable table = client.routes().live()) {
      table.await(add(client, "10.0.0.0/8"), PATIENCE);
      server.kill();
      await().until(() -> !table.isCurrent());
      assertThat(table.longest(Address.parse("10.1.2.3"))).isPresent();
      try (ServerProcess again = ServerProcess.start(data, "--listen", address)) {
        await().until(table::isCurrent);
        long last = add(client, "10.1.0.0/16");
        table.await(last, PATIENCE);
        assertThat(table.longest(Address.parse("10.1.2.3")).orElseThrow().prefix())
            .hasToString("10.1.0.0/16");
        assertThat(table.snapshot().prefixCount(guidepost.routes.table.Family.IPV4)).isEqualTo(2);
        assertThat(again.address()).isNotEmpty();
      }
    } finally {
      server.close();
    }
  }
}
