package guidepost.calls;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes that a server holds for its clients, and the most that it may hold: what waits to be
/// sent, what has arrived of a message, and what open calls and connections cost by themselves.
///
/// ```
///   connection A  ▓▓▓▓▓▓▓░ share ─┐
///   connection B  ▓░░░░░░░ share ─┼─▶ held by the server ≤ bytesMax, or the connection that
///   connection C  ▓▓░░░░░░ share ─┘   holds most is closed, until the rest fits
/// ```
///
/// A connection that has used up its share only stops itself (see [ConnectionAccount]). The sum of
/// the shares may exceed the budget, because few clients leave much unread at once.
///
/// Threads: any.
public final class ServerBudget {

  /// Enough connections fit that the greediest of them can go without hurting the others.
  private static final int SHARES = 16;

  /// Below this a connection could not hold a large answer and the next one.
  private static final long SHARE_BYTES_MIN = 1L << 20;

  /// More buys a client nothing: a gigabit a second over 30 ms holds less.
  private static final long SHARE_BYTES_MAX = 4L << 20;

  /// An eighth of the heap: the indexes, and what the writers have in hand, need the rest.
  private static final int PARTS_OF_HEAP = 8;

  /// Connections that were told to close hold their bytes until their event loop comes to them; up
  /// to then the server goes on answering.
  private static final long OVERDRAWN = 2;

  /// Less could not hold two of the largest messages.
  private static final long BYTES_MIN = 8L << 20;

  /// What a client may hold before it counts as greedy. Among those that hold less, the one that
  /// does nothing goes first: thousands of silent connections must not drive out the few that are
  /// in use.
  private static final long MODEST_BYTES = 256L << 10;

  private static final Comparator<ConnectionAccount> GREEDIEST_OR_IDLE =
      Comparator.comparingLong((ConnectionAccount each) -> Math.max(each.held(), MODEST_BYTES))
          .thenComparing(each -> each.calls() == 0)
          .thenComparingLong(ConnectionAccount::held);

  private final long bytesMax;
  private final long shareBytes;
  private final AtomicLong held = new AtomicLong();
  private final Set<ConnectionAccount> accounts = ConcurrentHashMap.newKeySet();

  /// @param bytesMax what the server may hold for all clients; more than 0
  /// @param shareBytes what it may hold for one connection; more than 0
  public ServerBudget(long bytesMax, long shareBytes) {
    this.bytesMax = bytesMax;
    this.shareBytes = shareBytes;
  }

  /// The budget of a server with that much heap: an eighth of it, and a sixteenth of that, within 1
  /// MiB to 4 MiB, for each connection.
  public static ServerBudget ofHeap(long heapBytes) {
    long bytesMax = Math.max(BYTES_MIN, heapBytes / PARTS_OF_HEAP);
    return new ServerBudget(
        bytesMax, Math.clamp(bytesMax / SHARES, SHARE_BYTES_MIN, SHARE_BYTES_MAX));
  }

  /// Bytes held for all connections.
  public long held() {
    return held.get();
  }

  /// The most that may be held for all connections.
  public long bytesMax() {
    return bytesMax;
  }

  /// The most that may be held for one connection.
  public long shareBytes() {
    return shareBytes;
  }

  /// False if the server holds so much more than it may that nothing large can be added before
  /// connections that were told to close have done so.
  boolean hasRoom() {
    return held.get() < OVERDRAWN * bytesMax;
  }

  /// Calls that fit into the share of one connection.
  public int callsMax() {
    return Math.toIntExact(Math.max(1, shareBytes / ConnectionAccount.CALL_BYTES));
  }

  void open(ConnectionAccount account) {
    accounts.add(account);
  }

  void close(ConnectionAccount account) {
    accounts.remove(account);
  }

  /// Adds bytes; if that is too much, closes the connections that hold most until the rest fits.
  void add(long bytes) {
    if (held.addAndGet(bytes) > bytesMax && bytes > 0) {
      closeGreediest();
    }
  }

  /// What a closed connection held is given back when its buffers are; it counts as gone here.
  private synchronized void closeGreediest() {
    long going = accounts.stream().filter(ConnectionAccount::isOver).mapToLong(a -> a.held()).sum();
    while (held.get() - going > bytesMax) {
      Optional<ConnectionAccount> greediest =
          accounts.stream().filter(account -> !account.isOver()).max(GREEDIEST_OR_IDLE);
      if (greediest.isEmpty()) {
        return;
      }
      going += greediest.get().held();
      greediest.get().end();
    }
  }
}
