package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteKind;
import org.junit.jupiter.api.Test;

/// What is remembered of the last next hop never answers for another.
final class NextHopReaderTest {

  private final NextHopReader reader = new NextHopReader();

  private void shouldRead(String gateway, String interfaceName) {
    Route message = Route.newBuilder().setNextHop(gateway).setInterfaceName(interfaceName).build();
    assertThat(reader.read(message)).isEqualTo(RouteText.nextHop(gateway, interfaceName));
  }

  @Test
  void shouldTellNextHopsApartByGatewayAndInterface() {
    shouldRead("192.0.2.1", "eth0");
    shouldRead("192.0.2.1", "eth0");
    shouldRead("192.0.2.1", "eth1");
    shouldRead("192.0.2.1", "");
    shouldRead("192.0.2.2", "");
    shouldRead("", "eth1");
    shouldRead("192.0.2.2", "eth1");
  }

  @Test
  void shouldNotRememberWhatBreaksARule() {
    shouldRead("192.0.2.1", "");
    Route broken = Route.newBuilder().setNextHop("192.0.2").build();
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(InvalidRouteException.class).isThrownBy(() -> reader.read(broken));
    }
    shouldRead("192.0.2.1", "");
    Route blackhole = Route.newBuilder().setKind(RouteKind.ROUTE_KIND_BLACKHOLE).build();
    assertThat(reader.read(blackhole))
        .isNotEqualTo(reader.read(Route.newBuilder().setNextHop("192.0.2.1").build()));
  }
}
