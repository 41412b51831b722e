package guidepost.calls;

import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.function.Consumer;

/// Services that a server offers: those of a [ServedDomain], or a front over several domains that
/// has no data of its own.
///
/// To end it: let the server take no new calls, [#shutdown] so that open calls end with what is
/// owed to them, wait for the server, then [#close], then close the journals.
///
/// Threads: any.
public interface ServedFront extends AutoCloseable {

  /// The services under their canonical names: what a server registers and reflection lists.
  List<ServerServiceDefinition> services();

  /// Services under older names: what a server registers and reflection leaves out.
  List<ServerServiceDefinition> aliases();

  /// Has `told` called with the full names of the services that a defect left without what they
  /// need, mostly a writer: until a restart they go on reading, and refuse the rest. At once if
  /// that has happened; more than once if several things stop.
  void onStopped(Consumer<List<String>> told);

  /// Ends the calls that would stay open, as UNAVAILABLE.
  void shutdown();

  /// Also writes and answers whatever waits to be written, and ends the threads. The journals stay
  /// open. A second call does nothing.
  @Override
  void close();

  /// The full names of services.
  static List<String> names(List<ServerServiceDefinition> services) {
    return services.stream().map(service -> service.getServiceDescriptor().getName()).toList();
  }
}
