package guidepost.cli.certs;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// A name that a certificate is for.
sealed interface SubjectName {

  Pattern HOST =
      Pattern.compile(
          "(?=.{1,253}$)(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  /// What Java takes for an address is more than that: "10" too.
  Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /// Empty for what is neither a name nor an address.
  static Optional<SubjectName> parse(String text) {
    if (ADDRESS.matcher(text).matches()) {
      try {
        return Optional.of(new Address(InetAddress.ofLiteral(text)));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
    return HOST.matcher(text).matches() ? Optional.of(new Host(text)) : Optional.empty();
  }

  /// As RFC 5280 writes it.
  byte[] encoded();

  /// A name of a host.
  ///
  /// @param name in ASCII; a first part may be "*"
  record Host(String name) implements SubjectName {
    @Override
    public byte[] encoded() {
      return Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// An address.
  ///
  /// @param address of either family
  record Address(InetAddress address) implements SubjectName {
    @Override
    public byte[] encoded() {
      return Der.implicit(7, address.getAddress());
    }
  }
}
