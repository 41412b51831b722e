package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.routes.table.Address;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The full tables of the internet, which are not part of the repository.
class FullTableTest {

  private static final Path DATA =
      Path.of(System.getProperty("guidepost.root", ".."), "../shared/data");

  @Test
  void fullIpv4TableIsReadWithoutARejectedRow() throws Exception {
    assertThat(accepted("routes/ris-20260511-AS3333-ipv4.txt.xz")).isEqualTo(1_042_325);
  }

  @Test
  void fullIpv6TableIsReadWithoutARejectedRow() throws Exception {
    assertThat(accepted("routes/ris-20260511-AS3333-ipv6.txt.xz")).isEqualTo(246_175);
  }

  private static long accepted(String name) throws IOException {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
    RouteDefaults defaults =
        new RouteDefaults(List.of(Address.parse("192.0.2.1"), Address.parse("fd00::1")), "", 0);
    long[] counts = new long[2];
    long start = System.nanoTime();
    try (InputStream in = unpacked(file)) {
      RouteFeed.open(in, defaults).read(row -> counts[row instanceof RouteRow.Parsed ? 0 : 1]++);
    }
    System.out.printf(
        "%s: %,d rows in %d ms%n",
        name, counts[0] + counts[1], TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    assertThat(counts[1]).isZero();
    return counts[0];
  }

  private static InputStream unpacked(Path file) throws IOException {
    return new ProcessBuilder("xz", "-dc", file.toString()).start().getInputStream();
  }
}
