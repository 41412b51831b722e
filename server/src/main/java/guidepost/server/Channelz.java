package guidepost.server;

import guidepost.calls.RpcRoles;
import io.grpc.ServerServiceDefinition;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.protobuf.services.ChannelzService;

/// What gRPC knows of its own sockets and connections, for `grpcdebug` and the like.
final class Channelz {

  private static final RpcRoles ROLES =
      RpcRoles.none()
          .admin(
              ChannelzGrpc.getGetTopChannelsMethod(),
              ChannelzGrpc.getGetServersMethod(),
              ChannelzGrpc.getGetServerMethod(),
              ChannelzGrpc.getGetServerSocketsMethod(),
              ChannelzGrpc.getGetChannelMethod(),
              ChannelzGrpc.getGetSubchannelMethod(),
              ChannelzGrpc.getGetSocketMethod());

  /// Entries of one answer; more are asked for by the id of the last.
  private static final int PAGE = 100;

  private Channelz() {}

  /// The service that tells.
  static ServerServiceDefinition service() {
    return ROLES.applyTo(ChannelzService.newInstance(PAGE).bindService());
  }
}
