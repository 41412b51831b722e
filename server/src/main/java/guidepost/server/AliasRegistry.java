package guidepost.server;

import guidepost.calls.Failures;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Services that answer under a name that is not theirs: asked when no service of that name exists,
/// and not listed by reflection.
///
/// Where callers must prove who they are, a name that nobody answers to is answered too, so that a
/// stranger is asked for that before anything else.
final class AliasRegistry extends HandlerRegistry {

  /// Reads a message of no known kind.
  private static final MethodDescriptor.Marshaller<byte[]> NOTHING =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return InputStream.nullInputStream();
        }

        @Override
        public byte[] parse(InputStream stream) {
          return new byte[0];
        }
      };

  private final Map<String, ServerMethodDefinition<?, ?>> methods;
  private final boolean answersAll;

  /// @param answersAll true if names that are none are answered too
  AliasRegistry(List<ServerServiceDefinition> aliases, boolean answersAll) {
    this.answersAll = answersAll;
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
    ServerMethodDefinition<?, ?> known = methods.get(methodName);
    return known == null && answersAll ? unknown(methodName) : known;
  }

  /// In the words of gRPC.
  private static ServerMethodDefinition<byte[], byte[]> unknown(String name) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(NOTHING, NOTHING)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name)
            .build(),
        (call, headers) -> {
          Failures.unknownMethod(call, name);
          return new ServerCall.Listener<>() {};
        });
  }
}
