package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.Patience;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each way in which a client and a server do not come to terms has a name of its own.
final class ConnectFailureTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path directory;
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private X509Bundle ca;
  private Path caFile;
  private final List<Server> servers = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeCa() throws Exception {
    ca = authority("Test CA");
    caFile = write("ca.pem", ca.getCertificatePEM());
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static CertificateBuilder certificate() {
    return new CertificateBuilder().ecp256().subject("CN=x").addSanIpAddress("127.0.0.1");
  }

  private Path write(String name, String pem) throws Exception {
    return Files.writeString(directory.resolve(name), pem);
  }

  private static SslContextBuilder serving(X509Bundle certificate) throws Exception {
    return GrpcSslContexts.configure(
        SslContextBuilder.forServer(certificate.toKeyManagerFactory()));
  }

  private ServerAddress serve(SslContext tls) throws Exception {
    return start(
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(tls));
  }

  private ServerAddress servePlaintext() throws Exception {
    return start(
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  private ServerAddress start(NettyServerBuilder builder) throws Exception {
    Server server = builder.addService(new EmptyInfo()).intercept(new Listening()).build().start();
    servers.add(server);
    return new ServerAddress("127.0.0.1", server.getPort());
  }

  private static final class EmptyInfo extends ServerGrpc.ServerImplBase {
    @Override
    public void getInfo(GetInfoRequest request, StreamObserver<GetInfoResponse> answer) {
      answer.onNext(GetInfoResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  /// Keeps what callers show.
  private final class Listening implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      tokens.add(
          String.valueOf(
              headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER))));
      return next.startCall(call, headers);
    }
  }

  private static void assertConnects(ClientBuilder builder) {
    try (GuidepostClient client = builder.patience(Patience.LIMIT).connect()) {
      assertThat(client.info()).isEqualTo(GetInfoResponse.getDefaultInstance());
    }
  }

  /// The word of a server that refuses a certificate may be lost: see
  /// [ConnectFailure#CLOSED_AT_ONCE].
  private static void assertRefuses(ClientBuilder builder, ConnectFailure why) {
    try (GuidepostClient client = builder.patience(Patience.LIMIT).connect()) {
      StatusRuntimeException failure =
          catchThrowableOfType(StatusRuntimeException.class, client::info);
      assertThat(ConnectFailure.of(failure).orElseThrow()).isIn(why, ConnectFailure.CLOSED_AT_ONCE);
    }
  }

  private static void assertFails(ClientBuilder builder, ConnectFailure why) {
    try (GuidepostClient client = builder.patience(Patience.LIMIT).connect()) {
      StatusRuntimeException failure =
          catchThrowableOfType(StatusRuntimeException.class, client::info);
      assertThat(ConnectFailure.of(failure)).as("%s", failure).contains(why);
    }
  }

  private ClientTls trusting() {
    return ClientTls.trusting(caFile);
  }

  @Test
  void connectsToAServerWhoseCaItTrusts() throws Exception {
    ServerAddress address = serve(serving(certificate().buildIssuedBy(ca)).build());
    assertConnects(GuidepostClient.to(address).tls(trusting()).token("secret"));
    assertThat(tokens).containsExactly("Bearer secret");
  }

  @Test
  void tellsAServerThatSpeaksPlaintext() throws Exception {
    assertFails(
        GuidepostClient.to(servePlaintext()).tls(trusting()), ConnectFailure.SERVER_IS_PLAINTEXT);
  }

  @Test
  void tellsAServerThatWantsTls() throws Exception {
    ServerAddress address = serve(serving(certificate().buildIssuedBy(ca)).build());
    assertFails(GuidepostClient.to(address), ConnectFailure.CLOSED_AT_ONCE);
  }

  /// Which of the two comes depends on what the server had read when it closed.
  @Test
  void takesAResetForAConnectionThatIsClosedAtOnce() {
    Status lost = Status.UNAVAILABLE.withDescription("io exception");
    for (String reset :
        List.of("Connection reset", "recvAddress(..) failed: Connection reset by peer")) {
      assertThat(ConnectFailure.of(lost.withCause(new IOException(reset)).asRuntimeException()))
          .as(reset)
          .contains(ConnectFailure.CLOSED_AT_ONCE);
    }
    assertThat(
            ConnectFailure.of(
                lost.withCause(new ConnectException("Connection refused")).asRuntimeException()))
        .isEmpty();
  }

  @Test
  void tellsAServerOfAnUnknownCa() throws Exception {
    ServerAddress address =
        serve(serving(certificate().buildIssuedBy(authority("Other CA"))).build());
    assertFails(GuidepostClient.to(address).tls(trusting()), ConnectFailure.CA_UNKNOWN);
    assertFails(GuidepostClient.to(address).tls(ClientTls.TRUSTED), ConnectFailure.CA_UNKNOWN);
  }

  @Test
  void tellsAServerOfAnotherCaWithTheSameName() throws Exception {
    ServerAddress address =
        serve(serving(certificate().buildIssuedBy(authority("Test CA"))).build());
    assertFails(GuidepostClient.to(address).tls(trusting()), ConnectFailure.CA_UNKNOWN);
  }

  @Test
  void tellsACertificateForOtherNames() throws Exception {
    X509Bundle other =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=x")
            .addSanDnsName("routes.example")
            .buildIssuedBy(ca);
    ServerAddress address = serve(serving(other).build());
    assertFails(GuidepostClient.to(address).tls(trusting()), ConnectFailure.NAME_OTHER);
    assertFails(
        GuidepostClient.to(address).tls(trusting().named("other.example")),
        ConnectFailure.NAME_OTHER);
    assertConnects(GuidepostClient.to(address).tls(trusting().named("routes.example")));
  }

  @Test
  void tellsACertificateThatHasExpiredFromOneThatIsNotYetValid() throws Exception {
    Instant now = Instant.now();
    X509Bundle expired =
        certificate().notBefore(now.minus(DAY)).notAfter(now.minusSeconds(60)).buildIssuedBy(ca);
    assertFails(
        GuidepostClient.to(serve(serving(expired).build())).tls(trusting()),
        ConnectFailure.CERTIFICATE_EXPIRED);
    X509Bundle early =
        certificate().notBefore(now.plusSeconds(3_600)).notAfter(now.plus(DAY)).buildIssuedBy(ca);
    assertFails(
        GuidepostClient.to(serve(serving(early).build())).tls(trusting()),
        ConnectFailure.CERTIFICATE_NOT_YET_VALID);
  }

  private ServerAddress serveAskingForCertificates() throws Exception {
    return serve(
        serving(certificate().buildIssuedBy(ca))
            .trustManager(ca.getCertificate())
            .clientAuth(ClientAuth.REQUIRE)
            .protocols("TLSv1.3")
            .build());
  }

  private ClientTls showing(X509Bundle own) throws Exception {
    return trusting()
        .showing(
            write("own.pem", own.getCertificatePathPEM()),
            write("own.key", own.getPrivateKeyPEM()));
  }

  @Test
  void tellsAServerThatWantsACertificateFromOneThatRefusesIt() throws Exception {
    ServerAddress address = serveAskingForCertificates();
    assertConnects(
        GuidepostClient.to(address)
            .tls(showing(certificate().addExtendedKeyUsageClientAuth().buildIssuedBy(ca))));
    assertRefuses(
        GuidepostClient.to(address).tls(trusting()), ConnectFailure.OWN_CERTIFICATE_MISSING);
    assertRefuses(
        GuidepostClient.to(address)
            .tls(showing(certificate().buildIssuedBy(authority("Other CA")))),
        ConnectFailure.OWN_CERTIFICATE_MISSING);
    Instant now = Instant.now();
    X509Bundle expired =
        certificate()
            .addExtendedKeyUsageClientAuth()
            .notBefore(now.minus(DAY))
            .notAfter(now.minusSeconds(60))
            .buildIssuedBy(ca);
    assertRefuses(
        GuidepostClient.to(address).tls(showing(expired)), ConnectFailure.OWN_CERTIFICATE_REFUSED);
  }

  @Test
  void tellsAServerThatSpeaksTlsButNotHttp2() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(certificate().buildIssuedBy(ca).toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer web =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setHttpsConfigurator(new HttpsConfigurator(tls));
    web.start();
    try {
      ServerAddress address = new ServerAddress("127.0.0.1", web.getAddress().getPort());
      assertFails(GuidepostClient.to(address).tls(trusting()), ConnectFailure.NOTHING_IN_COMMON);
    } finally {
      web.stop(0);
    }
  }

  @Test
  void noServerAtAllIsNoneOfThem() throws Exception {
    ServerAddress address = servePlaintext();
    servers.getFirst().shutdownNow().awaitTermination();
    try (GuidepostClient client = GuidepostClient.to(address).tls(trusting()).connect()) {
      StatusRuntimeException failure =
          catchThrowableOfType(StatusRuntimeException.class, client::info);
      assertThat(ConnectFailure.of(failure)).isEqualTo(Optional.empty());
    }
  }

  @Test
  void tokenIsOnlySentOverTlsOrToThisMachine() throws Exception {
    assertThatThrownBy(
            () -> GuidepostClient.to(ServerAddress.parse("192.0.2.1")).token("secret").connect())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "server 192.0.2.1:50051: a token must only be sent over TLS, or to this machine");
    assertConnects(GuidepostClient.to(servePlaintext()).token("secret"));
    assertThat(tokens).containsExactly("Bearer secret");
  }

  @Test
  void filesThatAreNotWhatTheyMustBeAreNamedAndNeverQuoted() throws Exception {
    X509Bundle own = certificate().buildIssuedBy(ca);
    Path certificate = write("c.pem", own.getCertificatePEM());
    Path garbage =
        write("garbage", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----");
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> ClientTls.trusting(absent).context())
        .hasMessage("file \"%s\": does not exist".formatted(absent));
    assertThatThrownBy(() -> ClientTls.trusting(garbage).context())
        .hasMessageStartingWith("file \"%s\": must hold certificates".formatted(garbage));
    assertThatThrownBy(() -> trusting().showing(certificate, absent).context())
        .hasMessage("file \"%s\": does not exist".formatted(absent));
    assertThatThrownBy(() -> trusting().showing(certificate, garbage).context())
        .hasMessageStartingWith(
            "file \"%s\": must be an unencrypted private key".formatted(garbage))
        .hasMessageNotContaining("secret");
  }
}
