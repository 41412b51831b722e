package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import guidepost.testing.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.XZInputStream;

/// A full Internet table and a real day of its updates, beside a hash table; a seventh of the day
/// in the ordinary suite, all of it with `-Dguidepost.long=true`.
final class RealDayTest {

  private static final boolean IS_LONG = Boolean.getBoolean("guidepost.long");
  private static final long PREFIXES_MAX = IS_LONG ? Long.MAX_VALUE : 60_000;
  private static final long UPDATES_MAX = IS_LONG ? Long.MAX_VALUE : 60_000;

  private static final int BATCH = 997;
  private static final int LOOKUPS = 2_000;

  private final Random random = Seed.random(RealDayTest.class);
  private final RouteTable table = new RouteTable();
  private final Map<Prefix, Route> expected = new HashMap<>();
  private long writes;

  private static Path require(String name) {
    Path root = Path.of(System.getProperty("guidepost.root", "../..")).toAbsolutePath();
    Path file = root.resolve("../shared/data/routes").resolve(name).normalize();
    assumeTrue(Files.isRegularFile(file), () -> "SKIPPED: needs ../shared/data/routes/" + name);
    return file;
  }

  private static Stream<String> lines(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    InputStream plain =
        file.toString().endsWith(".xz") ? new XZInputStream(in) : new ZstdInputStream(in);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(plain, StandardCharsets.US_ASCII));
    return reader.lines().onClose(() -> close(reader));
  }

  private static void close(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Each write gives a route of its own, so that a stale one cannot pass for the right one.
  private void put(Prefix prefix) {
    writes++;
    Route route = Route.to(prefix, new NextHop.Connected("eth0")).withMetric(writes);
    table.put(route);
    expected.put(prefix, route);
  }

  private void update(String line) {
    Prefix prefix = Prefix.parse(line.substring(2));
    if (line.startsWith("A")) {
      put(prefix);
      return;
    }
    writes++;
    Route route = Route.to(prefix, new NextHop.Connected("eth0"));
    assertThat(table.remove(route)).isEqualTo(expected.remove(prefix) != null);
  }

  private void replay(String tableFile, String updatesFile) throws IOException {
    try (Stream<String> lines = lines(require(tableFile)).limit(PREFIXES_MAX)) {
      lines.map(Prefix::parse).forEach(this::put);
    }
    table.publish(writes);
    shouldAgreeOnLookups();
    try (Stream<String> lines = lines(require(updatesFile)).limit(UPDATES_MAX)) {
      lines.forEach(
          line -> {
            update(line);
            if (writes % BATCH == 0) {
              table.publish(writes);
            }
            if (writes % (40 * BATCH) == 0) {
              shouldAgreeOnLookups();
            }
          });
    }
    table.publish(writes);
    shouldAgreeOnLookups();
    shouldHoldExactlyThat();
    table.checkInvariants();
  }

  private void shouldHoldExactlyThat() {
    int found = 0;
    for (Iterator<Route> all = table.snapshot().all(); all.hasNext(); found++) {
      Route route = all.next();
      if (!route.equals(expected.get(route.prefix()))) {
        assertThat(route).isEqualTo(expected.get(route.prefix()));
      }
    }
    assertThat(found).isEqualTo(expected.size());
  }

  private void shouldAgreeOnLookups() {
    List<Address> addresses = new ArrayList<>();
    Iterator<Prefix> some = expected.keySet().iterator();
    while (addresses.size() < LOOKUPS && some.hasNext()) {
      addresses.add(within(some.next()));
    }
    int[] ipv4 = addresses.stream().mapToInt(address -> (int) address.low()).toArray();
    long[] ipv6 =
        addresses.stream()
            .flatMapToLong(address -> LongStream.of(address.high(), address.low()))
            .toArray();
    Lookups lookups =
        addresses.getFirst().family() == Family.IPV4
            ? table.longestIpv4(ipv4, ipv4.length)
            : table.longestIpv6(ipv6, ipv4.length);
    for (int i = 0; i < addresses.size(); i++) {
      int index = lookups.index(i);
      Optional<Route> found =
          index < 0 ? Optional.empty() : Optional.of(lookups.routes().get(index));
      assertThat(found).isEqualTo(longest(addresses.get(i)));
    }
  }

  private Address within(Prefix prefix) {
    Address address = prefix.address();
    long high = address.leftHigh() | (random.nextLong() & ~Address.highBits(prefix.length()));
    long low = address.leftLow() | (random.nextLong() & ~Address.highBits(prefix.length() - 64));
    return Address.ofLeft(prefix.family(), high, low);
  }

  private Optional<Route> longest(Address address) {
    for (int length = address.family().bits(); length >= 0; length--) {
      Route route = expected.get(Prefix.covering(address, length));
      if (route != null) {
        return Optional.of(route);
      }
    }
    return Optional.empty();
  }

  @Test
  void shouldFollowADayOfIpv4Updates() throws IOException {
    replay("ris-20260511-AS3333-ipv4.txt.xz", "ris-20260511-AS3333-updates.txt.zst");
  }

  @Test
  void shouldFollowADayOfIpv6Updates() throws IOException {
    replay("ris-20260511-AS3333-ipv6.txt.xz", "ris-20260511-AS3333-updates-ipv6.txt.zst");
  }
}
