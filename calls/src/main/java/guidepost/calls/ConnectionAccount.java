package guidepost.calls;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What one connection makes the server hold and do, and when it has to wait.
///
/// | a connection has | its calls |
/// |---|---|
/// | used up its share of memory | send nothing more until the client has taken some; an answer that cannot wait ends as RESOURCE_EXHAUSTED |
/// | as many calls as fill its share | gets no more: they end as RESOURCE_EXHAUSTED |
/// | used up its turn (bytes made, or time) | go on, or begin to work out their one answer, in its next turn, after the other connections of the event loop had theirs |
/// | made the server exceed its budget, as the greediest | end, with the connection |
///
/// ```
///   isReady ─▶ mayProduce ──yes──▶ the call makes its next message ─▶ produced
///                  │ no
///                  ▼
///              waiters ◀─ room again, or next turn ─▶ onReady of each, first come first served
/// ```
///
/// Threads: any; turns begin, and the connection closes, on its event loop alone.
public final class ConnectionAccount {

  /// Where a call's transport keeps it.
  public static final Attributes.Key<ConnectionAccount> KEY =
      Attributes.Key.create("guidepost-connection-account");

  /// What an open call costs by itself: its stream, headers, listeners and the service's own state.
  /// Measured as heap after a collection: 3 to 6 KiB.
  static final int CALL_BYTES = 6 * 1024;

  /// What a connection costs by itself: header tables, codec, flow control. Measured: 25 KiB.
  static final int CONNECTION_BYTES = 32 * 1024;

  /// What a message that waits costs beside its bytes: a buffer, a promise, a place in a queue.
  /// Measured: 290 bytes of heap; the rest is its part of the buffers' own pool.
  public static final int MESSAGE_BYTES = 512;

  /// The smallest buffer that gRPC puts a message into.
  private static final int BUFFER_BYTES_MIN = 4 * 1024;

  /// What a connection may make in one turn: some 250 small messages, or two large ones.
  static final long TURN_BYTES_MAX = 128 * 1024;

  /// How long a turn may last: with dozens of greedy connections a neighbour still waits less than
  /// a tenth of a second.
  private static final long TURN_NANOS_MAX = 2_000_000;

  /// Requests that wait for their turn: what a modest client may hold anyway.
  private static final long POSTPONED_BYTES_MAX = 256 * 1024;

  private final ServerBudget budget;
  private final Executor loop;
  private final Runnable close;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong arriving = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong postponed = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeAsked = new AtomicBoolean();
  private final AtomicLong turnBytes = new AtomicLong();
  private volatile boolean gone;
  private volatile long turnBegan = System.nanoTime();

  /// A new connection.
  ///
  /// @param loop runs a task on the connection's event loop, after the other connections' turns
  /// @param close closes the connection, later or now
  public ConnectionAccount(ServerBudget budget, Executor loop, Runnable close) {
    this.budget = budget;
    this.loop = loop;
    this.close = close;
    budget.open(this);
    hold(CONNECTION_BYTES);
  }

  /// The account of a call's connection; null where nobody keeps one: in a process, and on sockets
  /// of this machine's administrator.
  static @Nullable ConnectionAccount of(ServerCall<?, ?> call) {
    Attributes attributes = call.getAttributes();
    return attributes == null ? null : attributes.get(KEY);
  }

  /// Bytes held.
  public long held() {
    return held.get();
  }

  /// Calls that are open.
  public int calls() {
    return calls.get();
  }

  /// So many more bytes wait to be sent.
  public void add(long bytes) {
    waiting.addAndGet(bytes);
    hold(bytes);
  }

  /// The client has taken them, or does not want them any more.
  public void remove(long bytes) {
    waiting.addAndGet(-bytes);
    hold(-bytes);
    if (!waiters.isEmpty() && hasRoom()) {
      askToWake();
    }
  }

  /// So many more bytes are held for the client, or less, that keep nothing from being sent: what
  /// has arrived, what calls have in hand, and what calls and the connection cost by themselves.
  public void hold(long bytes) {
    held.addAndGet(bytes);
    budget.add(bytes);
    if (gone) {
      settle();
    }
  }

