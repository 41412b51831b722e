package guidepost.client;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;

/// How a client makes sure that it talks to its server, and what it shows of itself.
///
/// The files are PEM and are read once, when the client connects.
///
/// Threads: any; immutable.
///
/// @param ca certificates of the CAs that may have signed the server's; empty: those that Java
///   trusts
/// @param certificate this client's own, with those that lead to its CA; empty: none
/// @param key its private key, PKCS#8 without a password; there if the certificate is
/// @param serverName the name that the server's certificate must have; empty: the host of its
///   address
public record ClientTls(
    Optional<Path> ca,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<String> serverName) {

  /// Servers whose certificate Java trusts.
  public static final ClientTls TRUSTED =
      new ClientTls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /// @throws IllegalArgumentException if there is a certificate without a key, or the reverse
  public ClientTls {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          "a client's certificate and its key must be given together");
    }
  }

  /// Servers whose certificate one of these CAs has signed.
  public static ClientTls trusting(Path ca) {
    return new ClientTls(Optional.of(ca), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// The same, showing a certificate.
  public ClientTls showing(Path newCertificate, Path newKey) {
    return new ClientTls(ca, Optional.of(newCertificate), Optional.of(newKey), serverName);
  }

  /// The same for a server that is reached under another name than its certificate has.
  public ClientTls named(String newServerName) {
    return new ClientTls(ca, certificate, key, Optional.of(newServerName));
  }

  /// Reads the files.
  ///
  /// @throws IllegalArgumentException if one is not what it must be; the text names it, and never
  ///   what is in the key's
  SslContext context() {
    SslContextBuilder builder = GrpcSslContexts.forClient();
    if (ca.isPresent()) {
      builder.trustManager(certificates(ca.get()));
    }
    if (certificate.isPresent() && key.isPresent()) {
      show(builder, certificate.get(), key.get());
    }
    try {
      return builder.build();
    } catch (IOException e) {
      throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  private static void show(SslContextBuilder builder, Path certificate, Path key) {
    X509Certificate[] chain = certificates(certificate);
    try (InputStream own = readable(certificate);
        InputStream secret = readable(key)) {
      builder.keyManager(own, secret);
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // The cause might quote the key.
      throw new IllegalArgumentException(
          "file \"%s\": must be an unencrypted private key in PKCS#8 PEM, of the kind of the"
                  .formatted(key)
              + " certificate (%s)".formatted(chain[0].getPublicKey().getAlgorithm()));
    }
  }

  private static X509Certificate[] certificates(Path file) {
    try (InputStream in = readable(file)) {
      Collection<?> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!found.isEmpty()) {
        return found.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
      }
    } catch (CertificateException | IOException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "file \"%s\": must hold certificates in PEM, from \"-----BEGIN CERTIFICATE-----\" on"
            .formatted(file));
  }

  private static InputStream readable(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new UnreadableException("file \"%s\": does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new UnreadableException("file \"%s\": cannot be read".formatted(file), e);
    }
  }

  /// A file that is not there, or not for this user.
  private static final class UnreadableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UnreadableException(String text, IOException cause) {
      super(text, cause);
    }
  }
}
