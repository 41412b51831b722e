package guidepost.web;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The threads of the web port, which end as soon as they are told: its requests have ended before.
///
/// Threads: any.
final class WebLoops extends MultiThreadIoEventLoopGroup {

  /// Sockets are closed within milliseconds.
  private static final long CLOSE_SECONDS = 5;

  private final Supplier<ChannelHandler> first;

  private WebLoops(String name, int threads, Supplier<ChannelHandler> first) {
    super(threads, new DefaultThreadFactory("guidepost-web-" + name, true), handlers());
    this.first = first;
  }

  /// For the connections.
  static WebLoops serving() {
    return new WebLoops(
        "serve", Runtime.getRuntime().availableProcessors(), ChannelInboundHandlerAdapter::new);
  }

  /// For listening sockets.
  ///
  /// @param admission makes the handler that sees each new connection of a listening socket before
  ///   anything else does
  static WebLoops accepting(Supplier<ChannelHandler> admission) {
    return new WebLoops("accept", 1, admission);
  }

  @Override
  public ChannelFuture register(Channel channel) {
    if (channel instanceof ServerChannel) {
      channel.pipeline().addFirst(first.get());
    }
    return super.register(channel);
  }

  /// Of the kind that Armeria opens its sockets for.
  private static IoHandlerFactory handlers() {
    return Flags.transportType() == TransportType.EPOLL
        ? EpollIoHandler.newFactory()
        : NioIoHandler.newFactory();
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
