package guidepost.benchmarks;

import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.LookupReader;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Look-ups in a full table of the Internet, beside a MaxMind DB, the IPAddress library's trie, a
/// hash table a length, and the memory itself; and the same while a writer applies a real day of
/// updates; memory; lists. Times are processor times of the thread that looks up.
public final class LookupBenchmark {

  private static final int ROUNDS = 7;

  /// Addresses handed over at a time.
  private static final int BULK = 4_096;

  /// What a LookupBatch call has.
  private static final int BATCH = 256;

  /// The slow ones are asked for fewer.
  private static final int SLOW_COUNT = 1 << 16;

  /// 1 GiB: no cache holds any part of it that matters.
  private static final int MEMORY_INTS = 1 << 28;

  private static final int UPDATES_PER_PUBLISH = 1_000;
  private static final double UPDATES_PER_SECOND = 1e6;

  private static final NextHop IPV4_GATEWAY = new NextHop.Gateway(Address.parse("192.0.2.1"));
  private static final NextHop IPV6_GATEWAY = new NextHop.Gateway(Address.parse("fe80::1"));

  private static final String IPV4_IN_TABLE = "IPv4 in-table, bulk";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final RealRoutes real;
  private final RouteTable table = new RouteTable();

  /// What results are written to, so that they are not optimised away.
  @SuppressWarnings("UnusedVariable")
  private volatile long sink;

  private LookupBenchmark(RealRoutes real) {
    this.real = real;
  }

  /// Measures everything and prints it.
  ///
  /// @param args the directory with the real routes; `../shared/data/routes` if absent
  public static void main(String[] args) throws Exception {
    String directory = args.length > 0 ? args[0] : "../shared/data/routes";
    new LookupBenchmark(new RealRoutes(Path.of(directory))).run();
  }

