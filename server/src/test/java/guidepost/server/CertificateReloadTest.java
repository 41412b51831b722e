package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import guidepost.access.AccessOptions;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.OpenSsl;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates are exchanged while a server runs, and no call notices.
final class CertificateReloadTest {

  private static final int CALLERS = 4;
  private static final int EXCHANGES = Boolean.getBoolean("guidepost.long") ? 1_000 : 50;

  @TempDir Path directory;
  private Path certificate;
  private Path key;
  private Pki pki;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    pki = new Pki();
    certificate = directory.resolve("tls.crt");
    key = directory.resolve("tls.key");
    Pki.write(pki.certificate("localhost"), certificate, key);
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withAccess(AccessOptions.NONE.withTls(certificate, key, Optional.empty())));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ManagedChannel channel() throws Exception {
    return NettyChannelBuilder.forAddress("127.0.0.1", port())
        .overrideAuthority("localhost")
        .sslContext(pki.client(Optional.empty()))
        .build();
  }

  private int port() {
    return server.addresses().getFirst().port();
  }

  private GetInfoResponse info() throws Exception {
    ManagedChannel channel = channel();
    try {
      return ServerGrpc.newBlockingStub(channel).getInfo(GetInfoRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void shouldFailNoCallWhileCertificatesAreExchanged() throws Exception {
    List<X509Bundle> bundles = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      bundles.add(pki.certificate("localhost"));
    }
    AtomicBoolean over = new AtomicBoolean();
    ManagedChannel kept = channel();
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<Long>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calls.add(callers.submit(() -> callUntil(over, kept)));
      }
      for (int i = 0; i < EXCHANGES; i++) {
        Pki.write(bundles.get(i % bundles.size()), certificate, key);
        assertThat(server.reloadAccess()).isEmpty();
      }
      over.set(true);
      for (Future<Long> each : calls) {
        assertThat(each.get(Patience.SECONDS, TimeUnit.SECONDS)).isPositive();
      }
    } finally {
      kept.shutdownNow();
    }
  }

  /// Calls over a connection that is kept, and over new ones, in turn.
  private long callUntil(AtomicBoolean over, ManagedChannel kept) throws Exception {
    long calls = 0;
    while (!over.get() || calls == 0) {
      var _ = ServerGrpc.newBlockingStub(kept).getInfo(GetInfoRequest.getDefaultInstance());
      var _ = info();
      calls++;
    }
    return calls;
  }

  @Test
  void shouldKeepTheCertificateInUseWhenTheNewOneIsBadAndSaySo() throws Exception {
    X509Bundle next = pki.certificate("localhost");
    Files.writeString(certificate, next.getCertificatePathPEM());
    String problem = key + ": must be the key of the certificate in " + certificate;
    assertThat(server.reloadAccess()).containsExactly(problem);
    assertThat(info().getAccessTrouble()).isEqualTo(problem);
    Files.writeString(key, next.getPrivateKeyPEM());
    assertThat(server.reloadAccess()).isEmpty();
    assertThat(info().getAccessTrouble()).isEmpty();
    assertThat(info().getEncrypted()).isTrue();
    assertThat(info().getCertificateExpireTime().getSeconds())
        .isEqualTo(next.getCertificate().getNotAfter().toInstant().getEpochSecond());
  }

  @Test
  void shouldNoticeAChangedFileByItself() throws Exception {
    X509Bundle next = pki.certificate("other.example");
    Pki.write(next, certificate, key);
    await()
        .until(
            () -> {
              ManagedChannel channel =
                  NettyChannelBuilder.forAddress("127.0.0.1", port())
                      .overrideAuthority("other.example")
                      .sslContext(pki.client(Optional.empty()))
                      .build();
              try {
                return ServerGrpc.newBlockingStub(channel)
                    .getInfo(GetInfoRequest.getDefaultInstance())
                    .getEncrypted();
              } catch (StatusRuntimeException e) {
                return false;
              } finally {
                channel.shutdownNow();
              }
            });
  }

  @Test
  void shouldSpeakNoOlderTls() throws Exception {
    try (SSLSocket socket =
        (SSLSocket) SSLSocketFactory.getDefault().createSocket("127.0.0.1", port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatExceptionOfType(SSLException.class).isThrownBy(socket::startHandshake);
    }
  }

  @Test
  void shouldUseBoringSslOnLinux() {
    assertThat(OpenSsl.isAvailable())
        .as("%s", OpenSsl.unavailabilityCause())
        .isEqualTo(System.getProperty("os.name").equals("Linux"));
  }
}
