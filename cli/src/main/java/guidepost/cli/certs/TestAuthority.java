package guidepost.cli.certs;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A CA of its own, with keys on the curve P-256, which every TLS library takes.
///
/// The certificates are as RFC 5280 wants them: a serial number of 128 random bits, the identifiers
/// of the keys, the uses of the keys, and for a server or a client its names.
final class TestAuthority {

  /// A clock that is a little behind accepts them too.
  private static final Duration BEFORE = Duration.ofHours(1);

  private static final String SIGNING = "SHA256withECDSA";
  private static final int SERIAL_BITS = 128;
  private static final int LINE_CHARS = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A certificate with its key, as texts.
  ///
  /// @param certificate PEM
  /// @param key PEM, PKCS#8 without a password
  record Pair(String certificate, String key) {
    /// Without the key.
    @Override
    public String toString() {
      return certificate;
    }
  }

  private final X500Principal name;
  private final Instant begins;
  private final Instant ends;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  /// @param name of the CA
  /// @param now when it is valid from
  /// @param life of it and of what it signs
  TestAuthority(String name, Instant now, Duration life) {
    this.name = new X500Principal("CN=" + name);
    this.begins = now.minus(BEFORE);
    this.ends = now.plus(life);
    this.certificate = authority();
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Extensions {
    void addTo(JcaX509v3CertificateBuilder builder) throws IOException;
  }

  private X509Certificate authority() {
    return signed(
        name,
        keys,
        builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          builder.addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
  }

  private X509Certificate signed(X500Principal subject, KeyPair own, Extensions extensions) {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
            Date.from(begins),
            Date.from(ends),
            subject,
            own.getPublic());
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(own.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(SIGNING).build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The CA itself.
  Pair own() {
    return pair(certificate, keys);
  }

  /// The certificate of a server, which shows it to other servers too.
  Pair server(String subject, List<GeneralName> names) {
    return issued(subject, names, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
  }

  /// The certificate of a client.
  Pair client(String subject, List<GeneralName> names) {
    return issued(subject, names, KeyPurposeId.id_kp_clientAuth);
  }

  private Pair issued(String subject, List<GeneralName> names, KeyPurposeId... purposes) {
    KeyPair own = newKeys();
    X509Certificate issued =
        signed(
            new X500Principal("CN=" + subject),
            own,
            builder -> {
              builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
              builder.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
              builder.addExtension(
                  Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
              builder.addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(names.toArray(GeneralName[]::new)));
            });
    return pair(issued, own);
  }

  private static Pair pair(X509Certificate certificate, KeyPair keys) {
    try {
      return new Pair(
          pem("CERTIFICATE", certificate.getEncoded()),
          pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As RFC 7468 writes it.
  private static String pem(String label, byte[] bytes) {
    String body = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, body);
  }
}
