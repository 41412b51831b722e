package guidepost.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One caller's stream of operations into a [DomainWriter], answered in the order given.
///
/// An operation that finds nothing of its caller under way is written at once; those that come
/// while something is under way gather into the next request. So a lone operation waits for
/// nothing, and a bulk load travels in large requests, without a timer.
///
/// ```
///   add ─▶ gathering ──(nothing under way, or full)──▶ under way ─▶ answers, in order ─▶ Sink
/// ```
///
/// Threads: one calls [#add], [#addAll] and [#end]; the [Sink] is called by that thread or the
/// writer's, never by two at once, and never with a lock held.
///
/// @param <Q> an operation
/// @param <A> its answer
public final class WritePipe<Q, A> {

  /// Most operations in one request: past this a request is sent though another is under way.
  public static final int REQUEST_OPERATIONS_MAX = 512;

  /// Takes the answers.
  ///
  /// @param <A> an answer
  public interface Sink<A> {

    /// Answers to the oldest operations that were not answered yet, in their order.
    void answered(List<A> answers);

    /// Every operation was answered, and [WritePipe#end] was called. The last call.
    void ended();

    /// Operations from here on were not written, or it is not known that they were. The last call.
    ///
    /// @param cause an [OverloadedException] or a [JournalException]
    void failed(Throwable cause);
  }

  /// Takes requests: a [DomainWriter], or one asked in its own terms.
  ///
  /// @param <Q> an operation
  /// @param <A> its answer
  @FunctionalInterface
  public interface Writing<Q, A> {

    /// Queues operations as one request, as [DomainWriter#submit] does.
    ///
    /// @param changes how many changes they may make
    /// @throws OverloadedException if too much waits already
    CompletableFuture<List<A>> submit(List<Q> operations, int changes) throws OverloadedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(WritePipe.class);

  private final Writing<Q, A> writer;
  private final Sink<A> sink;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private List<Q> gathering = new ArrayList<>();

  @GuardedBy("lock")
  private final Queue<Runnable> deliveries = new ArrayDeque<>();

  @GuardedBy("lock")
  private int requestsUnderWay;

  @GuardedBy("lock")
  private boolean ending;

  @GuardedBy("lock")
  private boolean over;

  @GuardedBy("lock")
  private boolean delivering;

  /// @param writer takes the requests
  /// @param sink takes the answers
  public WritePipe(Writing<Q, A> writer, Sink<A> sink) {
    this.writer = writer;
    this.sink = sink;
  }

  /// Takes the next operation. Never waits.
  public void add(Q operation) {
    addAll(List.of(operation));
  }

  /// Takes the next operations; they travel in one request. Never waits.
  public void addAll(List<Q> operations) {
    if (operations.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      gather(operations);
    } finally {
      lock.unlock();
    }
    deliver();
  }

  @GuardedBy("lock")
  private void gather(List<Q> operations) {
    if (over) {
      return;
    }
    gathering.addAll(operations);
    if (requestsUnderWay == 0 || gathering.size() >= REQUEST_OPERATIONS_MAX) {
      send();
    }
  }

  /// There are no more operations.
  public void end() {
    lock.lock();
    try {
      sendLast();
    } finally {
      lock.unlock();
    }
    deliver();
  }

  @GuardedBy("lock")
  private void sendLast() {
    if (over) {
      return;
    }
    ending = true;
    if (!gathering.isEmpty()) {
      send();
    }
    endIfDone();
  }

  @GuardedBy("lock")
  @SuppressWarnings("FutureReturnValueIgnored") // completed() sees failures too
  private void send() {
    List<Q> request = gathering;
    gathering = new ArrayList<>();
    try {
      CompletableFuture<List<A>> answer = writer.submit(request, request.size());
      requestsUnderWay++;
      answer.whenComplete(this::completed);
    } catch (OverloadedException e) {
      fail(e);
    }
  }

  private void completed(@Nullable List<A> answers, @Nullable Throwable failure) {
    lock.lock();
    try {
      take(answers, failure);
    } finally {
      lock.unlock();
    }
    deliver();
  }

  @GuardedBy("lock")
  private void take(@Nullable List<A> answers, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    requestsUnderWay--;
    if (answers == null) {
      fail(failure == null ? new IllegalStateException("no answer") : failure);
      return;
    }
    deliveries.add(() -> sink.answered(answers));
    if (!gathering.isEmpty() && requestsUnderWay == 0) {
      send();
    }
    endIfDone();
  }

  @GuardedBy("lock")
  private void fail(Throwable cause) {
    over = true;
    deliveries.add(() -> sink.failed(cause));
  }

  @GuardedBy("lock")
  private void endIfDone() {
    if (ending && !over && requestsUnderWay == 0 && gathering.isEmpty()) {
      over = true;
      deliveries.add(sink::ended);
    }
  }

  /// Runs what is due, outside the lock, one thread at a time.
  private void deliver() {
    if (lock.isHeldByCurrentThread()) {
      return; // an answer that was there at once: the thread that holds the lock delivers it
    }
    Runnable next = takeDelivery();
    while (next != null) {
      run(next);
      next = takeNextDelivery();
    }
  }

  /// A sink that throws hears of that and of nothing else.
  private void run(Runnable delivery) {
    try {
      delivery.run();
    } catch (RuntimeException e) {
      LOG.error("answers could not be delivered", e);
      if (giveUp()) {
        sink.failed(e);
      }
    }
  }

  /// @return false if the last call was made already
  private boolean giveUp() {
    lock.lock();
    try {
      boolean first = !over;
      over = true;
      deliveries.clear();
      return first;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable takeDelivery() {
    lock.lock();
    try {
      if (delivering || deliveries.isEmpty()) {
        return null;
      }
      delivering = true;
      return deliveries.remove();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable takeNextDelivery() {
    lock.lock();
    try {
      Runnable next = deliveries.poll();
      delivering = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }
}
