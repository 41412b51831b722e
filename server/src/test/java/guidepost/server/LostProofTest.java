package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.ECKey;
import guidepost.access.AccessOptions;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.ServerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What proved a caller's name may count no more while its streams are open: a key that signed its
/// JWT, a CA that signed its certificate. Then they end.
final class LostProofTest {

  @TempDir Path directory;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Pki ofServer;
  private Pki ofClients;
  private Pki ofOthers;
  private Path clientCa;
  private Path keys;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    ofServer = new Pki();
    ofClients = new Pki();
    ofOthers = new Pki();
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    Pki.write(ofServer.certificate("localhost"), certificate, key);
    clientCa = ofClients.caFile(directory);
    keys = ofServer.keySet(directory);
    Path access =
        Files.writeString(
            directory.resolve("access.yaml"),
            """
            identities:
              - {name: r7, by: "certificate:r7.example"}
              - {name: car, by: "jwt:car"}
            grants:
              - {who: [r7, car], role: reader, tables: ["*"]}
            """);
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withAccess(
                    AccessOptions.NONE
                        .withTls(certificate, key, Optional.of(clientCa))
                        .withAccess(
                            access,
                            Optional.empty(),
                            Optional.of(
                                new AccessOptions.Jwt(
                                    Pki.ISSUER, Pki.AUDIENCE, keys.toString())))));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }

  private ManagedChannel channel(Optional<Pki> ca) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .overrideAuthority("localhost")
            .sslContext(
                ofServer.client(
                    ca.isPresent()
                        ? Optional.of(ca.get().certificate("r7.example"))
                        : Optional.empty()))
            .build();
    channels.add(channel);
    return channel;
  }

  private static Iterator<HealthCheckResponse> watch(HealthGrpc.HealthBlockingStub stub) {
    Iterator<HealthCheckResponse> watch = stub.watch(HealthCheckRequest.getDefaultInstance());
    assertThat(watch.next()).isNotNull();
    return watch;
  }

  private Iterator<HealthCheckResponse> watchWith(ECKey key) throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + Pki.jwt(key, Pki.claims("car").build()));
    return watch(
        HealthGrpc.newBlockingStub(channel(Optional.empty()))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
  }

  private static void endsUnauthenticated(Iterator<HealthCheckResponse> watch) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> watch.forEachRemaining(_ -> {}))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
  }

  @Test
  void shouldEndTheStreamsOfJwtsWhoseKeyIsTakenOut() throws Exception {
    ECKey next = Pki.key("k2");
    Files.writeString(keys, Pki.keySet(ofServer.signingKey(), next));
    assertThat(server.reloadAccess()).isEmpty();
    Iterator<HealthCheckResponse> old = watchWith(ofServer.signingKey());
    Iterator<HealthCheckResponse> kept = watchWith(next);
    Files.writeString(keys, Pki.keySet(next));
    assertThat(server.reloadAccess()).isEmpty();
    endsUnauthenticated(old);
    server.stop();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> kept.forEachRemaining(_ -> {}))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  /// Another key of the same id has signed nothing of it.
  @Test
  void shouldEndTheStreamsOfJwtsWhoseKeyIsExchangedForOneOfTheSameName() throws Exception {
    Iterator<HealthCheckResponse> old = watchWith(ofServer.signingKey());
    Files.writeString(keys, Pki.keySet(Pki.key(ofServer.signingKey().getKeyID())));
    assertThat(server.reloadAccess()).isEmpty();
    endsUnauthenticated(old);
  }

  @Test
  void shouldEndTheStreamsAndRefuseTheCallsOfCertificatesWhoseCaIsTakenOut() throws Exception {
    ManagedChannel connection = channel(Optional.of(ofClients));
    Iterator<HealthCheckResponse> old = watch(HealthGrpc.newBlockingStub(connection));
    String first = Files.readString(clientCa);
    Path others = ofOthers.caFile(Files.createDirectory(directory.resolve("others")));
    Files.writeString(clientCa, first + "\n" + Files.readString(others));
    assertThat(server.reloadAccess()).isEmpty();
    var _ = ServerGrpc.newBlockingStub(connection).getInfo(GetInfoRequest.getDefaultInstance());
    Iterator<HealthCheckResponse> kept =
        watch(HealthGrpc.newBlockingStub(channel(Optional.of(ofOthers))));
    Files.writeString(clientCa, Files.readString(others));
    assertThat(server.reloadAccess()).isEmpty();
    endsUnauthenticated(old);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () ->
                ServerGrpc.newBlockingStub(connection).getInfo(GetInfoRequest.getDefaultInstance()))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    server.stop();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> kept.forEachRemaining(_ -> {}))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
