package guidepost.cli.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.cli.Recorder;
import guidepost.cli.output.ExitCodes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `cert dev` makes.
final class CertDevTest {

  @TempDir private Path parent;
  private Path directory;
  private final Recorder recorder = new Recorder();

  @BeforeEach
  void make() {
    directory = parent.resolve("certs of mine");
    int code =
        recorder.run(
            "cert", "dev", directory.toString(), "--host", "routes.lab", "--host", "192.0.2.7");
    assertThat(recorder.err()).isEmpty();
    assertThat(code).isZero();
  }

  private X509Certificate certificate(String name) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(directory.resolve(name))));
  }

  @ParameterizedTest
  @CsvSource({
    // A server shows its certificate to the leader of its cluster too.
    "server.pem, 1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2",
    "client.pem, 1.3.6.1.5.5.7.3.2"
  })
  void shouldLeadFromEachCertificateToTheCa(String name, String uses) throws Exception {
    PKIXParameters trust = new PKIXParameters(Set.of(new TrustAnchor(certificate("ca.pem"), null)));
    trust.setRevocationEnabled(false);
    X509Certificate leaf = certificate(name);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), trust);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly(uses.split(" ", -1));
    assertThat(leaf.getBasicConstraints()).isNegative();
    assertThat(certificate("ca.pem").getBasicConstraints()).isZero();
  }

  @Test
  void shouldNameThisMachineAndWhatWasAskedFor() throws Exception {
    assertThat(certificate("server.pem").getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "routes.lab", "192.0.2.7");
  }

  @ParameterizedTest
  @CsvSource({"ca.key", "server.key", "client.key"})
  void shouldKeepKeysForTheirOwner(String name) throws Exception {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldOverwriteNothing() throws Exception {
    byte[] before = Files.readAllBytes(directory.resolve("ca.pem"));
    Recorder again = new Recorder();
    assertThat(again.run("cert", "dev", directory.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(again.err())
        .isEqualTo(
            "guidepost: file \"%s\": exists already and is not overwritten; name another directory\n"
                .formatted(directory.resolve("ca.pem")));
    assertThat(Files.readAllBytes(directory.resolve("ca.pem"))).isEqualTo(before);
  }

  @Test
  void shouldPrintLinesThatAShellUnderstands() {
    assertThat(recorder.out())
        .contains("guidepost serve --tls-certificate '" + directory + "/server.pem' --tls-key '")
        .contains("guidepost status --ca '" + directory + "/ca.pem' --cert '");
  }

  @ParameterizedTest
  @CsvSource({
    "--host=routes.lab:50051, must be a name or an address",
    "--host=-x, must be a name or an address",
    "--host=192.0.2.256, must be a name or an address",
    "--host=2001:db8:::1, must be a name or an address",
    "--host=fe80::1%lo, must be a name or an address",
    "--days=0, must be 1..825",
    "--days=826, must be 1..825",
  })
  void shouldRefuseWhatIsNoNameAndNoTime(String option, String text) {
    Recorder refused = new Recorder();
    assertThat(refused.run("cert", "dev", parent.resolve("x").toString(), option))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(refused.err()).contains(text).hasLineCount(1);
    assertThat(parent.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"server, sslserver", "client, sslclient"})
  void shouldBeAcceptedByOpenssl(String name, String purpose) throws Exception {
    assertThat(
            openssl(
                "verify",
                "-x509_strict",
                "-purpose",
                purpose,
                "-CAfile",
                directory.resolve("ca.pem").toString(),
                directory.resolve(name + ".pem").toString()))
        .contains(": OK");
    assertThat(
            openssl("pkey", "-noout", "-check", "-in", directory.resolve(name + ".key").toString()))
        .contains("valid");
  }

  private static String openssl(String... args) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(args));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    } catch (IOException e) {
      assumeTrue(false, "this machine has no openssl: " + e.getMessage());
      throw e;
    }
  }
}
