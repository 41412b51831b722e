package guidepost.benchmarks;

import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.LookupReader;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// One look-up in a full table of the Internet, by this table in bulk and by rivals one at a time,
/// beside a read of memory that no cache holds: nanoseconds of the clock, by JMH.
///
/// `benchmarks/run jmh LookupJmh`
///
/// Everything goes through 4,096 addresses an invocation, others each time.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@OperationsPerInvocation(LookupJmh.BULK)
public class LookupJmh {

  /// Look-ups of an invocation.
  public static final int BULK = 4_096;

  private static final int MEMORY_INTS = 1 << 28;

  /// Of the rivals' addresses: objects of a whole set would take more memory than their tables.
  private static final int SLOW_COUNT = 1 << 16;

  /// Of the addresses.
  @Param({"IPV4", "IPV6"})
  public Family family = Family.IPV4;

  /// How addresses are chosen.
  @Param({"uniform", "in-table", "zipf"})
  public String keys = "in-table";

  private final RouteTable table = new RouteTable();
  private final int[] ids = new int[BULK];
  private final int[] ipv4 = new int[BULK];
  private final long[] ipv6 = new long[2 * BULK];
  private int[] memory = {};
  private Destinations destinations = Destinations.uniform(Family.IPV4);
  private Destinations anyIpv4 = destinations;
  private List<Address> addresses = List.of();
  private List<InetAddress> inetAddresses = List.of();
  private List<IPAddress> ipAddresses = List.of();
  private LookupReader reader = table.reader();
  private @Nullable LookupRivals rivals;
  private int from;
  private int slowFrom;

  /// For JMH.
  public LookupJmh() {}

  /// Fills everything, and compares some answers.
  @Setup(Level.Trial)
  public void fill() throws IOException {
    Path data = Path.of(System.getProperty("guidepost.root"), "../shared/data/routes");
    List<Prefix> prefixes = new RealRoutes(data).table(family);
    NextHop via =
        new NextHop.Gateway(Address.parse(family == Family.IPV4 ? "192.0.2.1" : "fe80::1"));
    prefixes.forEach(prefix -> table.put(Route.to(prefix, via)));
    table.publish(1);
    destinations =
        switch (keys) {
          case "uniform" -> Destinations.uniform(family);
          case "in-table" -> Destinations.inTable(family, prefixes);
          case "zipf" -> Destinations.zipf(family, prefixes);
          default -> throw new IllegalArgumentException("keys: uniform, in-table or zipf: " + keys);
        };
    addresses = destinations.addresses(SLOW_COUNT);
    inetAddresses = destinations.inetAddresses(SLOW_COUNT);
    ipAddresses =
        addresses.stream().map(each -> new IPAddressString(each.toString()).getAddress()).toList();
    LookupRivals filled = new LookupRivals(family, prefixes);
    filled.requireAgreement(table, destinations);
    rivals = filled;
    memory = new int[MEMORY_INTS];
    Arrays.fill(memory, 1);
    reader = table.reader();
  }

  /// Ends.
  @TearDown(Level.Trial)
  public void close() {
    reader.close();
  }

  private LookupRivals rivals() {
    return Objects.requireNonNull(rivals);
  }

  private int next() {
    from = (from + BULK) % Destinations.COUNT;
    return from;
  }

  private int nextSlow() {
    slowFrom = (slowFrom + BULK) % SLOW_COUNT;
    return slowFrom;
  }

  /// This table, in bulk.
  @Benchmark
  public long guidepost() {
    return family == Family.IPV4
        ? reader.longestIpv4(destinations.ipv4(next(), ipv4), BULK, ids)
        : reader.longestIpv6(destinations.ipv6(next(), ipv6), BULK, ids);
  }

  /// The limit: independent reads of 1 GiB.
  @Benchmark
  public int memoryLimit() {
    int sum = 0;
    for (int place : anyIpv4.ipv4(next(), ipv4)) {
      sum += memory[place >>> 4];
    }
    return sum;
  }

  /// A MaxMind DB file of the same prefixes.
  @Benchmark
  public void maxMindDb(Blackhole found) throws IOException {
    int begin = nextSlow();
    for (InetAddress each : inetAddresses.subList(begin, begin + BULK)) {
      found.consume(rivals().maxMind(each));
    }
  }

  /// The trie of the IPAddress library.
  @Benchmark
  public void ipAddressTrie(Blackhole found) {
    int begin = nextSlow();
    for (IPAddress each : ipAddresses.subList(begin, begin + BULK)) {
      found.consume(rivals().ipAddress(each));
    }
  }

  /// A hash table a length.
  @Benchmark
  public void hashTableALength(Blackhole found) {
    int begin = nextSlow();
    for (Address each : addresses.subList(begin, begin + BULK)) {
      found.consume(rivals().lengthTables(each));
    }
  }
}
