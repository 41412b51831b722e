package guidepost.server;

import guidepost.calls.ConnectionAccount;
import guidepost.calls.ServerBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Which new connections a server takes, and when: the first handler of a listening socket.
///
/// | a new connection | |
/// |---|---|
/// | within the pace of its address | is taken, with an account of its own |
/// | faster than that | waits, unread, for its turn; the others of its address are behind it |
/// | when as many wait, or are open, as may | is closed |
///
/// Waiting instead of refusing: behind one address there may be a flood and its neighbours, and
/// nobody can tell them apart yet. What waits costs a socket and nothing else.
///
/// Threads: the listening socket's event loop. The counts are the server's.
final class Admission extends ChannelInboundHandlerAdapter {

  /// What all listening sockets of a server have in common.
  static final class Counts {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
  }

  private final ConnectionLimits limits;
  private final ServerBudget budget;
  private final Connections connections;
  private final Counts counts;
  private final OccasionalLog log;
  private final Pace pace;

  Admission(
      ConnectionLimits limits,
      ServerBudget budget,
      Connections connections,
      Counts counts,
      OccasionalLog log) {
    this.limits = limits;
    this.budget = budget;
    this.connections = connections;
    this.counts = counts;
    this.log = log;
    this.pace = new Pace(limits.connectionsPerSecond(), limits.connectionsBurst());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (counts.open.get() >= limits.connectionsMax()) {
      refuse(connection, "%d connections are open, as many as may be".formatted(counts.open.get()));
      return;
    }
    long wait =
        connection.remoteAddress() instanceof InetSocketAddress remote
            ? pace.take(remote.getAddress(), System.nanoTime())
            : 0;
    if (wait == 0) {
      take(context, connection);
    } else if (counts.waiting.get() < limits.connectionsWaitingMax()) {
      counts.waiting.incrementAndGet();
      var _ =
          context
              .executor()
              .schedule(() -> takeLater(context, connection), wait, TimeUnit.NANOSECONDS);
    } else {
      pace.giveBack(((InetSocketAddress) connection.remoteAddress()).getAddress());
      refuse(
          connection,
          "%d connections wait because their addresses open more than %d a second"
              .formatted(counts.waiting.get(), limits.connectionsPerSecond()));
    }
  }

  private void takeLater(ChannelHandlerContext context, Channel connection) {
    counts.waiting.decrementAndGet();
    if (context.channel().isActive()) {
      take(context, connection);
    } else {
      connection.unsafe().closeForcibly(); // nobody has it yet
    }
  }

  private void take(ChannelHandlerContext context, Channel connection) {
    counts.open.incrementAndGet();
    var _ = connection.closeFuture().addListener(closed -> counts.open.decrementAndGet());
    connections.add(
        connection, loop -> new ConnectionAccount(budget, loop, () -> closeGreedy(connection)));
    context.fireChannelRead(connection);
  }

  private void closeGreedy(Channel connection) {
    log.warn(
        "%s: closed, because the server holds more than %d bytes for its clients, and most for this one"
            .formatted(connection.remoteAddress(), budget.bytesMax()));
    Runnable close = () -> connection.unsafe().close(connection.newPromise());
    if (connection.isRegistered()) {
      connection.eventLoop().execute(close);
    } else {
      close.run();
    }
  }

  private void refuse(Channel connection, String why) {
    connection.unsafe().closeForcibly();
    log.warn("%s: connection closed: %s".formatted(connection.remoteAddress(), why));
  }
}
