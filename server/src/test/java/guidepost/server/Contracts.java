package guidepost.server;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import guidepost.guide.v1.FeaturesProto;
import guidepost.guide.v1.NotesProto;
import guidepost.guide.v1.TripsProto;
import guidepost.routes.v1.RoutesProto;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.server.v1.AdminProto;
import guidepost.server.v1.ServerProto;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Every rpc that a server answers, as the contracts declare it.
final class Contracts {

  /// Full names of the seed contracts that clients use besides the declared ones.
  static final Map<String, ServiceDescriptor> ALIASES = aliases();

  private Contracts() {}

  private static Map<String, ServiceDescriptor> aliases() {
    ServiceDescriptor guide = described(RouteGuideGrpc.getServiceDescriptor());
    return Map.of(
        "Router", described(RouterGrpc.getServiceDescriptor()),
        "RouteGuide", guide,
        "examples.RouteGuide", guide,
        "grpc.example.routeguide.RouteGuide", guide,
        "proto.RouteGuide", guide);
  }

  private static ServiceDescriptor described(io.grpc.ServiceDescriptor service) {
    Object schema = Objects.requireNonNull(service.getSchemaDescriptor());
    return ((ProtoServiceDescriptorSupplier) schema).getServiceDescriptor();
  }

  private static Stream<ServiceDescriptor> services() {
    return Stream.concat(
        Stream.of(
                FeaturesProto.getDescriptor(),
                NotesProto.getDescriptor(),
                TripsProto.getDescriptor(),
                RoutesProto.getDescriptor(),
                AdminProto.getDescriptor(),
                ServerProto.getDescriptor())
            .map(FileDescriptor::getServices)
            .flatMap(List::stream),
        Stream.of(
            described(RouterGrpc.getServiceDescriptor()),
            described(RouteGuideGrpc.getServiceDescriptor()),
            described(io.grpc.channelz.v1.ChannelzGrpc.getServiceDescriptor()),
            described(io.grpc.health.v1.HealthGrpc.getServiceDescriptor()),
            described(io.grpc.reflection.v1.ServerReflectionGrpc.getServiceDescriptor()),
            described(io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServiceDescriptor())));
  }

  /// Every rpc by its full name, under every name of its service.
  static Map<String, MethodDescriptor> rpcs() {
    Map<String, MethodDescriptor> rpcs = new TreeMap<>();
    services().forEach(each -> add(rpcs, each.getFullName(), each));
    ALIASES.forEach((name, service) -> add(rpcs, name, service));
    return rpcs;
  }

  private static void add(
      Map<String, MethodDescriptor> rpcs, String name, ServiceDescriptor service) {
    service.getMethods().forEach(method -> rpcs.put(name + "/" + method.getName(), method));
  }
}
