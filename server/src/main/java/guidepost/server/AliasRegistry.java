package guidepost.server;

import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Services that answer under a name that is not theirs: asked when no service of that name exists,
/// and not listed by reflection.
final class AliasRegistry extends HandlerRegistry {

  private final Map<String, ServerMethodDefinition<?, ?>> methods;

  AliasRegistry(List<ServerServiceDefinition> aliases) {
    methods =
        aliases.stream()
            .flatMap(service -> service.getMethods().stream())
            .collect(
                Collectors.toUnmodifiableMap(
                    method -> method.getMethodDescriptor().getFullMethodName(), method -> method));
  }

  /// The full names of all that it answers.
  Stream<String> rpcs() {
    return methods.keySet().stream();
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String methodName, @Nullable String authority) {
    return methods.get(methodName);
  }
}
