package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// A real full Internet table here and in BIRD 2, which routers in production trust.
final class BirdTest {

  private static final String IPV4 = "routes/ris-20260511-AS3333-ipv4.txt.xz";
  private static final String IPV6 = "routes/ris-20260511-AS3333-ipv6.txt.xz";
  private static final int LOOKUPS = 100_000;
  private static final int BATCH = 1_000;

  @TempDir Path directory;

  @AfterEach
  void startOthersAsUsual() {
    Jvm.AS_SHIPPED.remove();
  }

  /// Four in five are IPv4; a third each are uniform, inside a prefix, and at the edge of one.
  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldAnswerAHundredThousandLookupsLikeBird() throws Exception {
    Path program = Bird.require();
    Path ipv4 = SharedData.require(IPV4);
    Path ipv6 = SharedData.require(IPV6);
    PrefixOracle list4 = PrefixOracle.read(ipv4, 32);
    PrefixOracle list6 = PrefixOracle.read(ipv6, 128);
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("BirdTest seed " + seed);
    Jvm.AS_SHIPPED.set(true);
    try (Bird bird = Bird.start(program, directory, ipv4, ipv6);
        ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
      assertThat(bird.routeCount()).isEqualTo(list4.size() + list6.size());
      shouldImport(server, ipv4, "192.0.2.1");
      shouldImport(server, ipv6, "2001:db8::1");
      Random random = new Random(seed);
      shouldAgree(server, bird, list4, LOOKUPS / 5 * 4, random);
      shouldAgree(server, bird, list6, LOOKUPS / 5, random);
    }
  }

  private static void shouldImport(ServerProcess server, Path file, String nextHop)
      throws Exception {
    Terminal done = Terminal.run(server, "route", "import", file.toString(), "--nh", nextHop);
    assertThat(done.exitCode()).as(done.err()).isZero();
  }

  private static void shouldAgree(
      ServerProcess server, Bird bird, PrefixOracle list, int count, Random random)
      throws Exception {
    Lookups lookups = new Lookups(server.channel());
    int found = 0;
    for (int asked = 0; asked < count; asked += BATCH) {
      List<String> addresses = addresses(list, random);
      List<String> longest = bird.longest(addresses);
      for (int i = 0; i < BATCH; i++) {
        lookups.ask(addresses.get(i), longest.get(i));
        found += longest.get(i).isEmpty() ? 0 : 1;
      }
    }
    lookups.shouldAllHaveAgreed();
    assertThat(found).isBetween(count / 2, count - 1);
  }

  private static List<String> addresses(PrefixOracle list, Random random) throws Exception {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      BigInteger address =
          switch (i % 3) {
            case 0 -> list.uniform(random);
            case 1 -> list.inside(random);
            default -> list.edge(random);
          };
      addresses.add(list.text(address));
    }
    return addresses;
  }
}
