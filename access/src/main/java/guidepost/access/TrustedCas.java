package guidepost.access;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// CAs whose certificates are believed.
///
/// Cost: a signature for each certificate of a chain, about half a millisecond. Threads: any;
/// immutable.
///
/// @param cas their own certificates
record TrustedCas(List<X509Certificate> cas) {

  static final TrustedCas NONE = new TrustedCas(List.of());

  TrustedCas {
    cas = List.copyOf(cas);
  }

  /// Requires that a chain leads to one of them, as RFC 5280 has it.
  ///
  /// @param chain the certificate, and any that may stand between it and a CA
  /// @throws GeneralSecurityException if it does not, or one of it is not valid then
  void require(List<X509Certificate> chain, Instant now) throws GeneralSecurityException {
    if (cas.contains(chain.getFirst())) {
      return;
    }
    X509CertSelector leaf = new X509CertSelector();
    leaf.setCertificate(chain.getFirst());
    Set<TrustAnchor> anchors =
        cas.stream().map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet());
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
    parameters.addCertStore(
        CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(new HashSet<>(chain))));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    var _ = CertPathBuilder.getInstance("PKIX").build(parameters);
  }

  /// True if a chain leads to one of them now.
  boolean haveSigned(List<X509Certificate> chain) {
    if (chain.isEmpty() || cas.isEmpty()) {
      return false;
    }
    try {
      require(chain, Instant.now());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
