package guidepost.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import guidepost.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The certificate of a server with its key, checked: the two belong together, the dates are right,
/// each certificate of the file is signed by the one behind it, and they lead to the CA that was
/// named, if one was. TLS itself notices none of that before a client fails.
///
/// Threads: any; immutable.
///
/// @param key private
/// @param chain the server's certificate, then those that lead to its CA
record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {

  /// A chain of certificates has some kilobytes.
  private static final int FILE_BYTES_MAX = 1 << 20;

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "guidepost".getBytes(ISO_8859_1);

  ServerCertificate {
    chain = List.copyOf(chain);
  }

  /// Reads and checks them.
  ///
  /// @param caFile the CAs that it must lead to; empty if any will do
  /// @param now what the dates are compared with
  /// @throws SettingsException if something is wrong; the text names the file, never what is in the
  ///   key's
  static ServerCertificate read(
      Path certificateFile, Path keyFile, Optional<Path> caFile, Instant now)
      throws SettingsException {
    List<X509Certificate> chain = certificates(certificateFile);
    PrivateKey key = key(keyFile, chain.getFirst());
    requirePair(certificateFile, chain.getFirst(), keyFile, key);
    for (int i = 0; i < chain.size(); i++) {
      requireValid(certificateFile, i, chain.get(i), now);
      if (i > 0) {
        requireSigned(certificateFile, i, chain.get(i - 1), chain.get(i));
      }
    }
    if (caFile.isPresent()) {
      requireLeadsTo(caFile.get(), certificateFile, chain, now);
    }
    return new ServerCertificate(key, chain);
  }

  private static void requireLeadsTo(
      Path caFile, Path certificateFile, List<X509Certificate> chain, Instant now)
      throws SettingsException {
    try {
      new TrustedCas(certificates(caFile)).require(chain, now);
    } catch (GeneralSecurityException e) {
      throw problem(
          certificateFile,
          "must lead to a CA in %s, by the certificates between them if there are some: %s"
              .formatted(caFile, e.getMessage()));
    }
  }

  /// When the first of them expires.
  Instant expires() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /// The certificates of a PEM file.
  ///
  /// @throws SettingsException if there is none, or one cannot be read
  static List<X509Certificate> certificates(Path file) throws SettingsException {
    FileMode.requireTrusted(file);
    String text = text(file);
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw problem(file, "must hold a certificate: \"-----BEGIN CERTIFICATE-----\"");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(text.getBytes(ISO_8859_1)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw problem(file, "must hold certificates in PEM: " + e.getMessage());
    }
  }

  private static PrivateKey key(Path file, X509Certificate certificate) throws SettingsException {
    FileMode.requireSecret(file);
    Matcher pem = PKCS8.matcher(text(file));
    if (!pem.find()) {
      throw problem(
          file,
          "must hold an unencrypted private key in PKCS#8: \"-----BEGIN PRIVATE KEY-----\";"
              + " openssl pkcs8 -topk8 -nocrypt makes one of another key");
    }
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause might quote the key.
      throw problem(file, "must be a key of the certificate's kind, %s".formatted(algorithm));
    }
  }

  private static String text(Path file) throws SettingsException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(FILE_BYTES_MAX), ISO_8859_1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void requirePair(
      Path certificateFile, X509Certificate certificate, Path keyFile, PrivateKey key)
      throws SettingsException {
    try {
      Signature signature = Signature.getInstance(signing(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw problem(keyFile, "cannot sign: " + e.getMessage());
    }
    throw problem(keyFile, "must be the key of the certificate in " + certificateFile);
  }

  private static String signing(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }

  private static void requireValid(Path file, int index, X509Certificate certificate, Instant now)
      throws SettingsException {
    Instant begins = certificate.getNotBefore().toInstant();
    Instant ends = certificate.getNotAfter().toInstant();
    if (now.isBefore(begins)) {
      throw problem(file, "certificate %d is valid only from %s on".formatted(index + 1, begins));
    }
    if (now.isAfter(ends)) {
      throw problem(file, "certificate %d expired at %s".formatted(index + 1, ends));
    }
  }

  private static void requireSigned(
      Path file, int index, X509Certificate certificate, X509Certificate issuer)
      throws SettingsException {
    try {
      boolean named = certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
      if (!named || issuer.getBasicConstraints() < 0) {
        throw new CertificateException("it is not the CA that is named there");
      }
      certificate.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw problem(
          file,
          "certificate %d must be signed by certificate %d: %s"
              .formatted(index, index + 1, e.getMessage()));
    }
  }

  private static SettingsException unreadable(Path file, IOException e) {
    return problem(
        file,
        e instanceof NoSuchFileException ? "no such file" : "cannot be read: " + e.getMessage());
  }

  private static SettingsException problem(Path file, String text) {
    return new SettingsException("%s: %s".formatted(file, text));
  }
}
