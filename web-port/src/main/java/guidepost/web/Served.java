package guidepost.web;

import guidepost.access.Access;
import guidepost.calls.ServerBudget;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.ChannelHandler;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What the web port serves: the services of the gRPC port, behind the same interceptors.
///
/// @param services with their roles, and audited
/// @param interceptors the first sees a call first
/// @param access knows the callers, and the names of the server
/// @param budget what the server holds for all its clients
/// @param admission makes what decides which new connections of a listening socket are taken, and
///   when
/// @param ready true if everything can be read and written
/// @param metrics what `/metrics` answers; empty if there are none
public record Served(
    List<ServerServiceDefinition> services,
    List<ServerInterceptor> interceptors,
    Access access,
    ServerBudget budget,
    Supplier<ChannelHandler> admission,
    BooleanSupplier ready,
    Optional<Scrape> metrics) {

  public Served {
    services = List.copyOf(services);
    interceptors = List.copyOf(interceptors);
  }
}
