package guidepost.client;

import java.util.Locale;
import java.util.regex.Pattern;

/// Where a server listens.
///
/// @param host name, IPv4 address, or IPv6 address without brackets
/// @param port 1 to 65535
public record ServerAddress(String host, int port) {

  /// The port a server listens on unless told otherwise.
  public static final int DEFAULT_PORT = 50051;

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  private static final String RULE = "must be HOST, HOST:PORT or [IPV6]:PORT";

  /// @throws IllegalArgumentException if the host is empty or the port out of range
  public ServerAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("server \"\": " + RULE);
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("server port %d: must be 1..65535".formatted(port));
    }
  }

  /// Reads `host`, `host:port`, `[ipv6]` or `[ipv6]:port`; the port defaults to 50051.
  ///
  /// @throws IllegalArgumentException if it is neither
  public static ServerAddress parse(String text) {
    String rest = text.startsWith("[") ? afterBracket(text) : afterHost(text);
    String host = text.substring(0, text.length() - rest.length());
    if (!rest.isEmpty() && rest.charAt(0) != ':') {
      throw new IllegalArgumentException("server \"%s\": %s".formatted(text, RULE));
    }
    return new ServerAddress(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        rest.isEmpty() ? DEFAULT_PORT : port(text, rest.substring(1)));
  }

  private static String afterBracket(String text) {
    int end = text.indexOf(']');
    if (end < 0) {
      throw new IllegalArgumentException("server \"%s\": %s".formatted(text, RULE));
    }
    return text.substring(end + 1);
  }

  private static String afterHost(String text) {
    int colon = text.indexOf(':');
    if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException(
          "server \"%s\": an IPv6 address must be in brackets, like [::1]:50051".formatted(text));
    }
    return colon < 0 ? "" : text.substring(colon);
  }

  private static int port(String text, String port) {
    boolean digits =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw new IllegalArgumentException(
          "server \"%s\": the port must be a number 1..65535".formatted(text));
    }
    return Integer.parseInt(port);
  }

  /// True if what is sent there stays on this machine: `localhost`, 127.0.0.0/8 or ::1.
  public boolean isLoopback() {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /// `host:port`, with an IPv6 address in brackets.
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
