package guidepost.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Makes a [GuidepostClient]: over plaintext with nothing to show, unless told otherwise.
///
/// ```java
/// GuidepostClient.to(ServerAddress.parse("routes.example:50051"))
///     .tls(ClientTls.trusting(Path.of("ca.pem")))
///     .token(token)
///     .connect();
/// ```
///
/// Threads: one.
public final class ClientBuilder {

  /// A quiet call is probed this often, so that a dead connection is noticed; servers permit 10.
  private static final long KEEP_ALIVE_SECONDS = 60;

  private final List<ServerAddress> servers;
  private Duration patience = GuidepostClient.DEFAULT_PATIENCE;
  private Optional<ClientTls> tls = Optional.empty();
  private Optional<Supplier<String>> token = Optional.empty();
  private boolean latest;
  private boolean ownThread;

  /// @param servers of one cluster; not empty
  ClientBuilder(List<ServerAddress> servers) {
    this.servers = List.copyOf(servers);
    if (this.servers.isEmpty()) {
      throw new IllegalArgumentException("servers: must name at least one");
    }
  }

  /// How long an answer, and each further one of a stream, may take; 40 s unless told otherwise.
  public ClientBuilder patience(Duration newPatience) {
    patience = newPatience;
    return this;
  }

  /// Has each answer be of all that any server of the cluster had acknowledged when it was asked
  /// for, whichever of them answers: costs a round trip to the brokers. Of no effect on a server
  /// that is alone.
  public ClientBuilder readingLatest() {
    latest = true;
    return this;
  }

  /// Gives the client a thread of its own for its connections, which ends when the client is
  /// closed. For a program that exits soon after: the threads that clients share live on for a
  /// while, and a Java virtual machine that exits waits 0.3 s for threads that wait for the
  /// network.
  public ClientBuilder onThreadOfItsOwn() {
    ownThread = true;
    return this;
  }

  /// Encrypts, and makes sure that it is the server.
  public ClientBuilder tls(ClientTls newTls) {
    tls = Optional.of(newTls);
    return this;
  }

  /// Shows a token with each call: one of `guidepost token create`, or a JWT.
  public ClientBuilder token(String newToken) {
    return token(() -> newToken);
  }

  /// Shows a token with each call.
  ///
  /// @param newToken asked before every call, on its thread: one that expires can be exchanged
  public ClientBuilder token(Supplier<String> newToken) {
    token = Optional.of(newToken);
    return this;
  }

  /// Makes the client. Nothing is sent before its first call.
  ///
  /// @throws IllegalArgumentException if there is a token, but neither TLS nor a loopback address:
  ///   everybody on the way could read it; or if a file of TLS is not what it must be
  public GuidepostClient connect() {
    for (ServerAddress server : servers) {
      if (token.isPresent() && tls.isEmpty() && !server.isLoopback()) {
        throw new IllegalArgumentException(
            "server %s: a token must only be sent over TLS, or to this machine".formatted(server));
      }
    }
    ServerAddress server = servers.getFirst();
    NettyChannelBuilder channel =
        (servers.size() == 1
                ? NettyChannelBuilder.forAddress(server.host(), server.port())
                : ServerList.channel(servers))
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(GuidepostClient.MESSAGE_BYTES_MAX)
            .defaultServiceConfig(ReadRetries.SERVICE_CONFIG);
    if (tls.isPresent()) {
      channel.sslContext(tls.get().context());
      tls.get()
          .serverName()
          .ifPresent(name -> channel.overrideAuthority(name + ":" + server.port()));
    } else {
      channel.usePlaintext();
    }
    if (servers.size() > 1) {
      channel.intercept(new SeenRevisionsHeader());
    }
    if (latest) {
      channel.intercept(new Latest());
    }
    token.ifPresent(supplier -> channel.intercept(new Showing(supplier)));
    Optional<ClientLoop> loop = ownThread ? Optional.of(ClientLoop.start()) : Optional.empty();
    loop.ifPresent(each -> each.serve(channel));
    return new GuidepostClient(channel.build(), patience, loop);
  }

  /// Asks for what is newest anywhere.
  private record Latest() implements ClientInterceptor {

    private static final Metadata.Key<String> READ =
        Metadata.Key.of("guidepost-read", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> responses, Metadata headers) {
          headers.put(READ, "latest");
          super.start(responses, headers);
        }
      };
    }
  }

  /// Shows a token with each call.
  private record Showing(Supplier<String> token) implements ClientInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> responses, Metadata headers) {
          headers.put(AUTHORIZATION, "Bearer " + token.get());
          super.start(responses, headers);
        }
      };
    }
  }
}
