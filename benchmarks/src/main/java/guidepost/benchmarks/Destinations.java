package guidepost.benchmarks;

import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Addresses to look up, in every form that a library wants them in, always the same ones.
final class Destinations {

  /// Addresses of a kind: more than any cache of the processor holds.
  static final int COUNT = 1 << 20;

  private static final long SEED = 20260511;

  private final Family family;

  /// 32 bits each; empty for IPv6.
  private final int[] ipv4;

  /// Two longs each; empty for IPv4.
  private final long[] ipv6;

  private Destinations(Family family, int[] ipv4, long[] ipv6) {
    this.family = family;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /// Any address of the family; of IPv6 any of 2000::/3, where the Internet is.
  static Destinations uniform(Family family) {
    Random random = new Random(SEED);
    List<Prefix> all = List.of(Prefix.parse(family == Family.IPV4 ? "0.0.0.0/0" : "2000::/3"));
    return of(family, random, all, 1);
  }

  /// Any address of a prefix of the table, every prefix as likely.
  static Destinations inTable(Family family, List<Prefix> prefixes) {
    return of(family, new Random(SEED), prefixes, 1);
  }

  /// The same, but the n-th prefix, in an order of its own, 1/n as likely as the first.
  static Destinations zipf(Family family, List<Prefix> prefixes) {
    Random random = new Random(SEED);
    List<Prefix> shuffled = new ArrayList<>(prefixes);
    Collections.shuffle(shuffled, random);
    return of(family, random, shuffled, 0);
  }

  /// @param power 1 for every prefix as likely, 0 for 1/n
  private static Destinations of(Family family, Random random, List<Prefix> prefixes, int power) {
    int[] ipv4 = new int[family == Family.IPV4 ? COUNT : 0];
    long[] ipv6 = new long[family == Family.IPV6 ? 2 * COUNT : 0];
    for (int i = 0; i < COUNT; i++) {
      double part = random.nextDouble();
      int size = prefixes.size();
      int place = power == 1 ? (int) (part * size) : (int) Math.pow(size, part) - 1;
      Prefix prefix = prefixes.get(place);
      if (family == Family.IPV4) {
        long hostBits = 0xffff_ffffL >>> prefix.length();
        ipv4[i] = (int) (prefix.address().low() | (random.nextInt() & hostBits));
      } else {
        ipv6[2 * i] = prefix.address().high() | (random.nextLong() >>> prefix.length());
        ipv6[2 * i + 1] = random.nextLong();
      }
    }
    return new Destinations(family, ipv4, ipv6);
  }

  Family family() {
    return family;
  }

  private Address address(int i) {
    return family == Family.IPV4
        ? Address.ipv4(ipv4[i])
        : Address.ipv6(ipv6[2 * i], ipv6[2 * i + 1]);
  }

  List<Address> addresses(int count) {
    List<Address> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      addresses.add(address(i));
    }
    return addresses;
  }

  List<InetAddress> inetAddresses(int count) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      addresses.add(InetAddress.getByAddress(address(i).toBytes()));
    }
    return addresses;
  }

  /// A copy of some of them, as a caller would hand them over.
  int[] ipv4(int from, int[] into) {
    System.arraycopy(ipv4, from, into, 0, into.length);
    return into;
  }

  long[] ipv6(int from, long[] into) {
    System.arraycopy(ipv6, 2 * from, into, 0, into.length);
    return into;
  }
}
