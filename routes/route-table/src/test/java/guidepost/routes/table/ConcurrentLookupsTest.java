package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A writer that changes everything all the time, and readers that know what must be there at every
/// revision: for each answer they look at all prefixes.
///
/// What is there follows from the revision alone: a prefix lives in phases of its own length, is
/// there in every other one or so, and has the number of the phase as its metric. Prefixes nest,
/// and those of equal phases come and go together.
final class ConcurrentLookupsTest {

  /// Ten minutes with `-Dguidepost.long=true`.
  private static final Duration LENGTH =
      Boolean.getBoolean("guidepost.long") ? Duration.ofMinutes(10) : Duration.ofMillis(1_500);

  private static final int PREFIXES = 96;

  /// Of a call: so many that the writer often comes between.
  private static final int ADDRESSES = 2_048;

  /// Of those: what is compared.
  private static final int COMPARED = 32;

  private final long seed = Seed.random(ConcurrentLookupsTest.class).nextLong();
  private final RouteTable table = new RouteTable(1);
  private final List<Prefix> ipv4 = new ArrayList<>();
  private final List<Prefix> ipv6 = new ArrayList<>();
  private volatile boolean done;

  ConcurrentLookupsTest() {
    Random random = new Random(seed);
    while (ipv4.size() < PREFIXES) {
      add(ipv4, Prefix.covering(ipv4(random), 4 + random.nextInt(29)));
      add(ipv6, Prefix.covering(ipv6(random), 4 + random.nextInt(125)));
    }
  }

  private static void add(List<Prefix> prefixes, Prefix prefix) {
    if (!prefixes.contains(prefix)) {
      prefixes.add(prefix);
    }
  }

  private static Address ipv4(Random random) {
    return Address.ipv4(0x0a01_0200 | (random.nextInt() & 0x0103_01ff));
  }

  private static Address ipv6(Random random) {
    return Address.ipv6(
        0x2001_0db8_0000_0000L | (random.nextLong() & 0x0000_0003_0101_0101L),
        random.nextLong() & 0x8000_0001_0000_0003L);
  }

  private long phase(int prefix, long revision) {
    return (revision + prefix) / (1 + prefix % 7);
  }

  private boolean isThere(int prefix, long revision) {
    long mixed =
        (seed ^ prefix * 31L ^ phase(prefix, revision) * 1_000_003L) * 0x9e37_79b9_7f4a_7c15L;
    return mixed < 0;
  }

  private Route route(List<Prefix> prefixes, int prefix, long revision) {
    return Route.to(prefixes.get(prefix), new NextHop.Connected("eth0"))
        .withMetric(phase(prefix, revision));
  }

  private long write() {
    long end = System.nanoTime() + LENGTH.toNanos();
    long revision = 0;
    while (System.nanoTime() < end) {
      revision++;
      for (int i = 0; i < PREFIXES; i++) {
        if (phase(i, revision) != phase(i, revision - 1) || revision == 1) {
          write(ipv4, i, revision);
          write(ipv6, i, revision);
        }
      }
      table.publish(revision);
    }
    done = true;
    return revision;
  }

  private void write(List<Prefix> prefixes, int prefix, long revision) {
    Route route = route(prefixes, prefix, revision);
    if (isThere(prefix, revision)) {
      table.put(route);
    } else {
      table.remove(route);
    }
  }

  private Optional<Route> expected(List<Prefix> prefixes, Address address, long revision) {
    Route best = null;
    for (int i = 0; i < PREFIXES && revision > 0; i++) {
      Prefix prefix = prefixes.get(i);
      boolean isLonger = best == null || prefix.length() > best.prefix().length();
      if (isLonger && prefix.contains(address) && isThere(i, revision)) {
        best = route(prefixes, i, revision);
      }
    }
    return Optional.ofNullable(best);
  }

