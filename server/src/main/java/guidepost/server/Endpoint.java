package guidepost.server;

import guidepost.access.Access;
import guidepost.calls.MessageLimit;
import guidepost.calls.Role;
import guidepost.calls.ServerBudget;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One address that the server listens on.
///
/// Handlers run on Netty's event loops (direct executor): they never block. Each address has a gRPC
/// server of its own, over the same services, so that an error can name the address.
final class Endpoint {

  /// A long answer may end; a watch resumes.
  private static final long CONNECTION_AGE_GRACE_HOURS = 1;

  /// How long until a cut call is gone.
  private static final long CUT_SECONDS = 5;

  /// How long until it is noticed that the last call has ended, or that it is to hurry.
  private static final long HURRY_CHECK_MILLIS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  private final ListenAddress address;
  private final Server server;
  private final AliasRegistry aliases;

  private Endpoint(ListenAddress address, Server server, AliasRegistry aliases) {
    this.address = address;
    this.server = server;
    this.aliases = aliases;
  }

  /// True if other machines can reach it, and it does not keep strangers out.
  static boolean isExposed(ServerOptions options) throws ServerStartException {
    if (options.isSecure()) {
      return false;
    }
    for (ListenAddress address : all(options)) {
      if (!isLoopback(address)) {
        return true;
      }
    }
    return false;
  }

  /// Those of gRPC, and that of the web port.
  private static List<ListenAddress> all(ServerOptions options) {
    return Stream.concat(options.listen().stream(), options.web().stream().map(WebSettings::listen))
        .toList();
  }

  private static boolean isLoopback(ListenAddress address) throws ServerStartException {
    return resolved(address).getAddress().isLoopbackAddress();
  }

  /// Refuses addresses that other machines can reach without TLS and authentication, unless that
  /// was asked for.
  static void requireAllowed(ServerOptions options) throws ServerStartException {
    for (ListenAddress address : all(options)) {
      if (!options.insecure() && !options.isSecure() && !isLoopback(address)) {
        throw new ServerStartException(
            "listen address %s: other machines can reach it, so it needs TLS (--tls-certificate, --tls-key) and authentication (--access-file); add --insecure to do without"
                .formatted(address));
      }
    }
  }

  private static InetSocketAddress resolved(ListenAddress address) throws ServerStartException {
    try {
      return address.resolve();
    } catch (UnknownHostException e) {
      throw new ServerStartException(
          ServerStartException.Reason.OPTIONS,
          "listen address %s: no such host".formatted(address),
          e);
    }
  }

  /// What all addresses have in common that is watched over.
  ///
  /// @param counts connections of gRPC
  /// @param webCounts connections of the web port: those who fill it keep nobody from the others
  /// @param log those that were closed because of a limit
  record Watching(Admission.Counts counts, Admission.Counts webCounts, OccasionalLog log) {
    Watching(ConnectionLimits limits) {
      this(new Admission.Counts(limits), new Admission.Counts(limits), new OccasionalLog(LOG));
    }

    /// For a listening socket of the web port, which gives each connection its account by itself.
    Admission webAdmission(ConnectionLimits limits) {
      return new Admission(limits, webCounts, log, _ -> {});
    }
  }

