package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.RpcRoles;
import io.grpc.Metadata;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// What health says of each service, and of all together: a service that writes is not serving
/// while nothing can be written, and for good once a defect has stopped what it needs. All together
/// serve when each one does.
///
/// Threads: any.
final class ServiceHealth {

  /// Who may call what.
  private static final RpcRoles ROLES =
      RpcRoles.none().reader(HealthGrpc.getCheckMethod(), HealthGrpc.getWatchMethod());

  private static final Metadata.Key<String> INSECURE =
      Metadata.Key.of("guidepost-insecure", Metadata.ASCII_STRING_MARSHALLER);

  private final HealthStatusManager manager = new HealthStatusManager();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Set<String> services = new HashSet<>();

  @GuardedBy("lock")
  private final Set<String> writing = new HashSet<>();

  @GuardedBy("lock")
  private final Set<String> stopped = new HashSet<>();

  @GuardedBy("lock")
  private final List<HealthStatusManager> others = new ArrayList<>();

  @GuardedBy("lock")
  private boolean refusing;

  @GuardedBy("lock")
  private boolean stale;

  @GuardedBy("lock")
  private boolean begun;

  @GuardedBy("lock")
  private boolean ended;

  /// The service that tells.
  ///
  /// @param watches ends the open ones
  /// @param exposed true if the server keeps no strangers out, and should: then each answer has the
  ///   metadata `guidepost-insecure: true`
  ServerServiceDefinition service(OpenWatches watches, boolean exposed) {
    Metadata extra = new Metadata();
    if (exposed) {
      extra.put(INSECURE, "true");
    }
    return ROLES.applyTo(
        ServerInterceptors.intercept(
            manager.getHealthService(),
            watches,
            MetadataUtils.newAttachMetadataServerInterceptor(extra)));
  }

  /// Takes services in.
  ///
  /// @param writes true if they write
  void add(Collection<ServerServiceDefinition> added, boolean writes) {
    List<String> names = added.stream().map(each -> each.getServiceDescriptor().getName()).toList();
    lock.lock();
    try {
      services.addAll(names);
      if (writes) {
        writing.addAll(names);
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  /// Has the health of other services, which a client reaches elsewhere, tell too whether these
  /// serve all together.
  void toldBy(ServiceHealth other) {
    lock.lock();
    try {
      others.add(other.manager);
      tell();
    } finally {
      lock.unlock();
    }
  }

  /// All together serve from now on, if each one does.
  void begin() {
    lock.lock();
    try {
      begun = true;
      tell();
    } finally {
      lock.unlock();
    }
  }

  /// True if all together serve.
  boolean serves() {
    lock.lock();
    try {
      return begun && !ended && stopped.isEmpty() && !refusing && !stale;
    } finally {
      lock.unlock();
    }
  }

  /// A defect has stopped what these need: until a restart.
  void stopped(List<String> names) {
    lock.lock();
    try {
      stopped.addAll(names);
      tell();
    } finally {
      lock.unlock();
    }
  }

  /// Whether anything can be written.
  void writable(boolean now) {
    lock.lock();
    try {
      refusing = !now;
      tell();
    } finally {
      lock.unlock();
    }
  }

  /// Whether answers are of so long ago that another server should be asked.
  ///
  /// @return true if that was otherwise before
  boolean stale(boolean now) {
    lock.lock();
    try {
      boolean changed = stale != now;
      if (changed) {
        stale = now;
        tell();
      }
      return changed;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void tell() {
    for (String name : services) {
      set(name, serves(name));
    }
    boolean all = stopped.isEmpty() && !refusing && !stale;
    if (begun) {
      set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, all);
    }
    tellOthers(begun && all);
  }

  @GuardedBy("lock")
  private void tellOthers(boolean all) {
    others.forEach(each -> set(each, HealthStatusManager.SERVICE_NAME_ALL_SERVICES, all));
  }

  @GuardedBy("lock")
  private boolean serves(String name) {
    return !stopped.contains(name) && !(refusing && writing.contains(name)) && !stale;
  }

  private void set(String name, boolean serves) {
    set(manager, name, serves);
  }

  private static void set(HealthStatusManager manager, String name, boolean serves) {
    manager.setStatus(name, serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /// Nothing serves any more.
  void end() {
    lock.lock();
    try {
      ended = true;
      tellOthers(false);
    } finally {
      lock.unlock();
    }
    manager.enterTerminalState();
  }
}
