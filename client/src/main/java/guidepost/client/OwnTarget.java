package guidepost.client;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Names to gRPC what it has no names for: a target `SCHEME:///PATH` of a scheme of our own.
///
/// Threads: any.
final class OwnTarget extends NameResolverProvider {

  private final String scheme;
  private final Class<? extends SocketAddress> addresses;
  private final Function<URI, NameResolver> resolver;

  private OwnTarget(
      String scheme,
      Class<? extends SocketAddress> addresses,
      Function<URI, NameResolver> resolver) {
    this.scheme = scheme;
    this.addresses = addresses;
    this.resolver = resolver;
  }

  /// Has gRPC know a scheme from now on.
  ///
  /// @param addresses what its targets lead to
  /// @param resolver of such a target
  static void register(
      String scheme,
      Class<? extends SocketAddress> addresses,
      Function<URI, NameResolver> resolver) {
    NameResolverRegistry.getDefaultRegistry().register(new OwnTarget(scheme, addresses, resolver));
  }

  @Override
  public String getDefaultScheme() {
    return scheme;
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
    return Set.of(addresses);
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return scheme.equals(target.getScheme()) ? resolver.apply(target) : null;
  }
}
