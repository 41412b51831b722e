package guidepost.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a server listens: an address of this machine and a port.
///
/// @param host an address or name as given, IPv6 without brackets
/// @param port 0 to 65535; 0 lets the system choose one
public record ListenAddress(String host, int port) {

  private static final int PORT_MAX = 65_535;
  private static final Pattern TEXT = Pattern.compile("(?:\\[([^\\]]+)]|([^:]+)):(\\d{1,5})");

  /// @throws IllegalArgumentException if the port is out of range
  public ListenAddress {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port must be 0..%d: %d".formatted(PORT_MAX, port));
    }
  }

  /// Reads `HOST:PORT`, with an IPv6 host in brackets: `127.0.0.1:50051`, `[::1]:50051`.
  ///
  /// @throws IllegalArgumentException if it is not that
  public static ListenAddress parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "listen address must be HOST:PORT or [IPV6]:PORT: \"%s\"".formatted(text));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new ListenAddress(host, Integer.parseInt(matcher.group(3)));
  }

  /// @throws UnknownHostException if the name leads to no address
  InetSocketAddress resolve() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /// The same host with another port.
  ListenAddress withPort(int actualPort) {
    return new ListenAddress(host, actualPort);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? "%s:%d" : "[%s]:%d").formatted(host, port);
  }
}
