package guidepost.calls;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;

/// A service under a name that is not its own: the same methods with the same handlers.
public final class Aliases {

  private Aliases() {}

  /// The service under `name`.
  ///
  /// @param name the other full name, which reflection is not to list
  public static ServerServiceDefinition of(ServerServiceDefinition service, String name) {
    ServerServiceDefinition.Builder alias = ServerServiceDefinition.builder(name);
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      alias.addMethod(renamed(method, name));
    }
    return alias.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> renamed(
      ServerMethodDefinition<Q, A> method, String service) {
    MethodDescriptor<Q, A> known = method.getMethodDescriptor();
    String bareName = String.valueOf(known.getBareMethodName());
    String fullName = MethodDescriptor.generateFullMethodName(service, bareName);
    return ServerMethodDefinition.create(
        known.toBuilder().setFullMethodName(fullName).setSchemaDescriptor(null).build(),
        method.getServerCallHandler());
  }
}
