package guidepost.server;

import guidepost.calls.ServerBudget;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.function.Consumer;

/// What a client may ask of a server before it is identified.
///
/// @param callsMax calls open at once on one connection; more wait in a well-behaved client, and
///   are refused otherwise
/// @param connectionsMax connections open at once
/// @param connectionsPerSecond new connections a second from one address, on average; those that
///   come faster wait
/// @param connectionsBurst new connections that one address may open at once before it waits
/// @param connectionsWaitingMax new connections that wait, for all addresses; more are closed
/// @param resetsMax streams that a connection may have reset, or make the server reset, within
///   [#resetsWindow]; one more closes it
/// @param resetsWindow at least a second
/// @param stallTimeout a call whose client takes nothing of what waits for it ends after this long
/// @param greetingTimeout a connection that has not begun HTTP/2 is closed after this long
/// @param idleMax a connection without a call is closed after this long
/// @param ageMax a connection is asked to reconnect after this long, so that clients spread over
///   servers
/// @param keepaliveTime how often the server asks a quiet client whether it is still there
/// @param keepaliveMin how often a client may ask that of the server; one that asks more often is
///   closed
/// @param budgetBytes what the server may hold for all clients
/// @param shareBytes what the server may hold for one connection
public record ConnectionLimits(
    int callsMax,
    int connectionsMax,
    int connectionsPerSecond,
    int connectionsBurst,
    int connectionsWaitingMax,
    int resetsMax,
    Duration resetsWindow,
    Duration stallTimeout,
    Duration greetingTimeout,
    Duration idleMax,
    Duration ageMax,
    Duration keepaliveTime,
    Duration keepaliveMin,
    long budgetBytes,
    long shareBytes) {

  /// What public gRPC servers allow: clients queue what is more, and no use case here needs it.
  private static final int CALLS_MAX = 256;

  /// Below the 20,480 or more open files that service managers allow, with room for the journal's.
  private static final int CONNECTIONS_MAX = 16_384;

  /// An office or a proxy behind one address starts far fewer; a flood of short connections gets a
  /// tenth of one processor: a connection with its handshake costs about a millisecond.
  private static final int CONNECTIONS_PER_SECOND = 100;

  /// A fleet of clients that comes back after a restart.
  private static final int CONNECTIONS_BURST = 400;

  private static final int CONNECTIONS_WAITING_MAX = 4_096;

  /// A client that cancels what it no longer needs stays below; each costs some 20 microseconds.
  private static final int RESETS_MAX = 400;

  /// Long enough to tell a burst from a habit.
  private static final Duration RESETS_WINDOW = Duration.ofSeconds(10);

  /// Longer than any network's trouble that a connection survives; short enough that what a
  /// stranger left unread is soon free.
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

  /// Longer than a slow network takes for the first bytes.
  private static final Duration GREETING_TIMEOUT = Duration.ofSeconds(20);

  private static final Duration IDLE_MAX = Duration.ofMinutes(30);
  private static final Duration AGE_MAX = Duration.ofHours(24);

  /// A laptop that was closed is noticed within a minute or two.
  private static final Duration KEEPALIVE_TIME = Duration.ofSeconds(60);

  /// What gRPC's own clients are told to keep to at least.
  private static final Duration KEEPALIVE_MIN = Duration.ofSeconds(10);

  /// The defaults, for a server with that much heap.
  public static ConnectionLimits ofHeap(long heapBytes) {
    ServerBudget budget = ServerBudget.ofHeap(heapBytes);
    return new ConnectionLimits(
        Math.min(CALLS_MAX, budget.callsMax()),
        CONNECTIONS_MAX,
        CONNECTIONS_PER_SECOND,
        CONNECTIONS_BURST,
        CONNECTIONS_WAITING_MAX,
        RESETS_MAX,
        RESETS_WINDOW,
        STALL_TIMEOUT,
        GREETING_TIMEOUT,
        IDLE_MAX,
        AGE_MAX,
        KEEPALIVE_TIME,
        KEEPALIVE_MIN,
        budget.bytesMax(),
        budget.shareBytes());
  }

  /// The defaults, for this process: buffers are no part of the heap, and may have less room.
  public static ConnectionLimits defaults() {
    return ofHeap(Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory()));
  }

  /// The same, with another time to take something.
  public ConnectionLimits withStallTimeout(Duration timeout) {
    return changed(draft -> draft.stallTimeout = timeout);
  }

  /// The same, with another time to begin.
  public ConnectionLimits withGreetingTimeout(Duration timeout) {
    return changed(draft -> draft.greetingTimeout = timeout);
  }

  /// The same, with another pace of new connections from one address.
  public ConnectionLimits withConnections(int perSecond, int burst, int waitingMax) {
    return changed(
        draft -> {
          draft.connectionsPerSecond = perSecond;
          draft.connectionsBurst = burst;
          draft.connectionsWaitingMax = waitingMax;
        });
  }

  /// The same, with another number of connections open at once.
  ConnectionLimits withConnectionsMax(int most) {
    return changed(draft -> draft.connectionsMax = most);
  }

  /// The same, with another budget.
  public ConnectionLimits withBudget(long serverBytes, long connectionBytes) {
    return changed(
        draft -> {
          draft.budgetBytes = serverBytes;
          draft.shareBytes = connectionBytes;
        });
  }

  ServerBudget budget() {
    return new ServerBudget(budgetBytes, shareBytes);
  }

  private ConnectionLimits changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// The limits while some of those are changed that tests and settings change one by one.
  private static final class Draft {
    private final ConnectionLimits from;
    private int connectionsMax;
    private int connectionsPerSecond;
    private int connectionsBurst;
    private int connectionsWaitingMax;
    private Duration stallTimeout;
    private Duration greetingTimeout;
    private long budgetBytes;
    private long shareBytes;

    Draft(ConnectionLimits from) {
      this.from = from;
      this.connectionsMax = from.connectionsMax;
      this.connectionsPerSecond = from.connectionsPerSecond;
      this.connectionsBurst = from.connectionsBurst;
      this.connectionsWaitingMax = from.connectionsWaitingMax;
      this.stallTimeout = from.stallTimeout;
      this.greetingTimeout = from.greetingTimeout;
      this.budgetBytes = from.budgetBytes;
      this.shareBytes = from.shareBytes;
    }

    ConnectionLimits done() {
      return new ConnectionLimits(
          from.callsMax,
          connectionsMax,
          connectionsPerSecond,
          connectionsBurst,
          connectionsWaitingMax,
          from.resetsMax,
          from.resetsWindow,
          stallTimeout,
          greetingTimeout,
          from.idleMax,
          from.ageMax,
          from.keepaliveTime,
          from.keepaliveMin,
          budgetBytes,
          shareBytes);
    }
  }
}
