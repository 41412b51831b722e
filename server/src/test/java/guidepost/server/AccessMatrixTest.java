package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.calls.Role;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every rpc of every contract, under every name, with every kind of wrong and right credentials.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccessMatrixTest {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Map<String, Descriptors.MethodDescriptor> RPCS = Contracts.rpcs();

  private static final String ANONYMOUS =
      "  - {who: anonymous, role: reader, tables: [\"*\"], sources: [\"*\"], layers: [\"*\"],"
          + " travellers: [\"*\"]}\n";

  /// Credentials that are worth nothing.
  enum Wrong {
    NONE,
    NO_BEARER,
    EMPTY,
    GARBAGE,
    UNKNOWN_TOKEN,
    REVOKED_TOKEN,
    EXPIRED_TOKEN,
    UNLISTED_TOKEN,
    EXPIRED_JWT,
    NOT_YET_VALID_JWT,
    OTHER_ISSUER,
    OTHER_AUDIENCE,
    NO_SUBJECT,
    NO_EXPIRY,
    UNLISTED_SUBJECT,
    ALGORITHM_NONE,
    HS256_WITH_THE_PUBLIC_KEY,
    UNKNOWN_KEY_ID,
    OTHER_KEY_OF_THE_SAME_ID,
    CHANGED_CLAIMS
  }

  /// Ways to prove a name.
  enum Proof {
    CERTIFICATE,
    TOKEN,
    JWT
  }

  private Pki pki;
  private GuidepostServer server;
  private GuidepostServer open;
  private ManagedChannel plain;
  private ManagedChannel ofOpen;
  private final Map<Role, String> tokenOf = new EnumMap<>(Role.class);
  private final List<ManagedChannel> channels = new ArrayList<>();
  private String revoked;
  private String expired;
  private String unlisted;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    pki = new Pki();
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    Pki.write(pki.certificate("localhost"), certificate, key);
    TokenFile tokens = new TokenFile(directory.resolve("tokens"));
    Instant now = Instant.now();
    for (Role role : Role.values()) {
      tokenOf.put(role, tokens.create(role.toString(), now, Optional.empty()));
    }
    revoked = tokens.create("revoked", now, Optional.empty());
    assertThat(tokens.revoke("revoked")).isTrue();
    expired = tokens.create("expired", now, Optional.of(now.minusSeconds(1)));
    unlisted = tokens.create("unlisted", now, Optional.empty());
    AccessOptions tls =
        AccessOptions.NONE.withTls(certificate, key, Optional.of(pki.caFile(directory)));
    Optional<AccessOptions.Jwt> jwt =
        Optional.of(
            new AccessOptions.Jwt(Pki.ISSUER, Pki.AUDIENCE, pki.keySet(directory).toString()));
    server = started(directory, "closed", accessFile(), tls, jwt);
    open = started(directory, "open", accessFile() + ANONYMOUS, tls, jwt);
    plain = channel(server, Optional.empty());
    ofOpen = channel(open, Optional.empty());
  }

  private static GuidepostServer started(
      Path directory,
      String name,
      String access,
      AccessOptions tls,
      Optional<AccessOptions.Jwt> jwt)
      throws Exception {
    return GuidepostServer.start(
        ServerOptions.with(Engines.embedded(directory.resolve(name)))
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
            .withAccess(
                tls.withAccess(
                    Files.writeString(directory.resolve(name + ".yaml"), access),
                    Optional.of(directory.resolve("tokens")),
                    jwt)));
  }

  private static String accessFile() {
    StringBuilder text = new StringBuilder("identities:\n");
    for (Role role : Role.values()) {
      text.append(
          """
            - name: %1$s
              by: ["certificate:%1$s.example", "token:%1$s", "jwt:%1$s"]
          """
              .formatted(role));
    }
    text.append(
        """
          - name: expired
            by: token:expired
          - name: revoked
            by: token:revoked
        grants:
          - {who: [expired, revoked], role: admin, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
        """);
    for (Role role : Role.values()) {
      text.append(
          "  - {who: %s, role: %1$s, tables: [\"*\"], sources: [\"*\"], layers: [\"*\"], travellers: [\"*\"]}\n"
              .formatted(role));
    }
    return text.toString();
  }

  private ManagedChannel channel(GuidepostServer to, Optional<X509Bundle> certificate)
      throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", to.addresses().getFirst().port())
            .overrideAuthority("localhost")
            .sslContext(pki.client(certificate))
            .build();
    channels.add(channel);
    return channel;
  }

  @AfterAll
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
    open.close();
  }

  private Optional<String> authorization(Wrong wrong) throws Exception {
    return switch (wrong) {
      case NONE -> Optional.empty();
      case NO_BEARER ->
          Optional.of("Basic " + Base64.getEncoder().encodeToString("admin:admin".getBytes(UTF_8)));
      case EMPTY -> Optional.of("Bearer ");
      case GARBAGE -> bearer("x.y.z");
      case UNKNOWN_TOKEN -> bearer(TokenFile.PREFIX + "A".repeat(43));
      case REVOKED_TOKEN -> bearer(revoked);
      case EXPIRED_TOKEN -> bearer(expired);
      case UNLISTED_TOKEN -> bearer(unlisted);
      case EXPIRED_JWT ->
          bearer(
              pki.jwt(
                  Pki.claims("admin")
                      .expirationTime(Date.from(Instant.now().minusSeconds(60)))
                      .build()));
      case NOT_YET_VALID_JWT ->
          bearer(
              pki.jwt(
                  Pki.claims("admin")
                      .notBeforeTime(Date.from(Instant.now().plusSeconds(600)))
                      .build()));
      case OTHER_ISSUER ->
          bearer(pki.jwt(Pki.claims("admin").issuer("https://other.example").build()));
      case OTHER_AUDIENCE -> bearer(pki.jwt(Pki.claims("admin").audience("other").build()));
      case NO_SUBJECT -> bearer(pki.jwt(Pki.claims("admin").subject(null).build()));
      case NO_EXPIRY -> bearer(pki.jwt(Pki.claims("admin").expirationTime(null).build()));
      case UNLISTED_SUBJECT -> bearer(pki.jwt(Pki.claims("eve").build()));
      case ALGORITHM_NONE -> bearer(new PlainJWT(Pki.claims("admin").build()).serialize());
      case HS256_WITH_THE_PUBLIC_KEY -> bearer(signedWithThePublicKey());
      case UNKNOWN_KEY_ID -> bearer(Pki.jwt(Pki.key("k2"), Pki.claims("admin").build()));
      case OTHER_KEY_OF_THE_SAME_ID -> bearer(Pki.jwt(Pki.key("k1"), Pki.claims("admin").build()));
      case CHANGED_CLAIMS -> bearer(changed());
    };
  }

  private static Optional<String> bearer(String token) {
    return Optional.of("Bearer " + token);
  }

  private String signedWithThePublicKey() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
            Pki.claims("admin").build());
    jwt.sign(new MACSigner(pki.signingKey().toPublicJWK().toJSONString().getBytes(UTF_8)));
    return jwt.serialize();
  }

  /// A reader's JWT whose claims say admin.
  private String changed() throws Exception {
    String[] parts = pki.jwt(Pki.claims("reader").build()).split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    parts[1] =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.replace("reader", "admin").getBytes(UTF_8));
    return String.join(".", parts);
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWrongCredentialsInTheSameWordsEverywhere(Wrong wrong) throws Exception {
    Optional<String> authorization = authorization(wrong);
    requireRefused(server, plain, authorization, wrong.toString());
    if (authorization.isPresent()) {
      // Where those without credentials may read, those with wrong ones still may not.
      requireRefused(open, ofOpen, authorization, wrong + ", where anonymous callers may read");
    }
  }

  private static void requireRefused(
      GuidepostServer asked, ManagedChannel channel, Optional<String> authorization, String what)
      throws Exception {
    for (String rpc : asked.served()) {
      Status status = call(channel, rpc, authorization).get(Patience.SECONDS, TimeUnit.SECONDS);
      assertThat(status.getCode())
          .as("%s with %s", rpc, what)
          .isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(status.getDescription()).isEqualTo("the call must carry valid credentials");
    }
  }

  @Test
  void shouldLetCallersWithoutCredentialsReadWhereThatIsGrantedAndDoNothingElse() throws Exception {
    for (Map.Entry<String, Role> rpc : open.roles().entrySet()) {
      Status status =
          call(ofOpen, rpc.getKey(), Optional.empty()).get(Patience.SECONDS, TimeUnit.SECONDS);
      if (rpc.getValue() == Role.READER) {
        assertThat(status.getCode())
            .as("%s: %s", rpc, status)
            .isNotIn(
                Status.Code.UNAUTHENTICATED,
                Status.Code.PERMISSION_DENIED,
                Status.Code.UNIMPLEMENTED,
                Status.Code.INTERNAL,
                Status.Code.UNKNOWN);
      } else {
        assertThat(status)
            .as("%s", rpc)
            .extracting(Status::getCode, Status::getDescription)
            .containsExactly(Status.Code.UNAUTHENTICATED, "the call must carry valid credentials");
      }
    }
  }

  /// What a certificate proves counts, also if it is nothing.
  @Test
  void shouldNotTakeACertificateThatNamesNobodyForNone() throws Exception {
    ManagedChannel eve = channel(open, Optional.of(pki.certificate("eve.example")));
    requireRefused(open, eve, Optional.empty(), "a certificate of nobody");
  }

  @Test
  void shouldTakeNoCertificateOfAnotherCa() throws Exception {
    ManagedChannel stranger = channel(server, Optional.of(new Pki().certificate("admin.example")));
    for (String rpc : server.served()) {
      assertThat(
              call(stranger, rpc, Optional.empty())
                  .get(Patience.SECONDS, TimeUnit.SECONDS)
                  .getCode())
          .as(rpc)
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void shouldJudgeACallWithATokenByTheTokenAlone() throws Exception {
    ManagedChannel admin = channel(server, Optional.of(pki.certificate("admin.example")));
    for (String rpc : server.served()) {
      assertThat(
              call(admin, rpc, bearer(revoked)).get(Patience.SECONDS, TimeUnit.SECONDS).getCode())
          .as(rpc)
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerThoseWhoHaveTheRoleAndRefuseTheOthersInTheSameWords(Proof proof)
      throws Exception {
    for (Role role : Role.values()) {
      ManagedChannel channel =
          proof == Proof.CERTIFICATE
              ? channel(server, Optional.of(pki.certificate(role + ".example")))
              : plain;
      Optional<String> authorization =
          switch (proof) {
            case CERTIFICATE -> Optional.empty();
            case TOKEN -> bearer(Objects.requireNonNull(tokenOf.get(role)));
            case JWT -> bearer(pki.jwt(Pki.claims(role.toString()).build()));
          };
      for (Map.Entry<String, Role> rpc : server.roles().entrySet()) {
        Status status =
            call(channel, rpc.getKey(), authorization).get(Patience.SECONDS, TimeUnit.SECONDS);
        if (role.includes(rpc.getValue())) {
          assertThat(status.getCode())
              .as("%s by a %s: %s", rpc, role, status)
              .isNotIn(
                  Status.Code.UNAUTHENTICATED,
                  Status.Code.PERMISSION_DENIED,
                  Status.Code.UNIMPLEMENTED,
                  Status.Code.INTERNAL,
                  Status.Code.UNKNOWN);
        } else {
          assertThat(status.getCode())
              .as("%s by a %s", rpc, role)
              .isEqualTo(Status.Code.PERMISSION_DENIED);
          assertThat(status.getDescription()).isEqualTo("the caller has no grant for this");
        }
      }
    }
  }

  /// Which names are rpcs is not for strangers.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "guidepost.routes.v1.Routes/NoSuch",
        "no.such.Service/Method",
        "Router/NoSuch",
        "x/"
      })
  void shouldTellStrangersNotEvenWhichNamesAreNone(String rpc) throws Exception {
    assertThat(call(plain, rpc, Optional.empty()).get(Patience.SECONDS, TimeUnit.SECONDS))
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(Status.Code.UNAUTHENTICATED, "the call must carry valid credentials");
    assertThat(
            call(plain, rpc, bearer(Objects.requireNonNull(tokenOf.get(Role.READER))))
                .get(Patience.SECONDS, TimeUnit.SECONDS))
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(Status.Code.UNIMPLEMENTED, "Method not found: " + rpc);
  }

  /// Calls with one empty message. How the call ended; OK as soon as there is an answer.
  private static CompletableFuture<Status> call(
      ManagedChannel channel, String rpc, Optional<String> authorization) {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(method(rpc), CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    authorization.ifPresent(value -> headers.put(AUTHORIZATION, value));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            ended.complete(Status.OK);
            call.cancel("seen enough", null);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        headers);
    call.sendMessage(new byte[0]);
    call.halfClose();
    call.request(1);
    return ended;
  }

  private static MethodDescriptor<byte[], byte[]> method(String rpc) {
    Descriptors.@Nullable MethodDescriptor declared = RPCS.get(rpc);
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(rpc)
        .setType(
            declared == null
                ? MethodDescriptor.MethodType.UNARY
                : type(declared.isClientStreaming(), declared.isServerStreaming()))
        .setRequestMarshaller(RawCall.BYTES)
        .setResponseMarshaller(RawCall.BYTES)
        .build();
  }

  private static MethodDescriptor.MethodType type(boolean clientStreams, boolean serverStreams) {
    if (clientStreams) {
      return serverStreams
          ? MethodDescriptor.MethodType.BIDI_STREAMING
          : MethodDescriptor.MethodType.CLIENT_STREAMING;
    }
    return serverStreams
        ? MethodDescriptor.MethodType.SERVER_STREAMING
        : MethodDescriptor.MethodType.UNARY;
  }
}
