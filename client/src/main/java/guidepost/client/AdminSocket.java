package guidepost.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names a socket in a file system to gRPC as `guidepost-admin:///PATH`, escaped: gRPC's own name
/// for an address has its text as it is, and is no name if a letter of the path is not ASCII.
///
/// Threads: any.
final class AdminSocket extends NameResolverProvider {

  private static final String SCHEME = "guidepost-admin";

  static {
    NameResolverRegistry.getDefaultRegistry().register(new AdminSocket());
  }

  private AdminSocket() {}

  /// A channel to the socket, whatever letters its path has.
  static NettyChannelBuilder channel(UnixDomainSocketAddress address) {
    return NettyChannelBuilder.forTarget(
            SCHEME + ":///" + URLEncoder.encode(address.getPath().toString(), UTF_8))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  /// Low: it answers for no scheme but its own.
  @Override
  protected int priority() {
    return 1;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(UnixDomainSocketAddress.class);
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return SCHEME.equals(target.getScheme())
        ? new Resolver(
            UnixDomainSocketAddress.of(URLDecoder.decode(target.getRawPath().substring(1), UTF_8)))
        : null;
  }

  /// There is one address, and nobody to ask for it.
  private static final class Resolver extends NameResolver {
    private final UnixDomainSocketAddress address;

    Resolver(UnixDomainSocketAddress address) {
      this.address = address;
    }

    @Override
    public String getServiceAuthority() {
      return "localhost";
    }

    @Override
    public void start(Listener2 listener) {
      var _ =
          listener.onResult2(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(
                      StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                  .build());
    }

    @Override
    public void shutdown() {}
  }
}
