package guidepost.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The names of a server: a call that asks for another one was meant for another server, or comes
/// from a page in a browser that made a name lead here.
///
/// A server is called by the names of this machine's loopback, by the address that the client
/// reached, by the names of its certificate, and by those that its operator lists.
///
/// Threads: any; immutable.
final class Authorities {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  private final Set<String> names = new HashSet<>(LOOPBACK);
  private final Set<String> domains = new HashSet<>();

  /// @param listed names, addresses, or `*.DOMAIN` for all names one level below
  Authorities(List<String> listed) {
    for (String each : listed) {
      String name = each.toLowerCase(Locale.ROOT);
      if (name.startsWith("*.")) {
        domains.add(name.substring(1));
      } else {
        names.add(name);
      }
    }
  }

  /// True if it is one of them.
  ///
  /// @param authority `HOST` or `HOST:PORT`, as the client says
  /// @param reached the address of the server's end of the connection
  boolean contains(String authority, String reached) {
    String host = host(authority).toLowerCase(Locale.ROOT);
    int dot = host.indexOf('.');
    return names.contains(host)
        || host.equals(reached)
        || (dot > 0 && domains.contains(host.substring(dot)));
  }

  private static String host(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? authority : authority.substring(1, end);
    }
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  /// An address as text, short and without its scope.
  static String literal(InetAddress address) {
    String text = NetUtil.toAddressString(address);
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
