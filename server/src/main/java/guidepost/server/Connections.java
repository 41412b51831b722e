package guidepost.server;

import static java.util.stream.Collectors.toSet;

import guidepost.access.Access;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.ServerBudget;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.netty.channel.Channel;
import io.netty.util.AsciiString;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of an endpoint by their two ends, so that each finds its guard again when gRPC
/// has made a transport of it, and its calls find their account.
///
/// Threads: any.
final class Connections extends ServerTransportFilter {

  private record Ends(@Nullable SocketAddress remote, @Nullable SocketAddress local) {}

  private final Map<Ends, ConnectionGuard> guards = new ConcurrentHashMap<>();
  private final Set<AsciiString> takeOne;
  private final ConnectionLimits limits;
  private final ServerBudget budget;
  private final Access access;
  private final OccasionalLog log;

  /// @param services all that the endpoint serves, under every name
  Connections(
      List<ServerServiceDefinition> services,
      ConnectionLimits limits,
      ServerBudget budget,
      Access access,
      OccasionalLog log) {
    this.takeOne =
        services.stream()
            .flatMap(service -> service.getMethods().stream())
            .map(ServerMethodDefinition::getMethodDescriptor)
            .filter(method -> method.getType().clientSendsOneMessage())
            .map(method -> AsciiString.of("/" + method.getFullMethodName()))
            .collect(toSet());
    this.limits = limits;
    this.budget = budget;
    this.access = access;
    this.log = log;
  }

  /// Adds a connection that is about to be taken.
  void add(Channel channel) {
    // A task with a delay, however short, runs after the other connections' turns.
    Executor loop =
        task -> {
          var _ = channel.eventLoop().schedule(task, 1, TimeUnit.NANOSECONDS);
        };
    ConnectionGuard guard =
        new ConnectionGuard(
            channel,
            new ConnectionAccount(budget, loop, () -> closeGreedy(channel)),
            takeOne,
            limits,
            log);
    Ends ends = new Ends(channel.remoteAddress(), channel.localAddress());
    guards.put(ends, guard);
    var _ =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  guards.remove(ends, guard);
                  guard.closed();
                });
    guard.begin();
  }

  private void closeGreedy(Channel connection) {
    log.warn(
        "%s: closed, because the server holds more than %d bytes for its clients, and most for this one"
            .formatted(connection.remoteAddress(), budget.bytesMax()));
    Runnable close = () -> connection.unsafe().close(connection.newPromise());
    if (connection.isRegistered()) {
      connection.eventLoop().execute(close);
    } else {
      close.run();
    }
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    ConnectionGuard guard =
        guards.get(
            new Ends(
                transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                transport.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)));
    if (guard == null) {
      return access.connected(transport, Runnable::run);
    }
    guard.speaksHttp2();
    return access.connected(
        transport.toBuilder().set(ConnectionAccount.KEY, guard.account()).build(), guard.loop());
  }

  /// @param transport null if it was never ready: its handshake failed. gRPC keeps every transport
  ///   of which this throws
  @Override
  public void transportTerminated(@Nullable Attributes transport) {
    if (transport != null) {
      access.disconnected(transport);
    }
  }
}
