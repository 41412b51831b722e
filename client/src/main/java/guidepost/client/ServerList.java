package guidepost.client;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Names several servers to gRPC as one target, `guidepost-servers:///HOST:PORT,HOST:PORT`.
///
/// Threads: any.
final class ServerList {

  private static final String SCHEME = "guidepost-servers";

  static {
    OwnTarget.register(
        SCHEME,
        InetSocketAddress.class,
        target -> new Resolver(servers(target.getPath().substring(1))));
  }

  private ServerList() {}

  /// A channel that gives each call to the next server that can be reached.
  static NettyChannelBuilder channel(List<ServerAddress> servers) {
    String names = servers.stream().map(ServerAddress::toString).collect(Collectors.joining(","));
    return NettyChannelBuilder.forTarget(SCHEME + ":///" + names)
        .defaultLoadBalancingPolicy("round_robin");
  }

  private static List<ServerAddress> servers(String names) {
    return Arrays.stream(names.split(",", -1)).map(ServerAddress::parse).toList();
  }

  /// Asks for the addresses of the names again whenever a connection breaks.
  private static final class Resolver extends NameResolver {
    private final List<ServerAddress> servers;
    private @Nullable Listener2 listener;

    Resolver(List<ServerAddress> servers) {
      this.servers = servers;
    }

    @Override
    public String getServiceAuthority() {
      return servers.getFirst().toString();
    }

    @Override
    public void start(Listener2 newListener) {
      listener = newListener;
      resolve();
    }

    @Override
    public void refresh() {
      resolve();
    }

    private void resolve() {
      Listener2 told = listener;
      if (told != null) {
        var _ = Thread.ofVirtual().start(() -> told.onResult(found()));
      }
    }

    private ResolutionResult found() {
      List<EquivalentAddressGroup> groups = new ArrayList<>();
      for (ServerAddress server : servers) {
        try {
          groups.add(group(server));
        } catch (UnknownHostException e) {
          // The others may be known.
        }
      }
      StatusOr<List<EquivalentAddressGroup>> addresses =
          groups.isEmpty()
              ? StatusOr.fromStatus(
                  Status.UNAVAILABLE.withDescription("none of the servers' names is known"))
              : StatusOr.fromValue(groups);
      return ResolutionResult.newBuilder().setAddressesOrError(addresses).build();
    }

    /// Each is asked by its own name, which its certificate must have.
    private static EquivalentAddressGroup group(ServerAddress server) throws UnknownHostException {
      List<SocketAddress> addresses = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(server.host())) {
        addresses.add(new InetSocketAddress(address, server.port()));
      }
      return new EquivalentAddressGroup(
          addresses,
          io.grpc.Attributes.newBuilder()
              .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, server.toString())
              .build());
    }

    @Override
    public void shutdown() {
      listener = null;
    }
  }
}
