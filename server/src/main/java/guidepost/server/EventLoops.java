package guidepost.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The threads that serve connections: one that accepts them, and two per processor that read,
/// answer and write. With two, the operating system shares a processor between a thread that is
/// busy and one that is not.
///
/// Threads: any.
final class EventLoops implements AutoCloseable {

  /// As Netty has it: while one loop is busy, another one of the processor goes on.
  private static final int PER_PROCESSOR = 2;

  /// Shutting down waits for nothing: the calls have ended before.
  private static final long QUIET_SECONDS = 0;

  /// Sockets are closed within milliseconds.
  private static final long CLOSE_SECONDS = 5;

  private final EventLoopGroup accepting;
  private final EventLoopGroup serving;

  EventLoops() {
    accepting = group("accept", 1);
    serving = group("serve", PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
  }

  private static EventLoopGroup group(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory("guidepost-" + name, true), handlers());
  }

  private static IoHandlerFactory handlers() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  EventLoopGroup accepting() {
    return accepting;
  }

  EventLoopGroup serving() {
    return serving;
  }

  /// A socket to listen with, on these threads.
  static ServerChannel listener() {
    return Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }

  @Override
  public void close() {
    var _ = accepting.shutdownGracefully(QUIET_SECONDS, CLOSE_SECONDS, TimeUnit.SECONDS);
    var _ = serving.shutdownGracefully(QUIET_SECONDS, CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
