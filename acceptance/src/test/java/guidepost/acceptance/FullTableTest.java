package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real full Internet table goes in, is asked, and survives kill -9.
final class FullTableTest {

  private static final String IPV4 = "routes/ris-20260511-AS3333-ipv4.txt.xz";
  private static final String IPV6 = "routes/ris-20260511-AS3333-ipv6.txt.xz";
  private static final Duration IMPORT_MAX = Duration.ofSeconds(30);

  @TempDir Path data;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void shouldImportTheFullTableAndAnswerLikeTheOracleAlsoAfterKill9() throws Exception {
    Path ipv4 = SharedData.require(IPV4);
    Path ipv6 = SharedData.require(IPV6);
    PrefixOracle oracle4 = PrefixOracle.read(ipv4, 32);
    PrefixOracle oracle6 = PrefixOracle.read(ipv6, 128);
    try (ServerProcess server = ServerProcess.start(data)) {
      long begun = System.nanoTime();
      shouldImport(server, ipv4, "192.0.2.1", oracle4.size());
      shouldImport(server, ipv6, "2001:db8::1", oracle6.size());
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.println("full table imported in " + took);
      assertThat(took).isLessThan(IMPORT_MAX);
      server.kill();
    }
    long begun = System.nanoTime();
    try (ServerProcess server = ServerProcess.start(data)) {
      System.out.println("served again after " + Duration.ofNanos(System.nanoTime() - begun));
      shouldHoldAll(server, oracle4, oracle6);
    }
  }

  private static void shouldImport(ServerProcess server, Path file, String nextHop, int rows)
      throws Exception {
    Terminal done =
        Terminal.run(
            server, "route", "import", file.toString(), "--nh", nextHop, "--interface", "eth0");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out() + done.err())
        .contains("read %d = accepted %d + rejected 0".formatted(rows, rows));
  }

  private static void shouldHoldAll(
      ServerProcess server, PrefixOracle oracle4, PrefixOracle oracle6) throws Exception {
    Terminal count = Terminal.run(server, "route", "list", "--count");
    assertThat(count.out()).contains(Integer.toString(oracle4.size() + oracle6.size()));
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("FullTableTest seed " + seed);
    Random random = new Random(seed);
    long begun = System.nanoTime();
    Lookups lookups = new Lookups(server.channel());
    lookups.shouldAgree(oracle4, 800_000, random);
    lookups.shouldAgree(oracle6, 200_000, random);
    System.out.println("1,000,000 lookups in " + Duration.ofNanos(System.nanoTime() - begun));
  }
}