  /// A thread that comes after the end, or beside it, leaves nothing behind.
  private void settle() {
    budget.add(-held.getAndSet(0));
  }

  /// The connection is gone, and everything that was held for it: its handlers free it now.
  public void closed() {
    over.set(true);
    gone = true;
    budget.close(this);
    settle();
  }

  /// True once the connection is gone.
  public boolean isGone() {
    return gone;
  }

  /// True once the connection has been told to close.
  boolean isOver() {
    return over.get();
  }

  /// Closes the connection: it holds more than any other, and the server too much.
  void end() {
    if (over.compareAndSet(false, true)) {
      close.run();
    }
  }

  /// So many more bytes of messages that are not complete have arrived, or fewer are left of them.
  void arrive(long bytes) {
    arriving.addAndGet(bytes);
    hold(bytes);
  }

  /// True if what waits to be sent leaves some of the share. What arrives has a share of its own,
  /// so that an upload does not keep answers back.
  boolean hasRoom() {
    return waiting.get() < budget.shareBytes();
  }

  /// True if the other messages that arrive leave some of their share.
  ///
  /// @param own bytes of the message that asks
  boolean hasRoomToArrive(long own) {
    return arriving.get() - own < budget.shareBytes();
  }

  /// A call begins; false if the calls that are open use up the share by themselves. What waits in
  /// them does not count: a client that asks for many lists at once gets them one after the other.
  boolean beginCall() {
    if ((long) calls.get() * CALL_BYTES >= budget.shareBytes()) {
      return false;
    }
    calls.incrementAndGet();
    hold(CALL_BYTES);
    return true;
  }

  /// A call that began has ended, as far as the transport knows.
  void endCall() {
    calls.decrementAndGet();
    hold(-CALL_BYTES);
  }

  /// Why no call may begin.
  StatusRuntimeException fullOfCalls() {
    return Failures.rejected(
        Reason.CONNECTION_OVER_SHARE,
        "connection: %d calls are open, as many as may be; end some, or use another connection"
            .formatted(calls.get()));
  }

  /// Why no large message may arrive.
  StatusRuntimeException fullOfArrivals() {
    return Failures.rejected(
        Reason.CONNECTION_OVER_SHARE,
        "connection: %d bytes of unfinished requests have arrived, of at most %d; send large requests one after the other, or use another connection"
            .formatted(arriving.get(), budget.shareBytes()));
  }

  /// Why an answer cannot be given.
  StatusRuntimeException full() {
    if (hasRoom() && !budget.hasRoom()) {
      return Failures.rejected(
          Reason.SERVER_OVER_BUDGET,
          "server: %d bytes wait for its clients, of at most %d; try again later"
              .formatted(budget.held(), budget.bytesMax()));
    }
    return Failures.rejected(
        Reason.CONNECTION_OVER_SHARE,
        "connection: %d bytes wait for this client, of at most %d; read what was sent, or use another connection"
            .formatted(waiting.get(), budget.shareBytes()));
  }

  /// More of the connection's requests are about to be read. If calls of it wait for its next turn
  /// already, these wait behind them.
  public void arrives() {
    if (waiters.isEmpty()) {
      beginTurn();
    }
  }

  /// The connection has its turn.
  void beginTurn() {
    turnBytes.set(0);
    turnBegan = System.nanoTime();
  }

  /// A call made a message of that many bytes.
  void produced(long bytes) {
    turnBytes.addAndGet(bytes + MESSAGE_BYTES);
  }

  private boolean hasTurn() {
    long bytes = turnBytes.get();
    return bytes == 0 || (bytes < TURN_BYTES_MAX && System.nanoTime() - turnBegan < TURN_NANOS_MAX);
  }

  /// True if a call may make its next message now; otherwise its waiter is told when to look again.
  boolean mayProduce(Waiter waiter) {
    return (hasRoom() && hasTurn()) || waitForTurn(waiter);
  }

  private boolean waitForTurn(Waiter waiter) {
    if (waiter.waits.compareAndSet(false, true)) {
      waiters.add(waiter);
    }
    if (hasRoom()) { // after it was added: room made before that told nobody
      askToWake();
    }
    return false;
  }

