package guidepost.benchmarks;

import com.maxmind.db.Reader;
import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.format.util.DualIPv4v6Tries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The prefixes of a table in other libraries.
final class LookupRivals {

  private final List<Prefix> prefixes;
  private final Reader maxMind;
  private final DualIPv4v6Tries ipAddress = new DualIPv4v6Tries();
  private final LengthTables lengthTables;

  LookupRivals(Family family, List<Prefix> prefixes) throws IOException {
    this.prefixes = prefixes;
    maxMind = new Reader(new ByteArrayInputStream(MmdbFile.of(family, prefixes)));
    lengthTables = new LengthTables(prefixes);
    for (Prefix prefix : prefixes) {
      ipAddress.add(new IPAddressString(prefix.toString()).getAddress());
    }
  }

  /// The place of the longest match among the prefixes.
  @Nullable Long maxMind(InetAddress address) throws IOException {
    return maxMind.get(address, Long.class);
  }

  /// The longest match.
  @Nullable IPAddress ipAddress(IPAddress address) {
    return ipAddress.longestPrefixMatch(address);
  }

  /// The place of the longest match among the prefixes.
  @Nullable Integer lengthTables(Address address) {
    return lengthTables.longest(address);
  }

  /// What is compared must be the same answers.
  void requireAgreement(RouteTable table, Destinations of) throws IOException {
    List<Address> addresses = of.addresses(1_000);
    List<InetAddress> inetAddresses = of.inetAddresses(1_000);
    for (int i = 0; i < addresses.size(); i++) {
      Long found = maxMind(inetAddresses.get(i));
      Prefix expected = table.longest(addresses.get(i)).map(Route::prefix).orElse(null);
      Prefix theirs = found == null ? null : prefixes.get((int) (long) found);
      if (!Objects.equals(expected, theirs)) {
        throw new IllegalStateException(addresses.get(i) + ": " + expected + ", " + theirs);
      }
    }
  }
}
