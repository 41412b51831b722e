package guidepost.access;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The names that a certificate is for: its subject alternative names. The subject itself is not
/// one; browsers and gRPC ignore it too.
final class SubjectNames {

  /// As RFC 5280, 4.2.1.6 numbers them.
  private static final Set<Integer> TEXTS = Set.of(1, 2, 6, 7); // e-mail, DNS, URI, IP address

  private SubjectNames() {}

  /// Those that are texts; none if they cannot be read.
  static Set<String> of(X509Certificate certificate) {
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> listed = certificate.getSubjectAlternativeNames();
      if (listed != null) {
        for (List<?> each : listed) {
          if (TEXTS.contains((Integer) each.get(0)) && each.get(1) instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return Set.of();
    }
    return names;
  }
}
