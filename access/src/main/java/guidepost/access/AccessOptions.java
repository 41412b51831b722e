package guidepost.access;

import guidepost.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where a server finds what it needs to know its callers. Empty means that it does without.
///
/// With an access file every call must prove who makes it, in at least one of three ways, unless
/// the file grants something to those who do not; without one nobody is asked.
///
/// @param certificate PEM file with the server's certificate, and those between it and its CA
/// @param key PEM file with its private key, PKCS#8
/// @param ca PEM file with the CAs that the server's certificate must lead to
/// @param clientCa PEM file with the CAs that sign clients' certificates
/// @param accessFile who callers are and what they may do
/// @param tokens file of static tokens, as [TokenFile] writes it
/// @param jwt which JWTs are taken
/// @param authorities names of the server besides those of this machine and of its certificate
/// @param audit file that the audit log is appended to
public record AccessOptions(
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> ca,
    Optional<Path> clientCa,
    Optional<Path> accessFile,
    Optional<Path> tokens,
    Optional<Jwt> jwt,
    List<String> authorities,
    Optional<Path> audit) {

  /// Which JWTs are taken: those with this issuer and audience, signed by a key of this set.
  ///
  /// @param issuer must be the `iss`
  /// @param audience must be one of the `aud`
  /// @param jwks a file, or an `https:` URL (`http:` on this machine only)
  public record Jwt(String issuer, String audience, String jwks) {

    /// @throws IllegalArgumentException if one is empty
    public Jwt {
      if (issuer.isEmpty() || audience.isEmpty() || jwks.isEmpty()) {
        throw new IllegalArgumentException(
            "access.jwt: issuer, audience and jwks must be set together");
      }
      if (jwks.matches("(?i)https?://[^/]*@.*")) {
        throw new IllegalArgumentException(
            "access.jwt.jwks: must be a URL without a name or password, which settings and logs"
                + " show");
      }
    }
  }

  /// Neither TLS nor authentication.
  public static final AccessOptions NONE =
      new AccessOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty());

  public AccessOptions {
    authorities = List.copyOf(authorities);
  }

  /// Compares them with each other.
  ///
  /// @throws SettingsException if one is set without another that it needs; the text names both
  public void requireConsistent() throws SettingsException {
    require(key.isPresent() || certificate.isEmpty(), "tls.key: must be set with tls.certificate");
    require(certificate.isPresent() || key.isEmpty(), "tls.certificate: must be set with tls.key");
    require(
        certificate.isPresent() || clientCa.isEmpty(),
        "tls.certificate: must be set with tls.client_ca");
    require(certificate.isPresent() || ca.isEmpty(), "tls.certificate: must be set with tls.ca");
    boolean proofs = clientCa.isPresent() || tokens.isPresent() || jwt.isPresent();
    require(
        accessFile.isPresent() || !proofs,
        "access.file: must be set with tls.client_ca, access.tokens or access.jwt; otherwise nobody"
            + " may do anything");
    require(
        accessFile.isEmpty() || proofs,
        "access.file: needs a way to know callers; set tls.client_ca, access.tokens or access.jwt"
            + " too");
  }

  private static void require(boolean holds, String rule) throws SettingsException {
    if (!holds) {
      throw new SettingsException(rule);
    }
  }

  /// True if connections are encrypted.
  public boolean encrypts() {
    return certificate.isPresent();
  }

  /// True if callers are asked who they are.
  public boolean authenticates() {
    return accessFile.isPresent();
  }

  /// The same with TLS.
  public AccessOptions withTls(Path newCertificate, Path newKey, Optional<Path> newClientCa) {
    return new AccessOptions(
        Optional.of(newCertificate),
        Optional.of(newKey),
        ca,
        newClientCa,
        accessFile,
        tokens,
        jwt,
        authorities,
        audit);
  }

  /// The same with an access file, and ways to know callers besides certificates.
  public AccessOptions withAccess(Path file, Optional<Path> newTokens, Optional<Jwt> newJwt) {
    return new AccessOptions(
        certificate, key, ca, clientCa, Optional.of(file), newTokens, newJwt, authorities, audit);
  }

  /// The same with other names of the server.
  public AccessOptions withAuthorities(List<String> names) {
    return new AccessOptions(certificate, key, ca, clientCa, accessFile, tokens, jwt, names, audit);
  }

  /// The same with an audit log.
  public AccessOptions withAudit(Path file) {
    return new AccessOptions(
        certificate, key, ca, clientCa, accessFile, tokens, jwt, authorities, Optional.of(file));
  }

  /// The same, whose certificate must lead to these CAs.
  public AccessOptions withCa(Path file) {
    return new AccessOptions(
        certificate, key, Optional.of(file), clientCa, accessFile, tokens, jwt, authorities, audit);
  }
}
