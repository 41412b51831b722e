package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.calls.Role;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every method of the contracts over HTTP, over TLS, with every role: it is answered like the same
/// method over gRPC. Made of the contracts, so none can be forgotten.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebMatrixTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  private Pki pki;
  private GuidepostServer server;
  private Path audit;
  private final Map<Role, String> tokenOf = new EnumMap<>(Role.class);

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    pki = new Pki();
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    Pki.write(pki.certificate("localhost"), certificate, key);
    TokenFile tokens = new TokenFile(directory.resolve("tokens"));
    StringBuilder access = new StringBuilder("identities:\n");
    for (Role role : Role.values()) {
      tokenOf.put(role, tokens.create(role.toString(), Instant.now(), Optional.empty()));
      access.append(
          "  - {name: %1$s, by: [\"certificate:%1$s.example\", \"token:%1$s\"]}\n".formatted(role));
    }
    access.append("grants:\n");
    for (Role role : Role.values()) {
      access.append(
          "  - {who: %s, role: %1$s, tables: [\"*\"], sources: [\"*\"], layers: [\"*\"], travellers: [\"*\"]}\n"
              .formatted(role));
    }
    audit = directory.resolve("audit.log");
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY))
                .withAccess(
                    AccessOptions.NONE
                        .withTls(certificate, key, Optional.of(pki.caFile(directory)))
                        .withAccess(
                            Files.writeString(directory.resolve("access.yaml"), access),
                            Optional.of(directory.resolve("tokens")),
                            Optional.empty())
                        .withAudit(audit)));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private HttpClient client(HttpClient.Version version, Optional<X509Bundle> certificate)
      throws Exception {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(pki.trustStore());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (certificate.isPresent()) {
      store.setKeyEntry(
          "client",
          certificate.get().getKeyPair().getPrivate(),
          new char[0],
          certificate.get().getCertificatePath());
    }
    keys.init(store, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder().version(version).sslContext(tls).build();
  }

  /// All rpcs of version 1 that take one message.
  private static Stream<MethodDescriptor> methods() {
    return Contracts.rpcs().values().stream()
        .filter(method -> method.getFile().getPackage().endsWith(".v1"))
        .filter(method -> method.getFile().getPackage().startsWith("guidepost."))
        .filter(method -> !method.isClientStreaming())
        .distinct();
  }

  private static boolean isAdministration(MethodDescriptor method) {
    return method.getService().getName().equals("Admin");
  }

  @Test
  void shouldHaveAPlaceForEveryMethodThatTakesOneMessage() {
    assertThat(methods().filter(method -> !isAdministration(method)).count()).isGreaterThan(40);
    assertThat(methods())
        .allSatisfy(
            method ->
                assertThat(method.getOptions().hasExtension(AnnotationsProto.http))
                    .as(method.getFullName())
                    .isNotEqualTo(isAdministration(method)));
  }

  private HttpRequest request(MethodDescriptor method, Optional<String> token) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    String path =
        Stream.of(rule.getGet(), rule.getPost(), rule.getDelete(), rule.getPatch(), rule.getPut())
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElseThrow();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(
                "https://localhost:%d%s"
                    .formatted(
                        server.webAddress().orElseThrow().port(),
                        path.replaceAll("\\{[^}]*}", "1"))));
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    if (rule.getBody().isEmpty()) {
      return request.method(rule.getPatternCase().name(), BodyPublishers.noBody()).build();
    }
    return request
        .header("Content-Type", "application/json")
        .method(rule.getPatternCase().name(), BodyPublishers.ofString("{}"))
        .build();
  }

  /// The status, and the error if it is one; a stream is not read further.
  private record Reply(int status, JsonNode error) {}

  private static Reply send(HttpClient client, HttpRequest request) throws Exception {
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      JsonMapper json = new JsonMapper();
      return new Reply(
          response.statusCode(),
          response.statusCode() == 200
              ? json.createObjectNode()
              : json.readTree(body.readAllBytes()));
    }
  }

  @Test
  void shouldRefuseCallersWithoutCredentialsInTheSameWordsEverywhere() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_1_1, Optional.empty())) {
      for (MethodDescriptor method : placed()) {
        for (Optional<String> token :
            List.of(Optional.<String>empty(), Optional.of(TokenFile.PREFIX + "A".repeat(43)))) {
          Reply reply = send(client, request(method, token));
          assertThat(reply.status()).as(method.getFullName()).isEqualTo(401);
          assertThat(reply.error().get("message").asString())
              .isEqualTo("the call must carry valid credentials");
        }
      }
    }
  }

  private static List<MethodDescriptor> placed() {
    return methods().filter(method -> !isAdministration(method)).toList();
  }

  @Test
  void shouldAnswerThoseWhoHaveTheRoleByTokenOverHttp1() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_1_1, Optional.empty())) {
      for (Role role : Role.values()) {
        requireAsOverGrpc(client, role, Optional.of(Objects.requireNonNull(tokenOf.get(role))));
      }
    }
  }

  @Test
  void shouldAnswerThoseWhoHaveTheRoleByCertificateOverHttp2() throws Exception {
    for (Role role : Role.values()) {
      try (HttpClient client =
          client(HttpClient.Version.HTTP_2, Optional.of(pki.certificate(role + ".example")))) {
        requireAsOverGrpc(client, role, Optional.empty());
        client.shutdownNow();
      }
    }
  }

  private void requireAsOverGrpc(HttpClient client, Role role, Optional<String> token)
      throws Exception {
    for (MethodDescriptor method : placed()) {
      Role needed =
          Objects.requireNonNull(
              server.roles().get(method.getService().getFullName() + "/" + method.getName()));
      Reply reply = send(client, request(method, token));
      if (role.includes(needed)) {
        assertThat(reply.status())
            .as("%s by a %s: %s", method.getFullName(), role, reply)
            .isIn(200, 400, 404);
        assertThat(reply.error().path("reason").asString()).isNotEqualTo("PATH_UNKNOWN");
      } else {
        assertThat(reply.status())
            .as("%s by a %s: %s", method.getFullName(), role, reply)
            .isEqualTo(403);
        assertThat(reply.error().get("message").asString())
            .isEqualTo("the caller has no grant for this");
      }
    }
  }

  @Test
  void shouldAskForAReaderWhereItTellsMetricsAndNobodyWhereItTellsThatItLives() throws Exception {
    String base = "https://localhost:" + server.webAddress().orElseThrow().port();
    try (HttpClient client = client(HttpClient.Version.HTTP_2, Optional.empty())) {
      HttpRequest metrics = HttpRequest.newBuilder(URI.create(base + "/metrics")).build();
      assertThat(send(client, metrics).status()).isEqualTo(401);
      HttpRequest withToken =
          HttpRequest.newBuilder(URI.create(base + "/metrics"))
              .header("Authorization", "Bearer " + tokenOf.get(Role.READER))
              .build();
      assertThat(send(client, withToken).status()).isEqualTo(200);
      for (String open : List.of("/healthz", "/readyz", "/openapi.json", "/docs/")) {
        assertThat(send(client, HttpRequest.newBuilder(URI.create(base + open)).build()).status())
            .as(open)
            .isEqualTo(200);
      }
    }
  }

  @Test
  void shouldRecordWhatIsChangedOverHttp() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_2, Optional.empty())) {
      HttpRequest create =
          HttpRequest.newBuilder(
                  URI.create(
                      "https://localhost:%d/v1/tables"
                          .formatted(server.webAddress().orElseThrow().port())))
              .header("Authorization", "Bearer " + tokenOf.get(Role.ADMIN))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"name\": \"audited\"}"))
              .build();
      assertThat(send(client, create).status()).isEqualTo(200);
    }
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Files.readString(audit))
                    .contains("\"caller\":\"admin\"")
                    .contains("\"from\":\"127.0.0.1\"")
                    .contains("guidepost.routes.v1.Routes/CreateTable")
                    .contains("\"table\":\"audited\""));
  }
}
