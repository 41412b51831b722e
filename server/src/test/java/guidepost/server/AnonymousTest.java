package guidepost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.calls.CallerLimits;
import guidepost.calls.IdentityLimits;
import guidepost.calls.Role;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.ServerGrpc;
import guidepost.server.v1.WhoAmIRequest;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers without credentials, where the access file grants them something: over gRPC, JSON and
/// gRPC-Web alike.
final class AnonymousTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  private static final String IDENTITIES =
      """
      identities:
        - {name: writer, by: "token:writer"}
      grants:
        - {who: writer, role: writer, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
      """;

  private static final String ANONYMOUS =
      "  - {who: anonymous, role: reader, tables: [public], layers: [default], travellers:"
          + " [self]}\n";

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private Path access;
  private Path audit;
  private String token;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    Path tokens = directory.resolve("tokens");
    token = new TokenFile(tokens).create("writer", Instant.now(), Optional.empty());
    access = Files.writeString(directory.resolve("access.yaml"), IDENTITIES + ANONYMOUS);
    audit = directory.resolve("audit.log");
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY))
                .withCallers(
                    new CallerLimits(
                        IdentityLimits.DEFAULTS, new IdentityLimits(4, 3, 1_000, 2_000), 4))
                .withAccess(
                    AccessOptions.NONE
                        .withAccess(access, Optional.of(tokens), Optional.empty())
                        .withAudit(audit)));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    http.shutdownNow();
    web.close();
    server.close();
  }

  private ManagedChannel channel() {
    return from("127.0.0.1");
  }

  private ManagedChannel from(String host) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .localSocketPicker(
                new NettyChannelBuilder.LocalSocketPicker() {
                  @Override
                  public java.net.SocketAddress createSocketAddress(
                      java.net.SocketAddress remote, io.grpc.Attributes attributes) {
                    return new InetSocketAddress(host, 0);
                  }
                })
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private Iterator<HealthCheckResponse> watch(ManagedChannel channel) {
    Iterator<HealthCheckResponse> watch =
        HealthGrpc.newBlockingStub(channel).watch(HealthCheckRequest.getDefaultInstance());
    assertThat(watch.next()).isNotNull();
    return watch;
  }

  private static Status.Code failure(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void shouldSayThatTheyAreAnonymousAndWhatTheyMay() throws Exception {
    var who = ServerGrpc.newBlockingStub(channel()).whoAmI(WhoAmIRequest.getDefaultInstance());
    assertThat(who.getName()).isEqualTo("anonymous");
    assertThat(who.getProof()).isEqualTo("anonymous");
    assertThat(who.getGrants(0).getRole()).isEqualTo("reader");
    assertThat(who.getGrants(0).getTablesList()).containsExactly("public");
    assertThat(web.get("/v1/server:whoAmI").body())
        .contains("\"proof\":\"anonymous\"")
        .contains("\"public\"");
    assertThat(web.get("/v1/server:whoAmI", "Authorization", "Bearer " + token).body())
        .contains("\"name\":\"writer\"");
    assertThat(
            ServerGrpc.newBlockingStub(channel())
                .getInfo(GetInfoRequest.getDefaultInstance())
                .getLimits()
                .getStreamsPerIdentityMax())
        .isEqualTo(3);
  }

  @Test
  void shouldReadWhatIsGrantedByJsonAndGrpcWebAndNothingElse() throws Exception {
    int asked = 0;
    for (MethodDescriptor method : unary()) {
      String rpc = method.getService().getFullName() + "/" + method.getName();
      boolean reads = server.roles().get(rpc) == Role.READER;
      String status = grpcWebStatus(rpc, "");
      // The scope of an rpc that reads may refuse too, and asks to sign in as well.
      if (!reads) {
        assertThat(status).as(rpc).isEqualTo("16");
      } else {
        assertThat(status).as(rpc).isNotIn("7", "12", "13", "2");
      }
      assertThat(grpcWebStatus(rpc, TokenFile.PREFIX + "A".repeat(43))).as(rpc).isEqualTo("16");
      asked++;
    }
    assertThat(asked).isGreaterThan(30);
    assertThat(web.get("/v1/tables").status()).isEqualTo(200);
    assertThat(web.get("/v1/notes?box.southWest.latitudeE7=0").status()).isNotIn(401, 403);
    assertThat(web.get("/v1/routes?table=public").json().toString()).contains("TABLE_UNKNOWN");
    WebClient.Reply other = web.get("/v1/routes?table=default");
    assertThat(other.status()).as("of a table that is not granted").isEqualTo(401);
    assertThat(other.json().get("message").asString())
        .isEqualTo("the call must carry valid credentials");
    assertThat(web.post("/v1/tables", "{\"name\":\"mine\"}").status()).isEqualTo(401);
    assertThat(web.get("/v1/tables", "Authorization", "Bearer " + "x".repeat(20)).status())
        .isEqualTo(401);
    assertThat(web.get("/metrics").status()).isEqualTo(200);
    assertThat(Files.readString(audit)).as("what they asked to change").isEmpty();
  }

  private static List<MethodDescriptor> unary() {
    return Contracts.rpcs().values().stream()
        .filter(method -> method.getOptions().hasExtension(AnnotationsProto.http))
        .filter(method -> !method.isClientStreaming() && !method.isServerStreaming())
        .distinct()
        .toList();
  }

  /// The number of the status, which is in the headers or in the last frame of the body.
  private String grpcWebStatus(String rpc, String bearer) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://%s/%s".formatted(server.webAddress().orElseThrow(), rpc)))
            .header("Content-Type", "application/grpc-web+proto")
            .POST(BodyPublishers.ofByteArray(new byte[5]));
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
    String text =
        response
                .headers()
                .firstValue("grpc-status")
                .map(value -> "grpc-status: " + value)
                .orElse("")
            + new String(response.body(), ISO_8859_1);
    var found = java.util.regex.Pattern.compile("grpc-status: ?(\\d+)").matcher(text);
    assertThat(found.find()).as("%s: %s", rpc, text).isTrue();
    return Objects.requireNonNull(found.group(1));
  }

  @Test
  void shouldCountThemByAddressSoThatOneTakesNothingFromTheOthers() {
    ManagedChannel greedy = channel();
    for (int i = 0; i < 3; i++) {
      var _ = watch(greedy);
    }
    assertThat(failure(() -> watch(greedy))).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    ManagedChannel other = from("127.0.0.2");
    var _ = watch(other);
    assertThat(failure(() -> watch(other)))
        .as("one more than all of them may have")
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    assertThat(
            HealthGrpc.newBlockingStub(greedy)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .watch(HealthCheckRequest.getDefaultInstance())
                .next())
        .as("who signs in has a share of their own")
        .isNotNull();
    for (int i = 0; i < 3; i++) {
      var _ = ServerGrpc.newBlockingStub(channel()).getInfo(GetInfoRequest.getDefaultInstance());
    }
    assertThat(
            failure(
                () ->
                    ServerGrpc.newBlockingStub(channel())
                        .getInfo(GetInfoRequest.getDefaultInstance())))
        .as("a fifth connection")
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void shouldEndTheirStreamsWhenNothingIsGrantedThemAnyMore() throws Exception {
    Iterator<HealthCheckResponse> open = watch(channel());
    Files.writeString(access, IDENTITIES);
    assertThat(server.reloadAccess()).isEmpty();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> open.forEachRemaining(_ -> {}))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    assertThat(web.get("/v1/tables").status()).isEqualTo(401);
    Files.writeString(access, IDENTITIES + ANONYMOUS);
    assertThat(server.reloadAccess()).isEmpty();
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> assertThat(web.get("/v1/tables").status()).isEqualTo(200));
  }
}
