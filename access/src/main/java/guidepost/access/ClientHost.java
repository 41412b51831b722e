package guidepost.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/// An address as far as one host cannot choose it: of IPv6 the /64 that one customer has at least.
///
/// Threads: any; immutable.
///
/// @param value the bytes of the address, or of the network
/// @param length how many bytes
public record ClientHost(long value, int length) {

  private static final int IPV6_NETWORK_BYTES = 8;

  /// What an address counts as.
  public static ClientHost of(InetAddress address) {
    byte[] bytes = address.getAddress();
    byte[] known =
        address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes;
    long value = 0;
    for (byte each : known) {
      value = (value << Byte.SIZE) | (each & 0xff);
    }
    return new ClientHost(value, known.length);
  }
}
