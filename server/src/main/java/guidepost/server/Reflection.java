package guidepost.server;

import guidepost.calls.RpcRoles;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/// What tells clients of the services: under its name, and under the one that older tools know.
final class Reflection {

  private static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(io.grpc.reflection.v1.ServerReflectionGrpc.getServerReflectionInfoMethod());
  private static final RpcRoles OLDER_ROLES =
      RpcRoles.none()
          .reader(io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod());

  private Reflection() {}

  /// The services that tell.
  @SuppressWarnings("deprecation") // older tools know reflection by its alpha name only
  static List<ServerServiceDefinition> services() {
    return List.of(
        ROLES.applyTo(commented(ProtoReflectionServiceV1.newInstance())),
        OLDER_ROLES.applyTo(commented(ProtoReflectionService.newInstance())));
  }

  private static ServerServiceDefinition commented(BindableService service) {
    return ServerInterceptors.intercept(service, new CommentedReflection());
  }
}
