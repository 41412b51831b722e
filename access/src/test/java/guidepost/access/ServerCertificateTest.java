package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.settings.SettingsException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with a certificate is found before a client finds it.
final class ServerCertificateTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));

  @TempDir Path directory;
  private X509Bundle ca;
  private Path certificate;
  private Path key;

  private static CertificateBuilder builder(String name) {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .notBefore(NOW.minus(1, ChronoUnit.DAYS))
        .notAfter(END);
  }

  @BeforeEach
  void make() throws Exception {
    ca = builder("CA").setIsCertificateAuthority(true).buildSelfSigned();
    certificate = directory.resolve("tls.crt");
    key = directory.resolve("tls.key");
  }

  private ServerCertificate read(String certificates, String keys) throws Exception {
    Files.writeString(certificate, certificates);
    Files.writeString(key, keys);
    setMode(key, "rw-------");
    return ServerCertificate.read(certificate, key, Optional.empty(), NOW);
  }

  private static void setMode(Path file, String mode) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private void refuses(String certificates, String keys, String text) {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> read(certificates, keys))
        .withMessage(text);
  }

  private X509Bundle server() throws Exception {
    return builder("server").addSanDnsName("localhost").buildIssuedBy(ca);
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
  void shouldTakeAKeyOfEachKind(CertificateBuilder.Algorithm algorithm) throws Exception {
    X509Bundle own = builder("server").algorithm(algorithm).buildIssuedBy(ca);
    ServerCertificate read = read(own.getCertificatePEM(), own.getPrivateKeyPEM());
    assertThat(read.key()).isEqualTo(own.getKeyPair().getPrivate());
    assertThat(read.expires()).isEqualTo(END);
  }

  @Test
  void shouldTakeAChain() throws Exception {
    X509Bundle own = server();
    assertThat(
            read(own.getCertificatePEM() + "\n" + ca.getCertificatePEM(), own.getPrivateKeyPEM())
                .chain())
        .containsExactly(own.getCertificate(), ca.getCertificate());
  }

  @Test
  void shouldRefuseTheKeyOfAnotherCertificate() throws Exception {
    refuses(
        server().getCertificatePEM(),
        server().getPrivateKeyPEM(),
        key + ": must be the key of the certificate in " + certificate);
  }

  @Test
  void shouldRefuseAKeyOfAnotherKind() throws Exception {
    X509Bundle rsa = builder("rsa").rsa2048().buildIssuedBy(ca);
    refuses(
        server().getCertificatePEM(),
        rsa.getPrivateKeyPEM(),
        key + ": must be a key of the certificate's kind, EC");
  }

  @Test
  void shouldRefuseACertificateOutsideItsTime() throws Exception {
    Instant yesterday = NOW.minus(1, ChronoUnit.HOURS);
    X509Bundle old = builder("old").notAfter(yesterday).buildIssuedBy(ca);
    refuses(
        old.getCertificatePEM(),
        old.getPrivateKeyPEM(),
        certificate + ": certificate 1 expired at " + yesterday);
    Instant tomorrow = NOW.plus(1, ChronoUnit.HOURS);
    X509Bundle young = builder("young").notBefore(tomorrow).buildIssuedBy(ca);
    refuses(
        young.getCertificatePEM(),
        young.getPrivateKeyPEM(),
        certificate + ": certificate 1 is valid only from " + tomorrow + " on");
  }

  @Test
  void shouldRefuseAChainOutOfOrder() throws Exception {
    X509Bundle own = server();
    X509Bundle other = builder("CA").setIsCertificateAuthority(true).buildSelfSigned();
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(
            () ->
                read(
                    own.getCertificatePEM() + "\n" + other.getCertificatePEM(),
                    own.getPrivateKeyPEM()))
        .withMessageStartingWith(certificate + ": certificate 1 must be signed by certificate 2");
    X509Bundle leaf = builder("leaf").buildIssuedBy(ca);
    refuses(
        own.getCertificatePEM() + "\n" + leaf.getCertificatePEM(),
        own.getPrivateKeyPEM(),
        certificate
            + ": certificate 1 must be signed by certificate 2: it is not the CA that is named"
            + " there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "r--r-----", "r--------"})
  void shouldTakeAKeyThatItsGroupMayRead(String mode) throws Exception {
    X509Bundle own = server();
    read(own.getCertificatePEM(), own.getPrivateKeyPEM());
    setMode(key, mode);
    assertThat(ServerCertificate.read(certificate, key, Optional.empty(), NOW).chain()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----", "rw-----w-"})
  void shouldRefuseAKeyThatOthersMayReadOrChange(String mode) throws Exception {
    X509Bundle own = server();
    read(own.getCertificatePEM(), own.getPrivateKeyPEM());
    setMode(key, mode);
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> ServerCertificate.read(certificate, key, Optional.empty(), NOW))
        .withMessage(
            "%s: mode \"%s\": must let only its owner and group read it, and only its owner change"
                    .formatted(key, mode)
                + " it; chmod 640 %s, or 600".formatted(key));
  }

  @Test
  void shouldRefuseACertificateThatAnybodyMayExchange() throws Exception {
    X509Bundle own = server();
    read(own.getCertificatePEM(), own.getPrivateKeyPEM());
    setMode(certificate, "rw-r--rw-");
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> ServerCertificate.read(certificate, key, Optional.empty(), NOW))
        .withMessage(
            "%s: mode \"rw-r--rw-\": must let only its owner and group change it; chmod o-w %s"
                .formatted(certificate, certificate));
  }

  @Test
  void shouldLeadToTheCaThatIsNamed() throws Exception {
    X509Bundle between = builder("between").setIsCertificateAuthority(true).buildIssuedBy(ca);
    X509Bundle own = builder("server").buildIssuedBy(between);
    Path cas = Files.writeString(directory.resolve("ca.pem"), ca.getCertificatePEM());
    read(own.getCertificatePEM() + "\n" + between.getCertificatePEM(), own.getPrivateKeyPEM());
    assertThat(ServerCertificate.read(certificate, key, Optional.of(cas), NOW).chain()).hasSize(2);
    refusesWith(cas, own.getCertificatePEM(), own.getPrivateKeyPEM());
    X509Bundle otherCa = builder("CA").setIsCertificateAuthority(true).buildSelfSigned();
    X509Bundle other = builder("server").buildIssuedBy(otherCa);
    refusesWith(cas, other.getCertificatePEM(), other.getPrivateKeyPEM());
  }

  private void refusesWith(Path cas, String certificates, String keys) throws Exception {
    read(certificates, keys);
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> ServerCertificate.read(certificate, key, Optional.of(cas), NOW))
        .withMessageStartingWith(certificate + ": must lead to a CA in " + cas);
  }

  @Test
  void shouldSayWhichFileIsMissingOrSomethingElse() throws Exception {
    X509Bundle own = server();
    refuses(
        own.getPrivateKeyPEM(),
        own.getPrivateKeyPEM(),
        certificate + ": must hold a certificate: \"-----BEGIN CERTIFICATE-----\"");
    refuses(
        own.getCertificatePEM(),
        own.getCertificatePEM(),
        key
            + ": must hold an unencrypted private key in PKCS#8: \"-----BEGIN PRIVATE KEY-----\";"
            + " openssl pkcs8 -topk8 -nocrypt makes one of another key");
    Files.delete(key);
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> ServerCertificate.read(certificate, key, Optional.empty(), NOW))
        .withMessage(key + ": no such file");
  }
}