  /// Binds every address, or none.
  ///
  /// @param interceptors see a call before its caller is known, each before those before it
  static List<Endpoint> bindAll(
      ServerOptions options,
      Access access,
      EventLoops loops,
      ServerBudget budget,
      Watching watching,
      Map<String, Role> roles,
      List<ServerInterceptor> interceptors,
      List<ServerServiceDefinition> services,
      List<ServerServiceDefinition> aliases)
      throws ServerStartException {
    List<Endpoint> bound = new ArrayList<>();
    ConnectionBuffers buffers = new ConnectionBuffers();
    try {
      for (ListenAddress address : options.listen()) {
        if (isUsable(address, options)) {
          Connections connections =
              new Connections(
                  Stream.concat(services.stream(), aliases.stream()).toList(),
                  options.connections(),
                  budget,
                  access,
                  watching.log());
          NettyServerBuilder builder =
              NettyServerBuilder.forAddress(resolved(address))
                  .bossEventLoopGroup(loops.accepting())
                  .workerEventLoopGroup(loops.serving())
                  .channelFactory(
                      () ->
                          listener(
                              new Admission(
                                  options.connections(),
                                  watching.counts(),
                                  watching.log(),
                                  connections::add)))
                  .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, new FairReads())
                  .withChildOption(ChannelOption.ALLOCATOR, buffers)
                  .addTransportFilter(connections)
                  .intercept(access.interceptor(roles));
          interceptors.forEach(builder::intercept);
          access.tls().ifPresent(builder::sslContext);
          bound.add(bind(address, builder, options, services, aliases));
        }
      }
      return bound;
    } catch (ServerStartException e) {
      bound.forEach(Endpoint::cut);
      throw e;
    }
  }

  private static ServerChannel listener(Admission admission) {
    ServerChannel listener = EventLoops.listener();
    listener.pipeline().addLast(admission);
    return listener;
  }

  /// A machine without IPv6 has no `::1`: no reason not to serve the rest of the default.
  private static boolean isUsable(ListenAddress address, ServerOptions options)
      throws ServerStartException {
    InetSocketAddress socket = resolved(address);
    boolean optional =
        options.listen().equals(ServerOptions.LOOPBACK)
            && socket.getAddress() instanceof Inet6Address;
    if (optional && !LocalAddresses.has(socket.getAddress())) {
      LOG.warn("this machine has no {}: not listening there", address.host());
      return false;
    }
    return true;
  }

  private static Endpoint bind(
      ListenAddress address,
      NettyServerBuilder builder,
      ServerOptions options,
      List<ServerServiceDefinition> services,
      List<ServerServiceDefinition> aliases)
      throws ServerStartException {
    MessageLimit limit = new MessageLimit(options.messageBytesMax());
    ConnectionLimits limits = options.connections();
    AliasRegistry registry =
        new AliasRegistry(
            aliases.stream().map(limit::applyTo).toList(), options.access().authenticates());
    Server server =
        builder
            .directExecutor()
            .maxInboundMessageSize(Integer.MAX_VALUE) // the message limit comes first
            .addStreamTracerFactory(limit.meters())
            .maxConcurrentCallsPerConnection(limits.callsMax())
            .maxRstFramesPerWindow(limits.resetsMax(), (int) limits.resetsWindow().toSeconds())
            .maxConnectionIdle(limits.idleMax().toSeconds(), TimeUnit.SECONDS)
            .maxConnectionAge(limits.ageMax().toSeconds(), TimeUnit.SECONDS)
            .maxConnectionAgeGrace(CONNECTION_AGE_GRACE_HOURS, TimeUnit.HOURS)
            .keepAliveTime(limits.keepaliveTime().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(limits.keepaliveMin().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addServices(services.stream().map(limit::applyTo).toList())
            .fallbackHandlerRegistry(registry)
            .build();
    try {
      server.start();
      return new Endpoint(address.withPort(server.getPort()), server, registry);
    } catch (IOException e) {
      throw new ServerStartException(
          isInUse(e) ? ServerStartException.Reason.BUSY : ServerStartException.Reason.OPTIONS,
          "listen address %s: %s".formatted(address, reason(e)),
          e);
    }
  }

  static boolean isInUse(Throwable e) {
    return deepestMessage(e).contains("Address already in use");
  }

  private static String deepestMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static String reason(Throwable e) {
    return reason(e, "--listen");
  }

  /// Why an address cannot be listened on.
  ///
  /// @param flag names another
  static String reason(Throwable e, String flag) {
    String message = deepestMessage(e);
    if (isInUse(e)) {
      return "is in use; stop the program that listens there or choose another with " + flag;
    }
    if (message.contains("Cannot assign requested address")) {
      return "is not an address of this machine";
    }
    return message.contains("Permission denied") ? "this user may not listen there" : message;
  }

  ListenAddress address() {
    return address;
  }

  /// The full names of all that it answers.
  Stream<String> rpcs() {
    return Stream.concat(rpcs(server), aliases.rpcs());
  }

  static Stream<String> rpcs(Server server) {
    return server.getServices().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor().getFullMethodName());
  }

  /// Takes no new calls.
  void finish() {
    server.shutdown();
  }

  /// Waits for the calls under way, until the deadline or until told to hurry.
  void awaitCalls(long deadlineNanos, CountDownLatch hurried) throws InterruptedException {
    while (!server.isTerminated()
        && System.nanoTime() < deadlineNanos
        && !hurried.await(0, TimeUnit.MILLISECONDS)) {
      server.awaitTermination(HURRY_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /// Cuts the calls under way.
  void cut() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(CUT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: calls are still under way", address);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
