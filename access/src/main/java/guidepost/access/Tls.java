package guidepost.access;

import guidepost.settings.SettingsException;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/// TLS 1.3 for a server's ports: BoringSSL where there is a library for the machine, the JDK's
/// elsewhere.
///
/// Threads: one reads again; any uses what was read.
final class Tls {

  /// The only version: every gRPC library of the last years speaks it.
  private static final String PROTOCOL = "TLSv1.3";

  private final AccessOptions options;
  private final InstantSource clock;
  private final ReloadedContext context;
  private volatile ServerCertificate certificate;
  private volatile TrustedCas clientCas;

  private Tls(AccessOptions options, InstantSource clock) throws SettingsException {
    this.options = options;
    this.clock = clock;
    this.certificate = read(options, clock);
    this.clientCas = readClientCas(options);
    this.context = new ReloadedContext(built(certificate, clientCas));
  }

  /// Reads the files.
  ///
  /// @param options with a certificate
  /// @throws SettingsException if something is wrong with them
  static Tls open(AccessOptions options, InstantSource clock) throws SettingsException {
    return new Tls(options, clock);
  }

  private static ServerCertificate read(AccessOptions options, InstantSource clock)
      throws SettingsException {
    return ServerCertificate.read(
        options.certificate().orElseThrow(),
        options.key().orElseThrow(),
        options.ca(),
        clock.instant());
  }

  private static TrustedCas readClientCas(AccessOptions options) throws SettingsException {
    Optional<Path> file = options.clientCa();
    return file.isPresent()
        ? new TrustedCas(ServerCertificate.certificates(file.get()))
        : TrustedCas.NONE;
  }

  /// Reads the files again; what was read before stays if something is wrong with them.
  void reload() throws SettingsException {
    ServerCertificate next = read(options, clock);
    TrustedCas nextCas = readClientCas(options);
    context.exchange(built(next, nextCas));
    certificate = next;
    clientCas = nextCas;
  }

  private SslContext built(ServerCertificate from, TrustedCas clients) throws SettingsException {
    boolean boring = OpenSsl.isAvailable();
    KeyManagerFactory key = OneKey.factory(from);
    SslContextBuilder builder =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(
                    boring ? new OpenSslCachingX509KeyManagerFactory(key) : key),
                boring ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols(PROTOCOL);
    if (clients.cas().isEmpty()) {
      builder.trustManager(new NoClients());
    } else {
      builder.trustManager(clients.cas().toArray(X509Certificate[]::new)).clientAuth(asks());
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new SettingsException(
          "%s: cannot be used: %s".formatted(options.certificate().orElseThrow(), e.getMessage()));
    }
  }

  /// Who has a token needs no certificate.
  private ClientAuth asks() {
    boolean tokens = options.tokens().isPresent() || options.jwt().isPresent();
    return tokens ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE;
  }

  /// For the ports.
  SslContext context() {
    return context;
  }

  /// The CAs that sign clients' certificates.
  TrustedCas clientCas() {
    return clientCas;
  }

  /// When the certificate in use expires.
  Instant expires() {
    return certificate.expires();
  }

  /// The names that the certificate in use is for.
  List<String> names() {
    return new ArrayList<>(SubjectNames.of(certificate.chain().getFirst()));
  }

  /// What it reads.
  List<Path> files() {
    return Stream.of(options.certificate(), options.key(), options.ca(), options.clientCa())
        .flatMap(Optional::stream)
        .toList();
  }
}
