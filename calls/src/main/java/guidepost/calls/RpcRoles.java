package guidepost.calls;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The role that each rpc of a service needs, declared beside the service.
///
/// ```java
/// ServerServiceDefinition checked =
///     RpcRoles.none()
///         .reader(GreeterGrpc.getListMethod())
///         .writer(GreeterGrpc.getPutMethod())
///         .applyTo(new GreeterService().bindService());
/// ```
///
/// The role stays with the rpc: its service refuses callers without it, under whatever name and on
/// whatever port it is offered, and a server can [#of] ask for it. A service with an rpc that
/// declares none, or with a declaration of an rpc that it does not have, cannot be made.
///
/// Cost: a look at the caller's grants for each call. Threads: any; immutable.
public final class RpcRoles {

  private static final RpcRoles NONE = new RpcRoles(Map.of());

  private final Map<String, Role> roles;

  private RpcRoles(Map<String, Role> roles) {
    this.roles = Map.copyOf(roles);
  }

  /// No rpc.
  public static RpcRoles none() {
    return NONE;
  }

  /// These and those that a reader may call.
  public RpcRoles reader(MethodDescriptor<?, ?>... methods) {
    return with(Role.READER, methods);
  }

  /// These and those that only a writer may call.
  public RpcRoles writer(MethodDescriptor<?, ?>... methods) {
    return with(Role.WRITER, methods);
  }

  /// These and those that only an admin may call.
  public RpcRoles admin(MethodDescriptor<?, ?>... methods) {
    return with(Role.ADMIN, methods);
  }

  private RpcRoles with(Role role, MethodDescriptor<?, ?>... methods) {
    Map<String, Role> more = new HashMap<>(roles);
    for (MethodDescriptor<?, ?> method : methods) {
      if (more.put(method.getFullMethodName(), role) != null) {
        throw new IllegalStateException(method.getFullMethodName() + ": declares two roles");
      }
    }
    return new RpcRoles(more);
  }

  /// The service, which refuses callers without the role of the rpc.
  ///
  /// @throws IllegalStateException if not each of its rpcs declares a role, or another one does
  public ServerServiceDefinition applyTo(ServerServiceDefinition service) {
    ServerServiceDefinition.Builder checked =
        ServerServiceDefinition.builder(service.getServiceDescriptor());
    Map<String, Role> left = new HashMap<>(roles);
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      String name = method.getMethodDescriptor().getFullMethodName();
      Role role = left.remove(name);
      if (role == null) {
        throw new IllegalStateException(name + ": must declare a role");
      }
      checked.addMethod(checked(method, role));
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(left.keySet() + ": declare a role, and are not served");
    }
    return checked.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> checked(
      ServerMethodDefinition<Q, A> method, Role role) {
    return method.withServerCallHandler(new Checked<>(role, method.getServerCallHandler()));
  }

  /// The role that an rpc declares.
  public static Optional<Role> of(ServerMethodDefinition<?, ?> method) {
    return method.getServerCallHandler() instanceof Checked<?, ?> checked
        ? Optional.of(checked.role())
        : Optional.empty();
  }

  /// The roles of a service's rpcs, by full name.
  ///
  /// @throws IllegalStateException if one declares none
  public static Map<String, Role> of(ServerServiceDefinition service) {
    Map<String, Role> roles = new HashMap<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      String name = method.getMethodDescriptor().getFullMethodName();
      roles.put(
          name,
          of(method).orElseThrow(() -> new IllegalStateException(name + ": must declare a role")));
    }
    return roles;
  }

  private record Checked<Q, A>(Role role, ServerCallHandler<Q, A> service)
      implements ServerCallHandler<Q, A> {

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, A> call, Metadata headers) {
      Caller caller = Caller.current();
      if (caller.may(role)) {
        return service.startCall(call, headers);
      }
      Denial.log(caller, call.getMethodDescriptor().getFullMethodName() + " needs role " + role);
      Failures.end(call, Denial.of(caller));
      return new ServerCall.Listener<>() {};
    }
  }
}
