package guidepost.cli.certs;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/// A CA of its own, with keys on the curve P-256, which every TLS library takes.
///
/// The certificates are as RFC 5280 wants them: a serial number of 128 random bits, the identifiers
/// of the keys, the uses of the keys, and for a server or a client its names.
final class TestAuthority {

  /// A clock that is a little behind accepts them too.
  private static final Duration BEFORE = Duration.ofHours(1);

  private static final String SIGNING = "SHA256withECDSA";

  /// As certificates name that.
  private static final byte[] SIGNED_SO = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

  private static final byte[] VERSION_3 = Der.within(0, Der.integer(BigInteger.TWO));
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  /// Bits of a key's uses, of which the first is the highest.
  private static final int DIGITAL_SIGNATURE = 0x80;

  private static final int SIGN_CERTIFICATES_AND_LISTS = 0x06;

  /// A point on the curve, which ends a public key: its form, and two numbers of 32 bytes.
  private static final int POINT_BYTES = 65;

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

  private X509Certificate authority() {
    return signed(
        name,
        keys,
        List.of(
            extension("2.5.29.19", true, Der.sequence(Der.truth(), Der.integer(BigInteger.ZERO))),
            extension("2.5.29.15", true, Der.bits(SIGN_CERTIFICATES_AND_LISTS))));
  }

  private X509Certificate signed(X500Principal subject, KeyPair own, List<byte[]> further) {
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension("2.5.29.14", false, Der.octets(identifier(own))));
    extensions.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, identifier(keys)))));
    extensions.addAll(further);
    byte[] body =
        Der.sequence(
            VERSION_3,
            Der.integer(new BigInteger(SERIAL_BITS, RANDOM).setBit(0)),
            SIGNED_SO,
            name.getEncoded(),
            Der.sequence(Der.time(begins), Der.time(ends)),
            subject.getEncoded(),
            own.getPublic().getEncoded(),
            Der.within(3, Der.sequence(extensions.toArray(byte[][]::new))));
    try {
      Signature signature = Signature.getInstance(SIGNING);
      signature.initSign(keys.getPrivate(), RANDOM);
      signature.update(body);
      byte[] whole = Der.sequence(body, SIGNED_SO, Der.bits(signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(whole));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.truth(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  /// Which key it is, as RFC 5280 makes one of it: SHA-1 of the point, which protects nothing here.
  private static byte[] identifier(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    try {
      return MessageDigest.getInstance("SHA-1")
          .digest(Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The CA itself.
  Pair own() {
    return pair(certificate, keys);
  }

  /// The certificate of a server, which shows it to other servers too.
  Pair server(String subject, List<SubjectName> names) {
    return issued(subject, names, SERVER_AUTH, CLIENT_AUTH);
  }

  /// The certificate of a client.
  Pair client(String subject, List<SubjectName> names) {
    return issued(subject, names, CLIENT_AUTH);
  }

  private Pair issued(String subject, List<SubjectName> names, String... purposes) {
    KeyPair own = newKeys();
    X509Certificate issued =
        signed(
            new X500Principal("CN=" + subject),
            own,
            List.of(
                extension("2.5.29.19", true, Der.sequence()),
                extension("2.5.29.15", true, Der.bits(DIGITAL_SIGNATURE)),
                extension(
                    "2.5.29.37",
                    false,
                    Der.sequence(Arrays.stream(purposes).map(Der::oid).toArray(byte[][]::new))),
                extension(
                    "2.5.29.17",
                    false,
                    Der.sequence(
                        names.stream().map(SubjectName::encoded).toArray(byte[][]::new)))));
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
