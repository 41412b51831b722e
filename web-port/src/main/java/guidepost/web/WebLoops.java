package guidepost.web;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The threads of the web port, which end as soon as they are told: its requests have ended before.
///
/// Threads: any.
final class WebLoops extends MultiThreadIoEventLoopGroup {

  /// Sockets are closed within milliseconds.
  private static final long CLOSE_SECONDS = 5;

  WebLoops(String name, int threads) {
    super(threads, new DefaultThreadFactory("guidepost-web-" + name, true), handlers());
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
