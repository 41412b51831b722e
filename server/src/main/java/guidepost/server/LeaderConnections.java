package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.access.AccessOptions;
import guidepost.calls.ConnectionAccount;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/// The connections of this server to the one that leads. Each connection of a client that hands
/// calls on gets one of its own there, since a server bounds what one connection may do:
///
/// | the leader bounds | with one connection for all clients |
/// |---|---|
/// | open calls | chats of some clients would keep the writes of all others waiting |
/// | bytes of requests that are not complete | large requests of some would be refused for those of others |
/// | calls that are reset | one client that cancels much would have the calls of all others cut |
/// | connections of an identity | would be counted once, however many clients an identity has |
///
/// That of a client which is gone is the next one's, if that has the same name, and is closed
/// otherwise: so the leader counts of an identity what it has. Where [#MOST] are there, a further
/// client shares the one with the fewest open calls. One that is not used is closed until it is.
///
/// Cost of a call: a look at each of them. Threads: any.
final class LeaderConnections implements AutoCloseable {

  /// More than a server has clients that write all the time. A leader takes 400 at once of one
  /// address, so that after a failover those of some followers on one machine need not wait.
  static final int MOST = 64;

  /// Longer than a client that writes all the time pauses.
  private static final long IDLE_SECONDS = 30;

  /// A leader whose machine is gone without a word is noticed about as soon as its silence in the
  /// log is; servers permit so many probes.
  private static final long KEEP_ALIVE_SECONDS = 10;

  private final AccessOptions access;
  private final ClusterOptions cluster;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<Lane> lanes = new ArrayList<>();

  @GuardedBy("lock")
  private String address = "";

  /// One connection, as soon as it is used.
  private static final class Lane {
    private final ManagedChannel channel;
    private final String identity;
    private Optional<ConnectionAccount> client;
    private int calls;

    Lane(ManagedChannel channel, Optional<ConnectionAccount> client, String identity) {
      this.channel = channel;
      this.client = client;
      this.identity = identity;
    }

    boolean isLeft() {
      return calls == 0 && client.isPresent() && client.get().isGone();
    }
  }

  /// One call's use of a connection.
  final class Use {
    private final Lane lane;
    private final String to;

    private Use(Lane lane, String to) {
      this.lane = lane;
      this.to = to;
    }

    /// Where it leads, as HOST:PORT.
    String address() {
      return to;
    }

    ManagedChannel channel() {
      return lane.channel;
    }

    /// Nothing is to be had on this connection: the next call makes another one.
    void giveUp() {
      lock.lock();
      try {
        lanes.remove(lane);
      } finally {
        lock.unlock();
      }
      lane.channel.shutdown();
    }

    /// The call has ended; once.
    void end() {
      lock.lock();
      try {
        lane.calls--;
      } finally {
        lock.unlock();
      }
    }
  }

  /// @param access whose certificate this server shows to the leader
  /// @param cluster how the servers prove who they are to each other
  LeaderConnections(AccessOptions access, ClusterOptions cluster) {
    this.access = access;
    this.cluster = cluster;
  }

  /// The connection for a call; [Use#end] must be called.
  ///
  /// @param client the connection that the call came on; all that come on none have one together
  /// @param identity who makes the call; empty if nobody was asked
  /// @param leader where the leader is reached; what is under way to another one goes on there
  Use use(Optional<ConnectionAccount> client, String identity, String leader) throws SSLException {
    lock.lock();
    try {
      if (!address.equals(leader)) {
        lanes.forEach(lane -> lane.channel.shutdown());
        lanes.clear();
        address = leader;
      }
      Lane lane = lane(client, identity);
      lane.calls++;
      return new Use(lane, leader);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Lane lane(Optional<ConnectionAccount> client, String identity) throws SSLException {
    Optional<Lane> own = first(lane -> lane.client.equals(client));
    if (own.isPresent()) {
      return own.get();
    }
    Optional<Lane> left = first(lane -> lane.isLeft() && lane.identity.equals(identity));
    if (left.isPresent()) {
      left.get().client = client;
      return left.get();
    }
    closeLeft();
    if (lanes.size() >= MOST) {
      return lanes.stream().min(Comparator.comparingInt(lane -> lane.calls)).orElseThrow();
    }
    Lane made = new Lane(channel(address), client, identity);
    lanes.add(made);
    return made;
  }

  @GuardedBy("lock")
  private Optional<Lane> first(Predicate<Lane> what) {
    return lanes.stream().filter(what).findFirst();
  }

  @GuardedBy("lock")
  private void closeLeft() {
    List<Lane> left = lanes.stream().filter(Lane::isLeft).toList();
    left.forEach(lane -> lane.channel.shutdown());
    lanes.removeAll(left);
  }

  private ManagedChannel channel(String leader) throws SSLException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + leader)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(Integer.MAX_VALUE);
    if (access.encrypts()) {
      var tls = GrpcSslContexts.forClient();
      cluster.ca().map(Path::toFile).ifPresent(file -> trust(tls, file));
      cluster.serverName().ifPresent(builder::overrideAuthority);
      showCertificate(tls);
      builder.sslContext(tls.build());
    } else {
      builder.usePlaintext();
    }
    return builder.maxInboundMetadataSize(64 << 10).build();
  }

  /// A leader that asks all callers for a certificate gets this server's own.
  private void showCertificate(io.netty.handler.ssl.SslContextBuilder tls) {
    if (access.clientCa().isPresent()) {
      var _ =
          tls.keyManager(
              access.certificate().orElseThrow().toFile(), access.key().orElseThrow().toFile());
    }
  }

  private static void trust(io.netty.handler.ssl.SslContextBuilder tls, File file) {
    var _ = tls.trustManager(file);
  }

  @Override
  public void close() {
    List<Lane> open;
    lock.lock();
    try {
      open = List.copyOf(lanes);
      lanes.clear();
      address = "";
    } finally {
      lock.unlock();
    }
    open.forEach(lane -> lane.channel.shutdownNow());
    try {
      for (Lane lane : open) {
        lane.channel.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
