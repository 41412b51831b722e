package guidepost.server;

import guidepost.calls.SharedPlaces;
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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Which new connections a server takes, and when: the first handler of a listening socket.
///
/// | a new connection | |
/// |---|---|
/// | within the pace of its address | is taken |
/// | faster than that | waits, unread, for its turn; the others of its address are behind it |
/// | when as many wait, or are open, as may | is closed |
/// | when its address has as many open as are left | is closed: the rest is for others ([SharedPlaces]) |
///
/// Connections of this machine itself have no such share, since a proxy for everybody may stand
/// there.
///
/// Waiting instead of refusing: behind one address there may be a flood and its neighbours, and
/// nobody can tell them apart yet. What waits costs a socket and nothing else; if its client leaves
/// meanwhile, those behind it come sooner.
///
/// Threads: the listening socket's event loop. The counts are those of all its kind.
final class Admission extends ChannelInboundHandlerAdapter {

  /// What all listening sockets of a port have in common.
  static final class Counts {
    private final SharedPlaces open;
    private final AtomicInteger waiting = new AtomicInteger();

    Counts(ConnectionLimits limits) {
      open = new SharedPlaces(limits.connectionsMax());
    }

    /// Connections that are open.
    int open() {
      return open.taken();
    }

    /// Connections that wait for their turn.
    int waiting() {
      return waiting.get();
    }
  }

  /// As the kernel numbers the states of a connection.
  private static final int TCP_ESTABLISHED = 1;

  private final ConnectionLimits limits;
  private final Counts counts;
  private final OccasionalLog log;
  private final Consumer<Channel> taken;
  private final Pace pace;

  /// The connections that wait, by host, first come first served. None is empty.
  private final Map<Object, Queue<Channel>> lines = new HashMap<>();

  /// @param taken is told of each connection that is taken, before anything is read from it
  Admission(ConnectionLimits limits, Counts counts, OccasionalLog log, Consumer<Channel> taken) {
    this.limits = limits;
    this.counts = counts;
    this.log = log;
    this.taken = taken;
    this.pace = new Pace(limits.connectionsPerSecond(), limits.connectionsBurst());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (connection.remoteAddress() instanceof InetSocketAddress remote) {
      takeInTurn(context, connection, remote.getAddress());
    } else {
      take(context, connection);
    }
  }

  private void takeInTurn(ChannelHandlerContext context, Channel connection, InetAddress address) {
    Object host = Pace.host(address);
    Queue<Channel> line = lines.get(host);
    if (counts.open() >= limits.connectionsMax()) {
      refuse(connection, "connections: " + counts.open.why(Optional.empty(), "address"));
    } else if (line == null && pace.take(address, System.nanoTime()) == 0) {
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
    Optional<Object> owner = owner(connection);
    if (!counts.open.take(owner)) {
      refuse(connection, "connections: " + counts.open.why(owner, "address"));
      return;
    }
    var _ = connection.closeFuture().addListener(closed -> counts.open.leave(owner));
    taken.accept(connection);
    context.fireChannelRead(connection);
  }

  private static Optional<Object> owner(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress remote
            && !remote.getAddress().isLoopbackAddress()
        ? Optional.of(Pace.host(remote.getAddress()))
        : Optional.empty();
  }

  private void refuse(Channel connection, String why) {
    connection.unsafe().closeForcibly();
    log.warn("%s: connection closed: %s".formatted(connection.remoteAddress(), why));
  }
}
