package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RouteDecoderTest {

  private final RouteDecoder decoder = new RouteDecoder();

  private static Route random(Random random) {
    boolean isIpv4 = random.nextBoolean();
    Address address =
        isIpv4
            ? Address.ipv4(random.nextInt())
            : Address.ipv6(random.nextLong() | 1L << 61, random.nextLong());
    NextHop nextHop =
        switch (random.nextInt(4)) {
          case 0 -> new NextHop.Blackhole();
          case 1 -> new NextHop.Connected("eth" + random.nextInt(2));
          default -> new NextHop.Gateway(Address.ipv6(7, random.nextInt(2)), "");
        };
    return new Route(
        Prefix.covering(address, random.nextInt(address.family().bits() + 1)),
        random.nextInt(5) == 0 ? "bgp" : Route.STATIC,
        nextHop,
        random.nextInt(256),
        random.nextLong() & (Route.METRIC_MAX >>> random.nextInt(32)),
        random.nextLong() >>> (1 + random.nextInt(62)),
        random.nextLong() >>> 1,
        random.nextInt(5) == 0 ? List.of("a", "b") : List.of(),
        random.nextInt(4) == 0 ? random.nextInt() & Route.PATH_ID_MAX : 0);
  }

  private Route decoded(Route route) {
    return decoder.decode(
        RouteRecord.key("default", route), RouteRecord.value(route), route.revision());
  }

  @Test
  void shouldDecodeWhatWasEncodedWhateverCameBefore() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("RouteDecoderTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Route route = random(random);
      assertThat(decoded(route)).isEqualTo(route);
    }
  }

  @Test
  void shouldRefuseWhatRouteRecordRefuses() {
    Route route = Route.to(Prefix.parse("10.0.0.0/8"), new NextHop.Connected("eth0"));
    byte[] key = RouteRecord.key("default", route);
    byte[] value = RouteRecord.value(route);
    decoder.decode(key, value, 1);
    for (int length = 1; length < key.length - 4; length++) {
      byte[] cut = Arrays.copyOf(key, length);
      assertThatThrownBy(() -> RouteRecord.decode(cut, value, 1))
          .isInstanceOf(RuntimeException.class);
      assertThatThrownBy(() -> decoder.decode(cut, value, 1)).isInstanceOf(RuntimeException.class);
    }
    byte[] hostBits = key.clone();
    hostBits[12] = 1;
    assertThatThrownBy(() -> decoder.decode(hostBits, value, 1))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] family = key.clone();
    family[8] = 5;
    assertThatThrownBy(() -> decoder.decode(family, value, 1))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] cutValue = {8};
    assertThatThrownBy(() -> decoder.decode(key, cutValue, 1))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] distance = {8, (byte) 0x80, 2};
    assertThatThrownBy(() -> decoder.decode(key, distance, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
