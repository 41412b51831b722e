package guidepost.client;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The thread of one client's connections.
///
/// Threads: any.
///
/// @param group of one thread
record ClientLoop(EventLoopGroup group) {

  private static final long END_SECONDS_MAX = 1;

  static ClientLoop start() {
    return new ClientLoop(
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("guidepost-client", true), NioIoHandler.newFactory()));
  }

  void serve(NettyChannelBuilder channel) {
    channel.eventLoopGroup(group).channelType(NioSocketChannel.class);
  }

  /// Ends the thread, and waits until it has. Its connections are closed.
  void end() {
    var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    group.terminationFuture().awaitUninterruptibly(END_SECONDS_MAX, TimeUnit.SECONDS);
  }
}
