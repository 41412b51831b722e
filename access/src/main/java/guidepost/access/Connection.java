package guidepost.access;

import guidepost.calls.Caller;
import guidepost.calls.IdentityMeters;
import guidepost.calls.Rejection;
import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What is known of a connection, for its calls: its ends, and what its client's certificate
/// proves.
///
/// Threads: any.
final class Connection {

  static final Attributes.Key<Connection> KEY = Attributes.Key.create("guidepost-connection");

  /// Who the certificate is of, by the knowledge of one moment.
  private record Found(Knowledge by, Optional<Caller> caller) {}

  /// Whether these CAs have signed it.
  private record Trust(TrustedCas by, boolean given) {}

  private final @Nullable SocketAddress remote;
  private final String host;
  private final String localHost;
  private final List<X509Certificate> certificates;
  private final List<String> evidence;
  private final long certificateExpires;
  private final Executor loop;
  private volatile @Nullable Found found;
  private volatile @Nullable Trust trust;
  private volatile IdentityMeters.@Nullable Meter lastCounted;
  // Both guarded by counted.
  private final Map<String, IdentityMeters.Meter> counted = new HashMap<>();
  private boolean closed;

  private Connection(
      @Nullable SocketAddress remote,
      String localHost,
      List<X509Certificate> certificates,
      Executor loop) {
    this.remote = remote;
    this.host = host(remote);
    this.localHost = localHost;
    this.loop = loop;
    this.certificates = certificates;
    this.evidence =
        certificates.stream()
            .limit(1)
            .flatMap(each -> SubjectNames.of(each).stream())
            .map(name -> "certificate:" + name)
            .toList();
    this.certificateExpires =
        certificates.stream()
            .mapToLong(each -> each.getNotAfter().toInstant().toEpochMilli())
            .min()
            .orElse(Long.MAX_VALUE);
  }

  /// Of what a transport says of itself.
  ///
  /// @param loop runs a task on the connection's event loop
  static Connection of(Attributes transport, Executor loop) {
    SocketAddress local = transport.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
    return new Connection(
        transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        host(local),
        certificates(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
        loop);
  }

  private static List<X509Certificate> certificates(@Nullable SSLSession session) {
    if (session == null) {
      return List.of();
    }
    try {
      return Arrays.stream(session.getPeerCertificates())
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private static String host(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? Authorities.literal(internet.getAddress())
        : "";
  }

  /// The address that it comes from, without a port; empty if it has none.
  String host() {
    return host;
  }

  /// Where it comes from; for logs.
  String from() {
    return remote instanceof InetSocketAddress internet
        ? host + ":" + internet.getPort()
        : String.valueOf(remote);
  }

  /// The address that its client reached, without a port.
  String localHost() {
    return localHost;
  }

  /// Whose share of something scarce it uses: its own, and that of the host it comes from.
  List<Object> sharers() {
    return remote instanceof InetSocketAddress internet
        ? List.of(this, ClientHost.of(internet.getAddress()))
        : List.of(this);
  }

  Executor loop() {
    return loop;
  }

  /// True if its client has shown a certificate, whatever that proves.
  boolean hasCertificate() {
    return !certificates.isEmpty();
  }

  /// The address as far as its host cannot choose it; empty if it has none.
  String network() {
    return remote instanceof InetSocketAddress internet
        ? ClientHost.of(internet.getAddress()).toString()
        : "";
  }

  /// When the certificate expires, ms since 1970.
  long certificateExpires() {
    return certificateExpires;
  }

  /// Who the certificate is of, if a CA that counts now has signed it; found once for each state of
  /// the knowledge.
  Optional<Caller> caller(Knowledge knowledge) {
    Found known = found;
    if (known == null || known.by() != knowledge) {
      known =
          new Found(
              knowledge,
              isTrusted(knowledge.clientCas())
                  ? knowledge.policy().caller(Caller.Proof.CERTIFICATE, evidence)
                  : Optional.empty());
      found = known;
    }
    return known.caller();
  }

  /// The handshake has asked the same of the CAs of its time, which may be others by now.
  private boolean isTrusted(TrustedCas cas) {
    Trust known = trust;
    if (known == null || !known.by().equals(cas)) {
      known = new Trust(cas, cas.haveSigned(certificates));
      trust = known;
    }
    return known.given();
  }

  /// The first call of an identity on it counts it as one of the identity's connections.
  ///
  /// @return why it may not be one more; empty if it may, or is counted already
  Optional<Rejection> countFor(String identity, IdentityMeters.Meter meter) {
    if (meter == lastCounted) {
      return Optional.empty();
    }
    synchronized (counted) {
      if (!closed && !counted.containsKey(identity)) {
        Optional<Rejection> refused = meter.connect();
        if (refused.isPresent()) {
          return refused;
        }
        counted.put(identity, meter);
      }
    }
    lastCounted = meter;
    return Optional.empty();
  }

  /// It is gone, for all that had calls on it.
  void close() {
    synchronized (counted) {
      closed = true;
      counted.values().forEach(IdentityMeters.Meter::disconnect);
      counted.clear();
    }
  }
}
