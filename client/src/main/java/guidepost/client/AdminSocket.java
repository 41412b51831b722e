package guidepost.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.StatusOr;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/// Names a socket in a file system to gRPC as `guidepost-admin:///PATH`, escaped: gRPC's own name
/// for an address has its text as it is, and is no name if a letter of the path is not ASCII.
///
/// Threads: any.
final class AdminSocket {

  private static final String SCHEME = "guidepost-admin";

  static {
    OwnTarget.register(SCHEME, UnixDomainSocketAddress.class, target -> new Resolver(path(target)));
  }

  private AdminSocket() {}

  /// A channel to the socket, whatever letters its path has.
  static NettyChannelBuilder channel(UnixDomainSocketAddress address) {
    return NettyChannelBuilder.forTarget(
            SCHEME + ":///" + URLEncoder.encode(address.getPath().toString(), UTF_8))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class);
  }

  private static UnixDomainSocketAddress path(URI target) {
    return UnixDomainSocketAddress.of(URLDecoder.decode(target.getRawPath().substring(1), UTF_8));
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
