package guidepost.server;

import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.testing.RawHttp2;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// How the peers of a test reach a server.
enum Wire {
  /// In plaintext, and nobody is asked who it is.
  PLAINTEXT,
  /// Over TLS: a writer's token for those who must be served, a reader's for the others.
  TLS_WITH_A_TOKEN;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /// What both ends need.
  interface Ends {

    /// What the server asks for.
    AccessOptions access();

    /// A client that may read and write.
    ManagedChannel writer(InetSocketAddress server) throws Exception;

    /// A peer that may read, and sends whatever frames it likes.
    RawHttp2 peer(InetSocketAddress server, int window, boolean reads) throws IOException;
  }

  /// Makes what is needed.
  ///
  /// @param directory for certificates and tokens
  Ends make(Path directory) throws Exception {
    return switch (this) {
      case PLAINTEXT -> new Plain();
      case TLS_WITH_A_TOKEN -> Secure.in(directory);
    };
  }

  private record Plain() implements Ends {

    @Override
    public AccessOptions access() {
      return AccessOptions.NONE;
    }

    @Override
    public ManagedChannel writer(InetSocketAddress server) {
      return NettyChannelBuilder.forAddress(server).usePlaintext().build();
    }

    @Override
    public RawHttp2 peer(InetSocketAddress server, int window, boolean reads) throws IOException {
      return new RawHttp2(server, window, reads);
    }
  }

  /// Of a server with TLS and tokens.
  record Secure(Pki pki, AccessOptions access, String writer, String reader) implements Ends {

    static Secure in(Path directory) throws Exception {
      Pki pki = new Pki();
      Path certificate = directory.resolve("tls.crt");
      Path key = directory.resolve("tls.key");
      Pki.write(pki.certificate("localhost"), certificate, key);
      Path tokens = directory.resolve("tokens");
      TokenFile file = new TokenFile(tokens);
      String writer = file.create("writer", Instant.now(), Optional.empty());
      String reader = file.create("reader", Instant.now(), Optional.empty());
      Path access =
          Files.writeString(
              directory.resolve("access.yaml"),
              """
              identities:
                - {name: writer, by: "token:writer"}
                - {name: reader, by: "token:reader"}
              grants:
                - {who: writer, role: writer, tables: ["*"], sources: ["*"]}
                - {who: reader, role: reader, tables: ["*"]}
              """);
      return new Secure(
          pki,
          AccessOptions.NONE
              .withTls(certificate, key, Optional.empty())
              .withAccess(access, Optional.of(tokens), Optional.empty()),
          writer,
          reader);
    }

    @Override
    public ManagedChannel writer(InetSocketAddress server) throws Exception {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + writer);
      return NettyChannelBuilder.forAddress(server)
          .overrideAuthority("localhost")
          .sslContext(pki.client(Optional.empty()))
          .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
          .build();
    }

    @Override
    public RawHttp2 peer(InetSocketAddress server, int window, boolean reads) throws IOException {
      return new RawHttp2(encrypted(server), window, reads, "authorization", "Bearer " + reader);
    }

    /// A peer without a token.
    static RawHttp2 stranger(InetSocketAddress server, int window, boolean reads)
        throws IOException {
      return new RawHttp2(encrypted(server), window, reads);
    }

    /// A connection after its handshake. A peer that means no good checks no certificate.
    static Socket encrypted(InetSocketAddress server) throws IOException {
      try {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(server.getAddress(), server.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    }
  }
}