  private void run() throws Exception {
    System.out.printf(
        "%d rounds; Java %s; %d processors; %s%n",
        ROUNDS, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    fill();
    lists();
    int[] memory = new int[MEMORY_INTS];
    Arrays.fill(memory, 1); // pages that were never written are all the same one
    for (Family family : Family.values()) {
      lookups(family, memory);
    }
    whileWriting();
  }

  private void fill() throws Exception {
    List<Prefix> ipv4 = real.table(Family.IPV4);
    List<Prefix> ipv6 = real.table(Family.IPV6);
    long before = usedBytes();
    long begun = processorNanos();
    ipv4.forEach(prefix -> table.put(route(prefix, 0)));
    ipv6.forEach(prefix -> table.put(route(prefix, 0)));
    table.publish(1);
    double millis = (processorNanos() - begun) / 1e6;
    int routes = ipv4.size() + ipv6.size();
    System.out.printf("%,d routes filled in order in %.0f ms, not warmed up%n", routes, millis);
    System.out.printf(
        "%-52s %14.1f bytes (asked: <= 150); counted by the table: %.1f%n",
        "heap a route, all structures",
        (usedBytes() - before) / (double) routes,
        table.bytes() / (double) routes);
  }

  /// Time that this thread had a processor: other work on the machine does not count, beyond what
  /// it does to the caches.
  private static long processorNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  private static long usedBytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static Route route(Prefix prefix, long metric) {
    NextHop nextHop = prefix.family() == Family.IPV4 ? IPV4_GATEWAY : IPV6_GATEWAY;
    return new Route(prefix, Route.STATIC, nextHop, Route.STATIC_DISTANCE, metric, 0, 0);
  }

  private void lists() throws Exception {
    RouteSnapshot snapshot = table.snapshot();
    Prefix wide = widest(snapshot);
    Rounds rounds =
        new Rounds()
            .measure("list of all routes", () -> walkMillis(snapshot.all()))
            .measure("longer than " + wide, () -> walkMillis(snapshot.longer(wide)))
            .run(3 * ROUNDS);
    rounds.print("ms   (asked: < 500; < 5)");
  }

  /// The /8 that covers the number of routes nearest to 4,500.
  private static Prefix widest(RouteSnapshot snapshot) {
    Prefix best = Prefix.parse("1.0.0.0/8");
    int bestMiss = Integer.MAX_VALUE;
    for (int first = 1; first < 224; first++) {
      Prefix prefix = Prefix.covering(Address.ipv4(first << 24), 8);
      int hits = 0;
      for (Iterator<Route> all = snapshot.longer(prefix); all.hasNext(); all.next()) {
        hits++;
      }
      if (Math.abs(hits - 4_500) < bestMiss) {
        bestMiss = Math.abs(hits - 4_500);
        best = prefix;
      }
    }
    return best;
  }

  private double walkMillis(Iterator<Route> routes) {
    long begun = processorNanos();
    long metrics = 0;
    while (routes.hasNext()) {
      metrics += routes.next().metric();
    }
    sink = metrics;
    return (processorNanos() - begun) / 1e6;
  }

  private void lookups(Family family, int[] memory) throws Exception {
    List<Prefix> prefixes = real.table(family);
    LookupRivals rivals = new LookupRivals(family, prefixes);
    rivals.requireAgreement(table, Destinations.inTable(family, prefixes));
    Destinations any = Destinations.uniform(Family.IPV4);
    Rounds rounds =
        new Rounds().measure("memory limit, a read of 1 GiB", () -> memoryNanos(memory, any));
    measure(rounds, family + " uniform", Destinations.uniform(family), rivals);
    measure(rounds, family + " in-table", Destinations.inTable(family, prefixes), rivals);
    measure(rounds, family + " zipf", Destinations.zipf(family, prefixes), rivals);
    if (family == Family.IPV6) {
      Destinations ipv4 = Destinations.inTable(Family.IPV4, real.table(Family.IPV4));
      rounds.measure(IPV4_IN_TABLE, () -> bulkNanos(ipv4));
    }
    rounds.run(ROUNDS);
    rounds.print("ns a look-up");
    for (String kind : List.of("uniform", "in-table", "zipf")) {
      String asked = family == Family.IPV6 ? "-" : kind.equals("uniform") ? "<= 1.0" : "<= 0.6";
      String name = family + " " + kind;
      rounds.printRatio(
          name + ", bulk / memory limit", name + ", bulk", "memory limit, a read of 1 GiB", asked);
    }
    String name = family + " in-table";
    if (family == Family.IPV6) {
      rounds.printRatio("in-table, IPv6 / IPv4", name + ", bulk", IPV4_IN_TABLE, "<= 4");
    }
    String asked = family == Family.IPV4 ? ">= 100" : "-";
    rounds.printRatio("in-table, MaxMind DB / bulk", name + ", MaxMind DB", name + ", bulk", asked);
    rounds.printRatio("in-table, IPAddress / bulk", name + ", IPAddress", name + ", bulk", asked);
  }

  private void measure(Rounds rounds, String name, Destinations of, LookupRivals rivals)
      throws Exception {
    List<Address> addresses = of.addresses(SLOW_COUNT);
    List<InetAddress> inetAddresses = of.inetAddresses(SLOW_COUNT);
    List<IPAddress> ipAddresses =
        addresses.stream().map(a -> new IPAddressString(a.toString()).getAddress()).toList();
    rounds
        .measure(name + ", bulk", () -> bulkNanos(of))
        .measure(name + ", with routes, 256 at a time", () -> batchNanos(of))
        .measure(
            name + ", one at a time, with its route",
            () -> eachNanos(addresses, a -> table.longest(a).isPresent()))
        .measure(
            name + ", MaxMind DB", () -> eachNanos(inetAddresses, a -> rivals.maxMind(a) != null))
        .measure(
            name + ", IPAddress", () -> eachNanos(ipAddresses, a -> rivals.ipAddress(a) != null))
        .measure(
            name + ", hash table a length",
            () -> eachNanos(addresses, a -> rivals.lengthTables(a) != null));
  }

  private double memoryNanos(int[] memory, Destinations any) {
    int[] some = new int[BULK];
    return steadyNanos(from -> sum(memory, any.ipv4(from, some)));
  }

  /// Some look-ups, from one of the destinations on.
  private interface Slice {
    long take(int from);
  }

  /// Takes all destinations twice and counts the second time, when the caches are as a program that
  /// does nothing else has them; before it they are what the rival that was asked last left behind.
  private double steadyNanos(Slice slice) {
    sink = all(slice);
    long begun = processorNanos();
    sink = all(slice);
    return (processorNanos() - begun) / (double) Destinations.COUNT;
  }

  private static long all(Slice slice) {
    long sum = 0;
    for (int from = 0; from < Destinations.COUNT; from += BULK) {
      sum += slice.take(from);
    }
    return sum;
  }

  private static int sum(int[] memory, int[] places) {
    int sum = 0;
    for (int place : places) {
      sum += memory[place >>> 4];
    }
    return sum;
  }

  private double bulkNanos(Destinations of) {
    int[] ipv4 = new int[BULK];
    long[] ipv6 = new long[2 * BULK];
    int[] ids = new int[BULK];
    try (LookupReader reader = table.reader()) {
      return of.family() == Family.IPV4
          ? steadyNanos(from -> reader.longestIpv4(of.ipv4(from, ipv4), BULK, ids))
          : steadyNanos(from -> reader.longestIpv6(of.ipv6(from, ipv6), BULK, ids));
    }
  }

  private double batchNanos(Destinations of) {
    int[] ipv4 = new int[BATCH];
    long[] ipv6 = new long[2 * BATCH];
    int count = Destinations.COUNT / 8;
    long begun = processorNanos();
    for (int from = 0; from < count; from += BATCH) {
      sink =
          of.family() == Family.IPV4
              ? table.longestIpv4(of.ipv4(from, ipv4), BATCH).routes().size()
              : table.longestIpv6(of.ipv6(from, ipv6), BATCH).routes().size();
    }
    return (processorNanos() - begun) / (double) count;
  }

  private interface Lookup<A> {
    boolean isFound(A address) throws Exception;
  }

  /// Takes half of the addresses, then counts what the others take: they are not the same, of which
  /// so few would all be in the caches.
  private <A> double eachNanos(List<A> addresses, Lookup<A> lookup) throws Exception {
    int half = addresses.size() / 2;
    sink = found(addresses.subList(0, half), lookup);
    long begun = processorNanos();
    sink = found(addresses.subList(half, 2 * half), lookup);
    return (processorNanos() - begun) / (double) half;
  }

  private static <A> long found(List<A> addresses, Lookup<A> lookup) throws Exception {
    long found = 0;
    for (A address : addresses) {
      found += lookup.isFound(address) ? 1 : 0;
    }
    return found;
  }

  /// Readers beside a writer at a million updates a second, and the writer at full speed.
  private void whileWriting() throws Exception {
    Destinations inTable = Destinations.inTable(Family.IPV4, real.table(Family.IPV4));
    List<RealRoutes.Update> updates = real.updates(Family.IPV4);
    apply(updates, 0, updates.size()); // the compilers are done with it afterwards
    Rounds rounds =
        new Rounds()
            .measure("IPv4 in-table, bulk, alone", () -> bulkNanos(inTable))
            .measure("IPv4 in-table, bulk, beside 1 M updates/s", () -> beside(inTable, updates))
            .warm(1)
            .run(ROUNDS);
    rounds.print("ns a look-up");
    rounds.printRatio(
        "beside a writer / alone",
        "IPv4 in-table, bulk, beside 1 M updates/s",
        "IPv4 in-table, bulk, alone",
        "<= 1.3");
    Rounds writing = new Rounds();
    for (Family family : Family.values()) {
      List<RealRoutes.Update> day = real.updates(family);
      writing.measure("the day of " + family + ", a writer", () -> apply(day, 0, day.size()));
    }
    writing.run(ROUNDS);
    writing.print("updates/s   (asked: >= 1,000,000)");
  }

  /// Look-ups for as long as the writer takes for a part of the day at its pace.
  private double beside(Destinations of, List<RealRoutes.Update> updates) throws Exception {
    int part = (int) UPDATES_PER_SECOND / 2;
    AtomicLong applied = new AtomicLong();
    Thread writer = Thread.ofPlatform().start(() -> applied.set((long) paced(updates, part)));
    double nanos = 0;
    int runs = 0;
    while (writer.isAlive()) {
      nanos += bulkNanos(of);
      runs++;
    }
    writer.join();
    if (applied.get() < 0.95 * UPDATES_PER_SECOND) {
      System.out.printf("the writer fell behind: %,d updates/s%n", applied.get());
    }
    return nanos / runs;
  }

  private double paced(List<RealRoutes.Update> updates, int count) {
    long begun = System.nanoTime();
    for (int from = 0; from < count; from += UPDATES_PER_PUBLISH) {
      apply(updates, from, from + UPDATES_PER_PUBLISH);
      long due = begun + (long) ((from + UPDATES_PER_PUBLISH) * 1e9 / UPDATES_PER_SECOND);
      while (System.nanoTime() < due) {
        Thread.onSpinWait();
      }
    }
    return count / ((System.nanoTime() - begun) / 1e9);
  }

  /// @return updates a second
  private double apply(List<RealRoutes.Update> updates, int from, int to) {
    long begun = processorNanos();
    for (int i = from; i < to; i++) {
      RealRoutes.Update update = updates.get(i);
      Route route = route(update.prefix(), i);
      if (update.isAnnounced()) {
        table.put(route);
      } else {
        table.remove(route);
      }
      if ((i + 1) % UPDATES_PER_PUBLISH == 0 || i + 1 == to) {
        table.publish(table.snapshot().revision() + 1);
      }
    }
    return (to - from) / ((processorNanos() - begun) / 1e9);
  }
}
