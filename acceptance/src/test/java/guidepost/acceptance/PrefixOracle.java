package guidepost.acceptance;

import guidepost.seed.routetable.Route;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.tukaani.xz.XZInputStream;

/// A prefix list as sets of numbers, one set a length, and the longest match by trying each length
/// from the longest down. Shares no code with what it checks.
final class PrefixOracle {

  private final int bits;
  private final List<Set<BigInteger>> byLength = new ArrayList<>();
  private final List<BigInteger> networks = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  private PrefixOracle(int bits) {
    this.bits = bits;
    for (int length = 0; length <= bits; length++) {
      byLength.add(new HashSet<>());
    }
  }

  static PrefixOracle read(Path xz, int bits) throws IOException {
    PrefixOracle oracle = new PrefixOracle(bits);
    try (InputStream file = Files.newInputStream(xz);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new XZInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        oracle.add(line);
      }
    }
    return oracle;
  }

  private void add(String prefix) throws IOException {
    int slash = prefix.indexOf('/');
    int length = Integer.parseInt(prefix.substring(slash + 1));
    BigInteger network =
        new BigInteger(1, InetAddress.getByName(prefix.substring(0, slash)).getAddress());
    networks.add(network);
    lengths.add(length);
    byLength.get(length).add(network.shiftRight(bits - length));
  }

  int size() {
    return networks.size();
  }

  /// Any address.
  BigInteger uniform(Random random) {
    return new BigInteger(bits, random);
  }

  /// An address inside a prefix of the list.
  BigInteger inside(Random random) {
    int i = random.nextInt(networks.size());
    return networks.get(i).add(new BigInteger(bits - lengths.get(i), random));
  }

  /// The first or last address of a prefix of the list, or the one next to it outside.
  BigInteger edge(Random random) {
    int i = random.nextInt(networks.size());
    BigInteger size = BigInteger.ONE.shiftLeft(bits - lengths.get(i));
    BigInteger first = networks.get(i).add(random.nextBoolean() ? BigInteger.ZERO : size);
    BigInteger edge = random.nextBoolean() ? first : first.subtract(BigInteger.ONE);
    return edge.mod(BigInteger.ONE.shiftLeft(bits));
  }

  String text(BigInteger address) throws IOException {
    return InetAddress.getByAddress(bytes(address)).getHostAddress();
  }

  boolean isIpv4() {
    return bits == 32;
  }

  byte[] bytes(BigInteger address) {
    byte[] unpadded = address.toByteArray();
    byte[] bytes = new byte[bits / 8];
    int count = Math.min(unpadded.length, bytes.length);
    System.arraycopy(unpadded, unpadded.length - count, bytes, bytes.length - count, count);
    return bytes;
  }

  /// A prefix of the list, as text, in the form of [#longest].
  static String canonical(String prefix) throws IOException {
    int slash = prefix.indexOf('/');
    byte[] network = InetAddress.getByName(prefix.substring(0, slash)).getAddress();
    return new BigInteger(1, network) + prefix.substring(slash);
  }

  /// The longest match as NETWORK/LENGTH, the network as a number; empty if there is none.
  String longest(BigInteger address) {
    for (int length = bits; length >= 0; length--) {
      if (byLength.get(length).isEmpty()) {
        continue;
      }
      BigInteger network = address.shiftRight(bits - length);
      if (byLength.get(length).contains(network)) {
        return network.shiftLeft(bits - length) + "/" + length;
      }
    }
    return "";
  }

  /// An answer of GetRoute in the same form.
  static String answer(Route route) throws IOException {
    if (route.getDest().isEmpty()) {
      return "";
    }
    BigInteger network = new BigInteger(1, InetAddress.getByName(route.getDest()).getAddress());
    String mask = route.getMask();
    int length =
        mask.indexOf('.') < 0
            ? Integer.parseInt(mask)
            : new BigInteger(1, InetAddress.getByName(mask).getAddress()).bitCount();
    return network + "/" + length;
  }
}
