package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whoever invents JWTs uses up a share of the checks, and not that of others.
final class CheckSharesTest {

  private final CheckShares shares = new CheckShares();
  private int port = 1_024;

  private Connection from(String address) throws Exception {
    return Connection.of(
        Attributes.newBuilder()
            .set(
                Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
                new InetSocketAddress(InetAddress.getByName(address), port++))
            .build(),
        Runnable::run);
  }

  private int taken(Connection connection) {
    int taken = 0;
    while (shares.take(connection)) {
      taken++;
    }
    return taken;
  }

  @Test
  void shouldLeaveTheOthersTheirsWhateverOneConnectionAsksFor() throws Exception {
    assertThat(taken(from("192.0.2.1"))).isEqualTo(CheckShares.CONNECTION_MAX);
    assertThat(taken(from("192.0.2.1"))).isEqualTo(CheckShares.CONNECTION_MAX);
  }

  @Test
  void shouldLeaveOtherAddressesTheirsHoweverManyConnectionsOneOpens() throws Exception {
    int all = 0;
    for (int i = 0; i < 400; i++) {
      all += taken(from("192.0.2.1"));
    }
    assertThat(all).isEqualTo(CheckShares.HOST_MAX);
    assertThat(taken(from("192.0.2.2"))).isEqualTo(CheckShares.CONNECTION_MAX);
  }

  @Test
  void shouldTakeAllAddressesOfOneIpv6NetworkForOneHost() throws Exception {
    int all = 0;
    for (int i = 0; i < 400; i++) {
      all += taken(from("2001:db8::%x".formatted(i)));
    }
    assertThat(all).isEqualTo(CheckShares.HOST_MAX);
    assertThat(taken(from("2001:db8:0:1::1"))).isEqualTo(CheckShares.CONNECTION_MAX);
  }

  @Test
  void shouldBoundThemAltogether() throws Exception {
    int all = 0;
    for (int i = 0; i < 200; i++) {
      all += taken(from("192.0.2." + i));
    }
    assertThat(all).isEqualTo(CheckShares.MAX);
    assertThat(shares.take(null)).isFalse();
  }

  @Test
  void shouldKeepNothingOfThoseThatAreDone() throws Exception {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      connections.add(from("192.0.2." + i % 3));
      assertThat(shares.take(connections.getLast())).isTrue();
    }
    connections.forEach(shares::give);
    assertThat(shares.size()).isZero();
    assertThat(taken(connections.getFirst())).isEqualTo(CheckShares.CONNECTION_MAX);
  }
}