  /// True if a call that gives one answer may work it out now; otherwise its waiter is told when it
  /// may, and its request is held. How large the answer will be shows only then, so a call that
  /// waits has the turn before it. With as many requests waiting as may, the next is worked on at
  /// once: then reading takes long, and less is read in a turn.
  ///
  /// @param bytes of the request
  boolean mayWork(Waiter waiter, long bytes) {
    boolean isFull = postponed.get() + bytes > POSTPONED_BYTES_MAX;
    if (isFull || (waiters.isEmpty() && hasTurn())) {
      return true;
    }
    postpone(bytes);
    return waitForTurn(waiter);
  }

  /// So many more bytes of requests wait for their turn, or less.
  void postpone(long bytes) {
    postponed.addAndGet(bytes);
    hold(bytes);
  }

  private void askToWake() {
    if (wakeAsked.compareAndSet(false, true)) {
      loop.execute(this::wake);
    }
  }

  /// Each waiting call looks once at most; one that finds the turn used up waits behind them.
  private void wake() {
    wakeAsked.set(false);
    beginTurn();
    for (int waiting = waiters.size(); waiting > 0 && hasRoom() && hasTurn(); waiting--) {
      Waiter next = waiters.poll();
      if (next == null) {
        return;
      }
      next.waits.set(false);
      next.onReady.run();
    }
    if (!waiters.isEmpty() && hasRoom()) {
      askToWake();
    }
  }

  /// True if a call may give its one answer, which cannot wait. What was answered within a turn
  /// counts already, and so does what the other connections hold: all of them may ask at once.
  boolean mayAnswer() {
    return hasRoom() && !isOver() && budget.hasRoom();
  }

  /// A call gave its one answer: it counts here until the event loop has handed it to the
  /// connection's handlers, which count what waits there.
  void answered(long bytes) {
    long buffer = Math.max(bytes, BUFFER_BYTES_MIN) + MESSAGE_BYTES;
    add(buffer);
    if (answers.getAndAdd(buffer) == 0) {
      loop.execute(() -> remove(answers.getAndSet(0)));
    }
  }

  /// A call found what it sends from now on, and keeps it until then; false if the connection's
  /// other calls leave no room for that. One may keep whatever it found.
  boolean keep(long bytes) {
    if (bytes == 0) {
      return true;
    }
    long before = found.getAndAdd(bytes);
    hold(bytes);
    boolean fits = before == 0 || before + bytes <= budget.shareBytes();
    if (fits && !isOver() && budget.hasRoom()) {
      return true;
    }
    drop(bytes);
    return false;
  }

  /// It has been sent, or nobody wants it any more.
  void drop(long bytes) {
    found.addAndGet(-bytes);
    hold(-bytes);
  }

  /// Why nothing more may be kept.
  StatusRuntimeException fullOfFound() {
    return Failures.rejected(
        Reason.CONNECTION_OVER_SHARE,
        "connection: its calls keep %d bytes that they found, of at most %d; read one answer after the other"
            .formatted(found.get(), budget.shareBytes()));
  }

  /// A call that may have to wait.
  static final class Waiter {
    private final AtomicBoolean waits = new AtomicBoolean();
    private final Runnable onReady;

    /// @param onReady tells the call, on its event loop, that it may go on
    Waiter(Runnable onReady) {
      this.onReady = onReady;
    }
  }

  /// Bytes that a call has in hand for its client, in queues of its own.
  ///
  /// Threads: one at a time, as the queues are guarded.
  public static final class Holding {
    private final @Nullable ConnectionAccount account;
    private long bytes;

    /// Of a call; counts nothing where its connection has no account.
    public Holding(ServerCall<?, ?> call) {
      this.account = of(call);
    }

    /// For tests of queues alone.
    public Holding() {
      this.account = null;
    }

    /// So much is in hand now.
    public void set(long now) {
      if (account != null && now != bytes) {
        account.hold(now - bytes);
      }
      bytes = now;
    }

    /// What was set last.
    public long bytes() {
      return bytes;
    }
  }
}
