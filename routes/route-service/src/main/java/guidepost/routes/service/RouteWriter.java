package guidepost.routes.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.DomainWriter;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One party that writes routes: a gRPC call, an import, a live station, another front. Nothing
/// else writes them.
///
/// ```java
/// try (RouteWriter writer = routes.openWriter(this::writeMore)) {
///   writer.submit(RouteGroup.of("r1", "bmp.r1").createTable().putSource(20, ofMinutes(5)));
///   writer.submit(RouteGroup.of("r1", "bmp.r1").beginRefresh(families));
///   while (writer.isReady() && hasNext()) {
///     writer.submit(next()).whenComplete(this::count);
///   }
/// }
/// ```
///
/// **Order.** Groups are decided, written and answered in the order in which they were submitted. A
/// group is answered once it is durable and visible; [RouteOutcome] says how each of its operations
/// ended.
///
/// **Loss.** If a group could not be made durable its future fails with a [JournalException], and
/// so do those of the groups behind it, none of which is done: close the writer, and begin a
/// refresh with another one.
///
/// **Back-pressure.** A writer [#isReady] while few changes of it are in hand; it then calls
/// `onReady`. It takes somewhat more, up to [#GROUPS_IN_HAND_MAX]; past that, and when too much
/// waits of all writers together, [#submit] throws [OverloadedException] and nothing of the group
/// is done.
///
/// **Going away.** A writer is connected to the sources that its groups name, until it is closed. A
/// refresh that it began and did not end is forgotten then and deletes nothing; a source that is to
/// be deleted on disconnect begins its delay when its last writer closes. A process that ends
/// without closing them does the same at its next start.
///
/// Memory: what it has in hand, and in the domain a set of the sources it named.
///
/// Threads: one at a time submits and closes. Futures complete, and `onReady` is called, on the
/// thread of the domain's writer: what hangs on them must be short and must not wait. [#isReady] is
/// any thread's.
public final class RouteWriter implements AutoCloseable {

  /// Most groups of a writer that may wait to be written: bounds what one that does not ask
  /// [#isReady] can keep in memory.
  public static final int GROUPS_IN_HAND_MAX = 16;

  /// Enough to keep the domain's writer busy while answers travel.
  private static final int GROUPS_READY_MAX = 4;

  /// As many as four groups of a size that works well; a small share of what may wait.
  private static final int OPERATIONS_READY_MAX = 4_096;

  private final DomainWriter<RouteRequest, List<RouteOutcome>> domain;
  private final SourceCalls sources;
  private final RouteAccess access;
  private final Runnable onReady;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private int groups;

  @GuardedBy("lock")
  private int operations;

  @GuardedBy("lock")
  private boolean isRemembered;

  @GuardedBy("lock")
  private boolean lost;

  @GuardedBy("lock")
  private boolean closed;

  /// @param sources told when it is closed
  /// @param access what may be written with it
  /// @param onReady called each time that it becomes ready again
  RouteWriter(
      DomainWriter<RouteRequest, List<RouteOutcome>> domain,
      SourceCalls sources,
      RouteAccess access,
      Runnable onReady) {
    this.domain = domain;
    this.sources = sources;
    this.access = access;
    this.onReady = onReady;
  }

  /// Has a group written.
  ///
  /// @return an outcome for each of its operations, in their order; fails with a [JournalException]
  ///   if the group could not be made durable, or one before it could not, or the service is closed
  /// @throws OverloadedException if too much waits already: nothing of the group is done. What is
  ///   submitted after it may be, so submit it again first
  /// @throws IllegalStateException if the writer is closed
  public CompletableFuture<List<RouteOutcome>> submit(RouteGroup group) throws OverloadedException {
    CompletableFuture<List<RouteOutcome>> answer = new CompletableFuture<>();
    CompletableFuture<List<RouteOutcome>> written = queue(group);
    var _ =
        written.whenComplete(
            (outcomes, failure) -> {
              boolean isReadyAgain = answered(group.size(), failure != null);
              complete(answer, outcomes, failure);
              if (isReadyAgain) {
                onReady.run();
              }
            });
    return answer;
  }

  private CompletableFuture<List<RouteOutcome>> queue(RouteGroup group) throws OverloadedException {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the writer is closed");
      }
      if (groups >= GROUPS_IN_HAND_MAX) {
        throw OverloadedException.of(
            "routes: a writer must have at most %d groups in hand".formatted(GROUPS_IN_HAND_MAX));
      }
      CompletableFuture<List<RouteOutcome>> written =
          domain.submit(group.request(this, access), group.size(), this::stands);
      groups++;
      operations += group.size();
      isRemembered |= group.isRemembered();
      return written;
    } finally {
      lock.unlock();
    }
  }

  /// Asked by the domain's writer when a group's turn has come.
  private boolean stands() {
    lock.lock();
    try {
      return !lost;
    } finally {
      lock.unlock();
    }
  }

  /// @return true if the writer was not ready before and is now
  private boolean answered(int size, boolean failed) {
    lock.lock();
    try {
      boolean wasReady = hasRoom();
      groups--;
      operations -= size;
      lost |= failed;
      return !wasReady && hasRoom();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean hasRoom() {
    return !closed && groups < GROUPS_READY_MAX && operations < OPERATIONS_READY_MAX;
  }

  private static void complete(
      CompletableFuture<List<RouteOutcome>> answer,
      @Nullable List<RouteOutcome> outcomes,
      @Nullable Throwable failure) {
    if (outcomes != null) {
      answer.complete(outcomes);
    } else {
      answer.completeExceptionally(
          failure == null ? new IllegalStateException("no outcomes") : failure);
    }
  }

  /// True while more is welcome. When it becomes true again `onReady` is called.
  public boolean isReady() {
    lock.lock();
    try {
      return hasRoom();
    } finally {
      lock.unlock();
    }
  }

  /// Goes away; does not wait. What was submitted before is still written and answered.
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (isRemembered) {
        sources.ended(this);
      }
    } finally {
      lock.unlock();
    }
  }
}
