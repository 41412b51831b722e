package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.cli.output.ExitCodes;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import guidepost.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commands that ask real servers over TLS, with the certificates of `cert dev`, and what they say
/// where that fails.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecuredCommandsTest {

  private static final String ACCESS =
      """
      identities:
        - {name: reader, by: token:reader}
        - {name: writer, by: "token:writer"}
      grants:
        - {who: reader, role: reader, tables: ["*"]}
        - {who: writer, role: writer, tables: ["*"], sources: ["*"]}
      """;

  private Path certs;
  private Path other;
  private Path reader;
  private Path writer;
  private GuidepostServer plain;
  private GuidepostServer encrypted;
  private GuidepostServer certified;
  private GuidepostServer tokened;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    certs = directory.resolve("certs");
    other = directory.resolve("other");
    Recorder making = new Recorder();
    assertThat(making.run("cert", "dev", certs.toString())).as(making.err()).isZero();
    assertThat(making.run("cert", "dev", other.toString())).isZero();
    TokenFile tokens = new TokenFile(directory.resolve("tokens"));
    reader = token(directory, tokens, "reader");
    writer = token(directory, tokens, "writer");
    Path access = Files.writeString(directory.resolve("access.yaml"), ACCESS);
    plain = serve(directory.resolve("1"), AccessOptions.NONE);
    encrypted = serve(directory.resolve("2"), tls(Optional.empty()));
    certified =
        serve(
            directory.resolve("3"),
            tls(Optional.of(certs.resolve("ca.pem")))
                .withAccess(certs.resolve("access.yaml"), Optional.empty(), Optional.empty()));
    tokened =
        serve(
            directory.resolve("4"),
            tls(Optional.empty())
                .withAccess(access, Optional.of(directory.resolve("tokens")), Optional.empty()));
  }

  private static Path token(Path directory, TokenFile tokens, String name) throws Exception {
    return Files.writeString(
        directory.resolve(name + ".token"),
        tokens.create(name, Instant.now(), Optional.empty()) + "\n");
  }

  private AccessOptions tls(Optional<Path> clientCa) {
    return AccessOptions.NONE.withTls(
        certs.resolve("server.pem"), certs.resolve("server.key"), clientCa);
  }

  private static GuidepostServer serve(Path data, AccessOptions access) throws Exception {
    return GuidepostServer.start(
        ServerOptions.with(Engines.embedded(data))
            .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0")))
            .withAccess(access));
  }

  @AfterAll
  void stop() {
    List.of(plain, encrypted, certified, tokened).forEach(GuidepostServer::close);
  }

  private GuidepostServer named(String name) {
    return switch (name) {
      case "plain" -> plain;
      case "encrypted" -> encrypted;
      case "certified" -> certified;
      default -> tokened;
    };
  }

  private Recorder run(String server, String line) {
    String named =
        line.replace("CERTS", certs.toString())
            .replace("OTHER", other.toString())
            .replace("READER", reader.toString())
            .replace("WRITER", writer.toString());
    Recorder recorder = new Recorder();
    String address = named(server).addresses().getFirst().toString();
    recorder.run(
        Stream.concat(Stream.of(named.split(" ")), Stream.of("--server", address))
            .toArray(String[]::new));
    return recorder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encrypted | status --ca CERTS/ca.pem",
        "encrypted | status --ca CERTS/ca.pem --server-name localhost",
        "certified | status --ca CERTS/ca.pem --cert CERTS/client.pem --key CERTS/client.key",
        "tokened   | route list --count --ca CERTS/ca.pem --token-file READER",
        "tokened   | route add 10.0.0.0/8 --nh 192.0.2.1 --ca CERTS/ca.pem --token-file WRITER",
      })
  void shouldBeAnsweredByAServerThatItTrustsAndThatKnowsIt(String server, String line) {
    Recorder recorder = run(server, line);
    assertThat(recorder.err()).isEmpty();
    assertThat(recorder.out()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "plain     | status --ca CERTS/ca.pem | speaks plaintext, not TLS",
        "encrypted | status                   | closed the connection before it said anything",
        "encrypted | status --tls             | is signed by no CA that Java trusts; name its CA",
        "encrypted | status --ca OTHER/ca.pem | is signed by no CA of ",
        "encrypted | status --ca CERTS/ca.pem --server-name a.example | is not for \"a.example\"",
        "certified | status --ca CERTS/ca.pem | a certificate; show one with --cert FILE",
        "certified | status --ca CERTS/ca.pem --cert OTHER/client.pem --key OTHER/client.key |"
            + " certificate of ",
        "certified | status --ca CERTS/ca.pem --cert CERTS/server.pem --key CERTS/server.key |"
            + " the certificate of ",
      })
  void shouldSayWhyTheHandshakeFailed(String server, String line, String text) {
    assertOneLine(run(server, line), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokened | route list --ca CERTS/ca.pem                       | wants to know who calls;"
            + " show a token",
        "tokened | route list --ca CERTS/ca.pem --token-file CERTS/server.key | must hold a token,"
            + " and nothing else",
        "tokened | route list --ca CERTS/ca.pem --token-file WRONG    | does not accept this token",
        "tokened | route add 10.0.0.0/8 --nh 192.0.2.1 --ca CERTS/ca.pem --token-file READER | not"
            + " permitted",
        "tokened | route watch --ca CERTS/ca.pem                      | wants to know who calls",
        "tokened | trip list --ca CERTS/ca.pem --token-file NONE      | does not exist",
      })
  void shouldSayWhyTheCallerIsNotLetIn(String server, String line, String text) throws Exception {
    Path wrong = Files.writeString(certs.resolve("wrong.token"), "guidepost_wrong");
    assertOneLine(
        run(
            server,
            line.replace("WRONG", wrong.toString())
                .replace("NONE", certs.resolve("none").toString())),
        text);
  }

  private static void assertOneLine(Recorder recorder, String text) {
    assertThat(recorder.out()).isEmpty();
    assertThat(recorder.err())
        .startsWith("guidepost: ")
        .contains(text)
        .hasLineCount(1)
        .doesNotContain("PRIVATE KEY", "guidepost_");
  }

  @Test
  void shouldSendNoTokenForEverybodyToRead() {
    Recorder recorder = new Recorder();
    assertThat(
            recorder.run(
                "route", "list", "--server", "192.0.2.1", "--token-file", reader.toString()))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(recorder.err())
        .isEqualTo(
            "guidepost: server 192.0.2.1:50051: a token must only be sent over TLS, or to this"
                + " machine\n");
  }

  /// A transport that gRPC never lets go of would keep the server from ending before its time.
  @Test
  void shouldEndAtOnceThoughHandshakesFailed(@TempDir Path data) throws Exception {
    GuidepostServer server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0")))
                .withGrace(Duration.ofDays(1))
                .withAccess(tls(Optional.empty())));
    String address = server.addresses().getFirst().toString();
    assertThat(new Recorder().run("status", "--server", address)).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(new Recorder().run("status", "--tls", "--server", address))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    assertThat(closing).succeedsWithin(Patience.LIMIT);
  }
}
