package guidepost.server;

import guidepost.calls.ConnectionAccount;
import guidepost.calls.ServerBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
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
/// nobody can tell them apart yet. What waits costs a socket and nothing else; if its client leaves
/// meanwhile, those behind it come sooner.
///
/// Threads: the listening socket's event loop. The counts are the server's.
final class Admission extends ChannelInboundHandlerAdapter {

  /// What all listening sockets of a server have in common.
  static final class Counts {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    /// Connections that are open.
    int open() {
      return open.get();
    }

    /// Connections that wait for their turn.
    int waiting() {
      return waiting.get();
    }
  }

  /// As the kernel numbers the states of a connection.
  private static final int TCP_ESTABLISHED = 1;

  private final ConnectionLimits limits;
  private final ServerBudget budget;
  private final Connections connections;
  private final Counts counts;
  private final OccasionalLog log;
  private final Pace pace;

  /// The connections that wait, by host, first come first served. None is empty.
  private final Map<Object, Queue<Channel>> lines = new HashMap<>();

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
    } else if (connection.remoteAddress() instanceof InetSocketAddress remote) {
      takeInTurn(context, connection, remote.getAddress());
    } else {
      take(context, connection);
    }
  }

  private void takeInTurn(ChannelHandlerContext context, Channel connection, InetAddress address) {
    Object host = Pace.host(address);
    Queue<Channel> line = lines.get(host);
    if (line == null && pace.take(address, System.nanoTime()) == 0) {
      take(context, connection);
    } else if (counts.waiting.get() >= limits.connectionsWaitingMax()) {
      refuse(
          connection,
          "%d connections wait because their addresses open more than %d a second"
              .formatted(counts.waiting.get(), limits.connectionsPerSecond()));
    } else {
      counts.waiting.incrementAndGet();
      lines.computeIfAbsent(host, _ -> new ArrayDeque<>()).add(connection);
      if (line == null) {
        takeNext(context, host, address);
      }
    }
  }

  /// The first of a line that is still there comes next, now or when its address may open one more.
  private void takeNext(ChannelHandlerContext context, Object host, InetAddress address) {
    Queue<Channel> line = lines.get(host);
    boolean takes = context.channel().isActive();
    while (line != null && !line.isEmpty()) {
      if (!takes || hasGone(line.element())) {
        leaveLine(line).unsafe().closeForcibly(); // nobody has it yet
        continue;
      }
      long wait = pace.take(address, System.nanoTime());
      if (wait > 0) {
        var _ =
            context
                .executor()
                .schedule(() -> takeNext(context, host, address), wait, TimeUnit.NANOSECONDS);
        return;
      }
      take(context, leaveLine(line));
    }
    lines.remove(host);
  }

  private Channel leaveLine(Queue<Channel> line) {
    counts.waiting.decrementAndGet();
    return line.remove();
  }

  /// True if its client has closed it meanwhile, as far as that can be seen before it is read.
  private static boolean hasGone(Channel connection) {
    try {
      return connection instanceof EpollSocketChannel socket
          && socket.tcpInfo().state() != TCP_ESTABLISHED;
    } catch (ChannelException e) {
      return true;
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
