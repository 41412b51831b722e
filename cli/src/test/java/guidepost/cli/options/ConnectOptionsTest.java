package guidepost.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.client.ClientTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Which server is asked, with which token, by options, environment and profiles.
final class ConnectOptionsTest {

  private static final String FILE =
      """
      current: prod
      profiles:
        prod:
          server: routes.example:50051
          ca: ca.pem
          token: prod-token
        lab:
          server: 192.0.2.7
          tls: true
          cert: lab.pem
          key: lab.key
          token_file: lab.token
        here:
          server: localhost:1234
      """;

  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void noProfiles() {
    environment.put("XDG_CONFIG_HOME", directory.toString());
  }

  private Path profiles(String text) throws Exception {
    Path file = directory.resolve("guidepost").resolve("profiles.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Command
  private static final class Asking {
    @Mixin private ConnectOptions connect = new ConnectOptions();
  }

  private Profile resolve(String line) {
    Asking command = new Asking();
    new CommandLine(command)
        .registerConverter(Path.class, Path::of)
        .parseArgs(line.isEmpty() ? new String[0] : line.split(" "));
    return command.connect.resolve(environment);
  }

  private void assertRefused(String line, String text) {
    assertThatThrownBy(() -> resolve(line)).hasMessageContaining(text);
  }

  @Test
  void shouldAskThisMachineIfNothingIsSaid() {
    assertThat(resolve(""))
        .isEqualTo(
            new Profile(
                new guidepost.client.ServerAddress("localhost", 50051),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', routes.example:50051, prod-token",
    "--profile here, '', localhost:1234, ''",
    "--profile prod, other.example, routes.example:50051, prod-token",
    "--server other.example, '', other.example:50051, ''",
    "'', other.example, other.example:50051, ''",
  })
  void shouldUseAProfileAsAWholeOrNotAtAll(
      String options, String serverVariable, String server, String token) throws Exception {
    profiles(FILE);
    environment.put("GUIDEPOST_SERVER", serverVariable);
    Profile chosen = resolve(options);
    assertThat(chosen.server()).hasToString(server);
    assertThat(chosen.token().orElse("")).isEqualTo(token);
  }

  @Test
  void shouldPreferTheTokenOfAProfileToThatOfTheEnvironment() throws Exception {
    profiles(FILE);
    environment.put("GUIDEPOST_TOKEN", "env-token");
    assertThat(resolve("").token()).contains("prod-token");
    assertThat(resolve("--profile here").token()).contains("env-token");
    assertThat(resolve("--profile lab").token()).isEmpty();
    assertThat(resolve("--profile prod --token-file t").tokenFile()).contains(Path.of("t"));
    assertThat(resolve("--profile prod --token-file t").token()).isEmpty();
  }

  @Test
  void shouldFindTheFilesOfAProfileBesideIt() throws Exception {
    Path file = profiles(FILE);
    Profile lab = resolve("--profile lab");
    assertThat(lab.tls())
        .contains(
            new ClientTls(
                Optional.empty(),
                Optional.of(file.resolveSibling("lab.pem")),
                Optional.of(file.resolveSibling("lab.key")),
                Optional.empty()));
    assertThat(lab.tokenFile()).contains(file.resolveSibling("lab.token"));
  }

  @Test
  void shouldEncryptIfAnyOptionOfTlsIsGiven() {
    assertThat(resolve("--server a.example").tls()).isEmpty();
    assertThat(resolve("--server a.example --tls").tls()).contains(ClientTls.TRUSTED);
    assertThat(resolve("--server a.example --ca c.pem").tls())
        .contains(ClientTls.trusting(Path.of("c.pem")));
    assertThat(resolve("--server a.example --server-name b").tls())
        .contains(ClientTls.TRUSTED.named("b"));
  }

  @Test
  void shouldRefuseOptionsThatContradictEachOther() throws Exception {
    profiles(FILE);
    assertRefused(
        "--profile prod --server a", "at most one of --profile and --server may be given");
    assertRefused("--cert c.pem", "--cert and --key must be given together");
    assertRefused("--profile other", "profile \"other\": is not in ");
    assertRefused("--profile other", "it has prod, lab, here");
  }

  @Test
  void shouldNameTheFileThatIsNotThere() {
    assertRefused("--profile prod", "there is no file of profiles " + directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "profile: {}                              | profiles.yaml:1: unknown key profile",
        "profiles: {a: {server: b, tokn: c}}      | unknown key tokn; must be one of server, tls",
        "profiles: {a: {tls: true}}               | profile a: must have a server: HOST:PORT",
        "profiles: {a: {server: b, tls: maybe}}   | profile a: tls must be true or false",
        "profiles: {a: {server: b, cert: c}}      | certificate and its key must be given together",
        "profiles: {a: {server: '::1'}}           | an IPv6 address must be in brackets",
        "profiles: {a b: {server: b}}             | a profile's name must be 1 to 64 letters",
        "profiles: {a: {server: b, token: s3, token_file: d}} | at most one of token and"
            + " token_file",
        "profiles: {a: {server: b, ca: c, tls: false}}       | tls must not be false with ca",
      })
  void shouldNameTheLineOfWhatIsWrong(String text, String problem) throws Exception {
    profiles(text);
    assertRefused("", problem);
  }

  @Test
  void shouldRefuseATokenThatOthersMayRead() throws Exception {
    Path file = profiles(FILE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused("", "holds a token, and others may read it; run \"chmod 600 " + file);
    profiles("profiles: {a: {server: b}}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(resolve("--profile a").server()).hasToString("b:50051");
  }

  @Test
  void shouldNeverSayAToken() throws Exception {
    profiles(FILE);
    assertThat(resolve("").toString()).doesNotContain("prod-token").contains("token");
  }
}