  /// Asks for the same addresses again and again.
  private final class Reader implements Callable<Long> {
    private final Random random;
    private final boolean withIds;
    private final int[] addresses = new int[ADDRESSES];
    private final long[] highLow = new long[2 * ADDRESSES];
    private final int[] ids = new int[ADDRESSES];

    Reader(int number) {
      random = new Random(seed + number);
      withIds = number % 2 == 1;
      for (int i = 0; i < ADDRESSES; i++) {
        addresses[i] = (int) ipv4(random).low();
        Address address = ipv6(random);
        highLow[2 * i] = address.high();
        highLow[2 * i + 1] = address.low();
      }
    }

    @Override
    public Long call() {
      long answers = 0;
      try (LookupReader reader = table.reader()) {
        do {
          if (withIds) {
            lookUp(reader);
          } else {
            lookUp();
          }
          answers += 2 * COMPARED;
        } while (!done);
      }
      return answers;
    }

    private Address ipv4Address(int i) {
      return Address.ipv4(addresses[i]);
    }

    private Address ipv6Address(int i) {
      return Address.ipv6(highLow[2 * i], highLow[2 * i + 1]);
    }

    private void lookUp() {
      RouteTable.OfBoth both = both();
      Lookups ofIpv4 = both.ipv4();
      Lookups ofIpv6 = both.ipv6();
      for (int each = 0; each < COMPARED; each++) {
        int i = random.nextInt(ADDRESSES);
        check(ipv4, ipv4Address(i), ofIpv4.revision(), answer(ofIpv4, i));
        check(ipv6, ipv6Address(i), ofIpv6.revision(), answer(ofIpv6, i));
      }
    }

    /// Of one revision, or each for itself.
    private RouteTable.OfBoth both() {
      if (random.nextBoolean()) {
        return new RouteTable.OfBoth(
            table.longestIpv4(addresses, ADDRESSES), table.longestIpv6(highLow, ADDRESSES));
      }
      RouteTable.OfBoth both = table.longest(addresses, ADDRESSES, highLow, ADDRESSES);
      assertThat(both.ipv4().revision()).isEqualTo(both.ipv6().revision());
      return both;
    }

    /// What ids stand for is asked only afterwards, when the writer has gone on.
    private void lookUp(LookupReader reader) {
      long revision = reader.longestIpv4(addresses, ADDRESSES, ids);
      for (int each = 0; each < COMPARED; each++) {
        int i = random.nextInt(ADDRESSES);
        check(ipv4, ipv4Address(i), revision, answer(reader, Family.IPV4, ids[i]));
      }
      revision = reader.longestIpv6(highLow, ADDRESSES, ids);
      for (int each = 0; each < COMPARED; each++) {
        int i = random.nextInt(ADDRESSES);
        check(ipv6, ipv6Address(i), revision, answer(reader, Family.IPV6, ids[i]));
      }
      reader.refresh();
    }
  }

  private static Optional<Route> answer(Lookups lookups, int i) {
    int index = lookups.index(i);
    return index < 0 ? Optional.empty() : Optional.of(lookups.routes().get(index));
  }

  private static Optional<Route> answer(LookupReader reader, Family family, int id) {
    return id < 0 ? Optional.empty() : reader.route(family, id);
  }

  private void check(List<Prefix> prefixes, Address address, long revision, Optional<Route> found) {
    Optional<Route> expected = expected(prefixes, address, revision);
    if (!found.equals(expected)) {
      assertThat(found).as("%s at revision %d", address, revision).isEqualTo(expected);
    }
  }

  @Test
  void shouldAnswerEveryAddressOfACallAsOfTheRevisionItNames() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(new Reader(i)));
      }
      Future<Long> writer = threads.submit(() -> write());
      long answers = 0;
      for (Future<Long> reader : readers) {
        answers += reader.get();
      }
      System.out.printf("%,d answers right over %,d revisions%n", answers, writer.get());
    }
    table.checkInvariants();
  }
}
