package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Which connections are taken of whom, with 16 places.
final class AdmissionTest {

  private static final int PLACES = 16;

  private final Admission.Counts counts = new Admission.Counts(limits());
  private final EmbeddedChannel listener =
      new EmbeddedChannel(
          new Admission(
              limits(),
              counts,
              new OccasionalLog(LoggerFactory.getLogger(AdmissionTest.class)),
              connection -> {}));
  private final List<EmbeddedChannel> connections = new ArrayList<>();

  private static ConnectionLimits limits() {
    return ConnectionLimits.ofHeap(1L << 30)
        .withConnections(1_000, 1_000, 1_000)
        .withConnectionsMax(PLACES);
  }

  @AfterEach
  void close() {
    connections.forEach(AdmissionTest::end);
    end(listener);
  }

  private static void end(EmbeddedChannel channel) {
    channel.close().syncUninterruptibly();
  }

  private EmbeddedChannel connect(String host) throws UnknownHostException {
    SocketAddress remote = new InetSocketAddress(InetAddress.getByName(host), 1);
    EmbeddedChannel connection =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return remote;
          }
        };
    connections.add(connection);
    listener.writeInbound(connection);
    return connection;
  }

  private long taken(String host, int tries) throws UnknownHostException {
    List<EmbeddedChannel> tried = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      tried.add(connect(host));
    }
    return tried.stream().filter(EmbeddedChannel::isOpen).count();
  }

  @Test
  void shouldLeavePlacesForOtherAddresses() throws Exception {
    assertThat(taken("192.0.2.1", 20)).isEqualTo(8);
    assertThat(taken("192.0.2.2", 20)).isEqualTo(4);
    assertThat(taken("2001:db8::1", 1) + taken("2001:db8::2:1", 20))
        .as("one network of IPv6")
        .isEqualTo(2);
    assertThat(counts.open()).isEqualTo(14);
  }

  @Test
  void shouldGiveAPlaceAgainWhenItsConnectionIsClosed() throws Exception {
    List<EmbeddedChannel> all =
        Stream.of(connect("192.0.2.1"), connect("192.0.2.1"), connect("192.0.2.1")).toList();
    assertThat(taken("192.0.2.1", 20)).isEqualTo(5);
    all.forEach(AdmissionTest::end);
    assertThat(counts.open()).isEqualTo(5);
    assertThat(taken("192.0.2.1", 20)).isEqualTo(3);
  }

  @Test
  void shouldGiveThisMachineAllOfThemAndNoMore() throws Exception {
    assertThat(taken("127.0.0.1", 20)).isEqualTo(PLACES);
    assertThat(taken("192.0.2.1", 1)).isZero();
  }
}
