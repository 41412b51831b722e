package guidepost.routes.table;

import java.util.Random;

/// Prefixes that nest, meet and repeat: few bits in few places, and all lengths.
final class RandomRoutes {
  private final Random random;
  private long installed;

  RandomRoutes(Random random) {
    this.random = random;
  }

  Route next() {
    Address address = random.nextBoolean() ? ipv4() : ipv6();
    int length = random.nextInt(address.family().bits() + 1);
    return new Route(
        Prefix.covering(address, length),
        random.nextInt(4) == 0 ? "bgp" : Route.STATIC,
        new NextHop.Connected("eth" + random.nextInt(3)),
        random.nextInt(2),
        random.nextInt(3),
        installed++,
        0);
  }

  private Address ipv4() {
    return Address.ipv4(random.nextInt() & 0xc0a8_0307);
  }

  private Address ipv6() {
    return Address.ipv6(
        random.nextLong() & 0x2001_0db8_0000_0003L, random.nextLong() & 0x8000_0000_0000_0003L);
  }
}
