package guidepost.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.server.v1.ClusterServer;
import guidepost.server.v1.GetClusterResponse;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What operators see of the servers of a cluster.
final class ClusterTableTest {

  private static ClusterServer.Builder server(String address) {
    return ClusterServer.newBuilder().setAddress(address).setVersion("1").setThere(true);
  }

  private static final GetClusterResponse CLUSTER =
      GetClusterResponse.newBuilder()
          .setShared(true)
          .addServers(server("a:1").setTrouble("disk full").setSelf(true))
          .addServers(server("b:1").setLeads(true))
          .addServers(server("c:1"))
          .addServers(server("c:1").setLag(7))
          .build();

  private static String shown(GetClusterResponse cluster) {
    StringWriter out = new StringWriter();
    ClusterTable.show(
        new Terminal(
            InputStream.nullInputStream(), out, new PrintWriter(Writer.nullWriter()), _ -> false),
        cluster);
    return out.toString();
  }

  @Test
  void shouldSayWhichServerIsBrokenAndWhy() {
    assertThat(shown(CLUSTER).lines())
        .anyMatch(line -> line.matches("a:1 \\* +broken .*"))
        .anyMatch(line -> line.matches("b:1 +leader .*"))
        .anyMatch(line -> line.matches("c:1 +follower .*"))
        .contains("a:1 IS BROKEN, AND MUST BE STARTED AGAIN: disk full");
    ObjectNode json = Json.object();
    ClusterTable.addTo(json, CLUSTER);
    assertThat(json.at("/servers/0/role").asString()).isEqualTo("broken");
    assertThat(json.at("/servers/0/trouble").asString()).isEqualTo("disk full");
    assertThat(json.at("/servers/1/role").asString()).isEqualTo("leader");
    assertThat(json.at("/servers/1/trouble").asString()).isEmpty();
  }

  @Test
  void shouldSayThatTwoServersHaveOneAddress() {
    assertThat(shown(CLUSTER))
        .contains(
            "2 SERVERS SAY THAT THEY ARE REACHED AT c:1: give each an --advertise of its own");
    assertThat(shown(CLUSTER.toBuilder().removeServers(3).build())).doesNotContain("--advertise");
  }
}
