package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.access.AccessOptions;
import guidepost.access.Vouchers;
import guidepost.calls.CallSender;
import guidepost.calls.Caller;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.journal.Leadership;
import guidepost.journal.QuietLog;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Exception;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Hands whole calls to the leader, with their token and deadline, and their answers back once this
/// server has what they tell of: so a caller reads its own writes wherever it writes them.
///
/// ```
///   client ─▶ this server ─▶ leader ─▶ log
///     ▲            │ ◀─ answer ─┘        │
///     └── answer ──┴── own copy has it ◀─┘
/// ```
///
/// Threads: any.
final class LeaderChannel implements AutoCloseable {

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(LeaderChannel.class));

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /// A call that was handed on once is not handed on again.
  private static final Metadata.Key<String> FORWARDED =
      Metadata.Key.of("guidepost-forwarded", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<byte[]> VOUCHED =
      Metadata.Key.of(Vouchers.METADATA, Metadata.BINARY_BYTE_MARSHALLER);

  /// How long a call waits for a connection: a leader that is silent for so long in the log is
  /// taken for gone, and a machine that stands still takes connections and says nothing.
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);

  private final boolean encrypted;
  private final LeaderConnections connections;
  private final Vouching vouching;
  private final ScheduledExecutorService timer;

  /// @param access whose certificate this server shows to the leader
  /// @param cluster how the servers prove who they are to each other
  /// @param vouching says who makes a call that has no token
  LeaderChannel(AccessOptions access, ClusterOptions cluster, Vouching vouching) {
    this(access, cluster, vouching, InTime.timer());
  }

  /// @param timer this closes it
  LeaderChannel(
      AccessOptions access,
      ClusterOptions cluster,
      Vouching vouching,
      ScheduledExecutorService timer) {
    this.timer = timer;
    this.encrypted = access.encrypts();
    this.connections = new LeaderConnections(access, cluster);
    this.vouching = vouching;
  }

  /// Hands a call on.
  ///
  /// @param cluster tells when this server has what the answer tells of
  <Q, A> ServerCall.Listener<Q> forward(
      MethodDescriptor<Q, A> method,
      ServerCall<Q, A> call,
      Metadata headers,
      Leadership leadership,
      ClusterCalls cluster) {
    Optional<Rejection> refusal = refusal(headers, leadership);
    if (refusal.isPresent()) {
      Failures.end(call, refusal.get());
      return new ServerCall.Listener<>() {};
    }
    Metadata onwards = new Metadata();
    onwards.merge(headers);
    onwards.discardAll(FORWARDED);
    onwards.put(FORWARDED, String.valueOf(leadership.epoch()));
    onwards.discardAll(VOUCHED);
    if (isVouchedFor()) {
      onwards.put(
          VOUCHED,
          vouching.vouch(method.getFullMethodName(), leadership.epoch(), Caller.current().name()));
    }
    String token = ClusterCalls.currentToken();
    if (!token.isEmpty()) {
      onwards.put(AUTHORIZATION, token);
    }
    try {
      LeaderConnections.Use connection =
          connections.use(client(call), Caller.current().name(), leadership.address());
      Departure departure = new Departure();
      ClientCall<Q, A> there =
          connection
              .channel()
              .newCall(method, CallOptions.DEFAULT.withStreamTracerFactory(departure));
      Forwarded<Q, A> forwarded =
          new Forwarded<>(call, there, method, cluster, connection, departure);
      there.start(forwarded.answers(), onwards);
      forwarded.begin();
      if (!departure.isBegun()) {
        expire(forwarded);
      }
      return forwarded;
    } catch (SSLException | IllegalArgumentException e) {
      Failures.end(call, ClusterCalls.leaderless());
      return new ServerCall.Listener<>() {};
    }
  }

  /// A call that still waits for a connection then is given up.
  private void expire(Forwarded<?, ?> call) {
    try {
      var _ = timer.schedule(call::expire, CONNECTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the server stops, which its calls are told
    }
  }

  /// Knows whether anything of a call may have left: until then it waits for a connection.
  private static final class Departure extends ClientStreamTracer.Factory {
    private volatile boolean begun;

    boolean isBegun() {
      return begun;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata sent) {
          begun = true;
        }
      };
    }
  }

  /// The connection that a call came on; empty if it came on none, or on one of this machine's
  /// administrator.
  private static Optional<ConnectionAccount> client(ServerCall<?, ?> call) {
    return Optional.ofNullable(call.getAttributes().get(ConnectionAccount.KEY));
  }

  private Optional<Rejection> refusal(Metadata headers, Leadership leadership) {
    if (headers.containsKey(FORWARDED)) {
      return Optional.of(ClusterCalls.notHere());
    }
    if (leadership.address().isEmpty()) {
      return Optional.of(
          leadership.epoch() == 0 ? ClusterCalls.neverLed() : ClusterCalls.leaderless());
    }
    if (isVouchedFor() && !encrypted) {
      return Optional.of(
          Rejection.of(
              Reason.NO_LEADER,
              "%s leads, and a caller without a token writes there: this server hands nobody's name over plaintext"
                  .formatted(leadership.address())));
    }
    return Optional.empty();
  }

  /// True if the caller is known by something that cannot be handed on.
  private static boolean isVouchedFor() {
    return Caller.current().isKnown() && ClusterCalls.currentToken().isEmpty();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    connections.close();
  }

  /// One call that the leader answers. It is asked for no more than the client takes: what a client
  /// does not read is held by the leader, if at all. Answers are held back, in order, until this
  /// server has what they tell of: one that is alone until its trailers say which revision that is,
  /// each of several until a mark behind it was read.
  private static final class Forwarded<Q, A> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, A> here;
    private final ClientCall<Q, A> there;
    private final boolean isSingle;
    private final ClusterCalls cluster;
    private final LeaderConnections.Use connection;
    private final Departure departure;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

    @GuardedBy("lock")
    private boolean headersSent;

    @GuardedBy("lock")
    private boolean closed;

    /// The client takes no more now: the leader is asked for more when it does.
    @GuardedBy("lock")
    private boolean owed;

    private @Nullable A single;

    /// It was given up: what the client still sends is dropped.
    private volatile boolean expired;

    Forwarded(
        ServerCall<Q, A> here,
        ClientCall<Q, A> there,
        MethodDescriptor<Q, A> method,
        ClusterCalls cluster,
        LeaderConnections.Use connection,
        Departure departure) {
      this.here = here;
      this.there = there;
      this.isSingle = method.getType().serverSendsOneMessage();
      this.cluster = cluster;
      this.connection = connection;
      this.departure = departure;
    }

    /// Gives the call up if it still waits for a connection: it is ended by what follows.
    void expire() {
      lock.lock();
      try {
        if (!closed && !departure.isBegun()) {
          expired = true;
          there.cancel("no connection in time", null);
        }
      } finally {
        lock.unlock();
      }
    }

    void begin() {
      there.request(isSingle ? 2 : 1);
      here.request(isSingle ? 2 : 1);
    }

    @Override
    public void onMessage(Q message) {
      lock.lock();
      try {
        if (closed || expired) {
          return;
        }
        there.sendMessage(message);
      } finally {
        lock.unlock();
      }
      if (there.isReady()) {
        here.request(1);
      }
    }

    @Override
    public void onHalfClose() {
      lock.lock();
      try {
        if (!closed && !expired) {
          there.halfClose();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onCancel() {
      there.cancel("the client has ended the call", null);
    }

    @Override
    public void onReady() {
      lock.lock();
      try {
        if (owed) {
          owed = false;
          there.request(1);
        }
      } finally {
        lock.unlock();
      }
    }

    ClientCall.Listener<A> answers() {
      return new ClientCall.Listener<>() {
        @Override
        public void onMessage(A message) {
          if (isSingle) {
            single = message;
          } else {
            later(cluster.latest(), () -> send(message));
          }
        }

        @Override
        public void onReady() {
          here.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
          connection.end();
          if (expired || isOfTheWay(status, trailers)) {
            CallSender.Ending lost = CallSender.Ending.of(Failures.rejected(lost(status)));
            later(
                CompletableFuture.completedFuture(null), () -> end(lost.status(), lost.trailers()));
            return;
          }
          String seen = trailers.get(SeenRevisions.HEADER);
          A message = single;
          later(
              status.isOk() && seen != null
                  ? cluster.reached(seen)
                  : CompletableFuture.completedFuture(null),
              () -> {
                if (message != null && status.isOk()) {
                  send(message);
                }
                end(status, trailers);
              });
        }
      };
    }

    /// True if not the leader says so, but the connection to it.
    private static boolean isOfTheWay(Status status, Metadata trailers) {
      return switch (status.getCode()) {
        case UNAVAILABLE, UNKNOWN, INTERNAL -> Failures.reason(status, trailers).isEmpty();
        default -> false;
      };
    }

    private static boolean isBeforeAnythingIsSent(Throwable cause) {
      return cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException
          || cause instanceof SSLHandshakeException;
    }

    /// Nothing was written where no connection was made; otherwise the leader may have been lost
    /// before it wrote, or after.
    private Rejection lost(Status status) {
      if (expired && !departure.isBegun()) {
        QUIET.warn(
            "unconnected",
            "the server that leads cannot be reached: %s takes no connection, or does not answer on it"
                .formatted(connection.address()));
        connection.giveUp();
        return ClusterCalls.unreachable();
      }
      for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
        if (isBeforeAnythingIsSent(cause)) {
          QUIET.warn(
              "unreachable",
              "the server that leads cannot be reached: %s: %s"
                  .formatted(status.getDescription(), cause));
          return ClusterCalls.unreachable();
        }
        if (cause instanceof Http2Exception.HeaderListSizeException) {
          return Rejection.of(
              Reason.MESSAGE_TOO_LARGE,
              "the call's metadata: too large to be handed to the server that leads, which takes"
                  + " 8,192 bytes with what this one adds; nothing was written");
        }
      }
      return Rejection.of(
          Reason.OUTCOME_UNKNOWN,
          "the server that leads was lost on the way; whether this was written is not known");
    }

    private void later(CompletableFuture<Void> ready, Runnable action) {
      lock.lock();
      try {
        tail =
            tail.thenCombine(ready, (_, _) -> (Void) null)
                .handle(
                    (_, failure) -> {
                      if (failure == null) {
                        action.run();
                      } else {
                        fail(failure);
                      }
                      return null;
                    });
      } finally {
        lock.unlock();
      }
    }

    private void send(A message) {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        if (!headersSent) {
          headersSent = true;
          Metadata headers = new Metadata();
          cluster.tell(headers);
          here.sendHeaders(headers);
        }
        here.sendMessage(message);
        if (here.isReady()) {
          there.request(1);
        } else {
          owed = true;
        }
      } finally {
        lock.unlock();
      }
    }

    private void end(Status status, Metadata trailers) {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          here.close(status, trailers);
        }
      } finally {
        lock.unlock();
      }
    }

    private void fail(Throwable why) {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          Failures.end(
              here, isSingle ? ClusterCalls.writtenUnseen() : ClusterCalls.perhapsWrittenUnseen());
        }
      } finally {
        lock.unlock();
      }
      there.cancel("this server is behind", why);
    }
  }
}
