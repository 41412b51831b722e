package guidepost.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.Gathering.Pending;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one writer of a domain: group commit over a bounded queue.
///
/// While one group is being fsynced, the requests that arrive gather in the queue; they are the
/// next group. So a lone caller waits for one fsync, and many callers share one:
///
/// ```
///   callers ──submit──▶ queue ──▶ decide* ─▶ append, 1 fsync ─▶ commit* ─▶ publish ─▶ answers*
/// ```
///
/// A request is answered only when it is durable *and* visible. How the append ends decides what
/// becomes of its group:
///
/// | the append | the group | what comes after it |
/// |---|---|---|
/// | durable | is visible, then answered | goes on |
/// | refused | fails; nothing of it is visible | goes on |
/// | unknown | waits, unanswered and invisible, until the engine has settled which of the others it is | waits; new requests are refused for now |
/// | superseded | fails | fails, until this server leads again |
///
/// When the writer is closed while it waits, the group fails as OUTCOME_UNKNOWN and what is behind
/// it was not tried. A request that cannot be decided, by a defect, fails alone.
///
/// Where an append is a round over a network, the writer waits a moment, before it begins a group,
/// for the callers that it has just answered, if there were several. Otherwise those who came while
/// the round was under way would be the next group, and those answered the one after that: each
/// half of them would pay for rounds of its own.
///
/// Where another server writes the journal, the writer applies what that one has written, and
/// refuses requests. Once its own server leads, it applies what is left and takes requests.
///
/// Threads: any may call [#submit]; the [Domain] is called by the writer's thread alone. Futures
/// complete on the writer's thread: what hangs on them must be short.
///
/// @param <Q> what is asked of the domain
/// @param <A> what is answered
public final class DomainWriter<Q, A> implements AutoCloseable {

  /// Most changes that may wait by default: eight of the largest requests that streams make. 128 Ki
  /// routes are some 20 MB.
  public static final int QUEUED_CHANGES_MAX = 131_072;

  /// A full queue is written in about as long.
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(DomainWriter.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  private record Decided<A>(
      Domain.Decision<A> decision,
      Batch batch,
      CompletableFuture<A> answer,
      @Nullable Object observed) {}

  /// What somebody asks of the domain.
  private record Question<T>(Supplier<T> asked, CompletableFuture<T> to) {
    void answer() {
      to.complete(asked.get());
    }
  }

  private final String name;
  private final Journal journal;
  private final Domain<Q, A> domain;
  private final int queuedChangesMax;
  private final Thread thread;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  // Changed by the writer's thread alone.
  private volatile WriterStats stats = WriterStats.NONE;
  private volatile WriterObserver observer = WriterObserver.NONE;
  // Of the writer's thread: nothing more is written.
  private boolean over;
  // Of the writer's thread: when it had answered the last group.
  private long answeredNanos;

  // Changed by the writer's thread alone: what the index holds, and whether it takes requests.
  private volatile long revision;
  private volatile boolean leading;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  @GuardedBy("lock")
  private final Gathering<Q, A> queue;

  @GuardedBy("lock")
  private boolean closing;

  @GuardedBy("lock")
  private boolean unsettled;

  @GuardedBy("lock")
  private final List<Question<?>> questions = new ArrayList<>();

  @GuardedBy("lock")
  private final RevisionWaits waiting = new RevisionWaits();

  @GuardedBy("lock")
  private Function<String, JournalException> refusal = DomainWriter::closed;

  private DomainWriter(String name, Journal journal, Domain<Q, A> domain, int queuedChangesMax) {
    this.name = name;
    this.journal = journal;
    this.domain = domain;
    this.queuedChangesMax = queuedChangesMax;
    this.queue = new Gathering<>(queuedChangesMax);
    this.revision = journal.revision();
    this.leading = journal.leads();
    this.thread = Thread.ofPlatform().name("guidepost-writer-" + name).unstarted(this::run);
  }

  /// Starts the writer of a domain whose index holds the journal's latest state.
  ///
  /// @param name for messages and the thread
  /// @param queuedChangesMax most changes that may wait; more is an [OverloadedException]
  public static <Q, A> DomainWriter<Q, A> start(
      String name, Journal journal, Domain<Q, A> domain, int queuedChangesMax) {
    DomainWriter<Q, A> writer = new DomainWriter<>(name, journal, domain, queuedChangesMax);
    journal.onNews(writer::wake);
    writer.thread.start();
    return writer;
  }

  /// Queues a request.
  ///
  /// @param changes how many changes it may make, for the bound on the queue; a request larger than
  ///   the bound is taken when the queue is empty
  /// @return the answer, once durable and visible; fails with a [JournalException] if the request
  ///   could not be made durable
  /// @throws OverloadedException if too much waits already, or the writer is closed
  public CompletableFuture<A> submit(Q request, int changes) throws OverloadedException {
    return submit(request, changes, () -> true);
  }

  /// Queues a request that may fail with an earlier one: a caller that sends several, one behind
  /// the other, does not want the later ones done once an earlier one has failed.
  ///
  /// @param stands asked by the writer's thread when the request's turn has come, which is after
  ///   the answers to everything before it; if false, nothing is done and the answer fails with
  ///   [JournalException.Reason#ABANDONED]
  public CompletableFuture<A> submit(Q request, int changes, BooleanSupplier stands)
      throws OverloadedException {
    Pending<Q, A> pending =
        new Pending<>(request, changes, stands, new CompletableFuture<>(), observer.queued());
    lock.lock();
    try {
      if (closing) {
        return CompletableFuture.failedFuture(refusal.apply(name));
      }
      if (!leading || !journal.leads()) {
        return CompletableFuture.failedFuture(superseded(name));
      }
      if (unsettled) {
        throw OverloadedException.of(
            "%s: the outcome of the last write is not known yet; try again in %d ms"
                .formatted(name, RETRY_AFTER.toMillis()));
      }
      if (!queue.hasSpaceFor(changes)) {
        throw new OverloadedException(name, queuedChangesMax, RETRY_AFTER);
      }
      queue.add(pending);
      if (queue.isReady()) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
    return pending.answer();
  }

  private static JournalException superseded(String name) {
    return new JournalException(
        JournalException.Reason.SUPERSEDED,
        name + ": another server takes the writes now; nothing of this was written",
        null);
  }

  private static JournalException closed(String name) {
    return new JournalException(
        JournalException.Reason.CLOSED,
        name + ": closed; the server is shutting down or must be restarted",
        null);
  }

  /// Asks something of the domain, between two groups and on the writer's thread: it sees one
  /// state, which is durable. Asked of a server that does not lead, too.
  ///
  /// @param question short: what is written waits meanwhile
  /// @return the answer; fails if the writer is closed
  public <T> CompletableFuture<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    lock.lock();
    try {
      if (closing) {
        answer.completeExceptionally(refusal.apply(name));
      } else {
        questions.add(new Question<>(question, answer));
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
    return answer;
  }

  private void answerQuestions() {
    List<Question<?>> asked;
    lock.lock();
    try {
      asked = new ArrayList<>(questions);
      questions.clear();
    } finally {
      lock.unlock();
    }
    asked.forEach(Question::answer);
  }

  /// Has an observer told of what comes, instead of the one before.
  public void observe(WriterObserver newObserver) {
    observer = newObserver;
  }

  /// Changes that wait now.
  public int queuedChanges() {
    lock.lock();
    try {
      return queue.changes();
    } finally {
      lock.unlock();
    }
  }

  /// The newest revision that readers see.
  public long revision() {
    return revision;
  }

  /// Completes when readers see a revision; at once if they do. Whether it will ever be written
  /// need not be known: a caller may have made it up.
  ///
  /// @param patience fails with a [java.util.concurrent.TimeoutException] after so long
  public CompletableFuture<Void> reached(long wantedRevision, Duration patience) {
    RevisionWaits.Wait wait;
    lock.lock();
    try {
      if (revision >= wantedRevision) {
        return CompletableFuture.completedFuture(null);
      }
      if (closing) {
        return CompletableFuture.failedFuture(closed(name));
      }
      wait = waiting.add(wantedRevision);
    } finally {
      lock.unlock();
    }
    journal.hurry();
    return wait.reached()
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((_, failure) -> forget(wait, failure));
  }

  private void forget(RevisionWaits.Wait wait, @Nullable Throwable failure) {
    if (failure == null) {
      return;
    }
    lock.lock();
    try {
      waiting.remove(wait);
    } finally {
      lock.unlock();
    }
  }

  /// Callers that wait until readers see a revision.
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// Completes when a defect has stopped this writer, before the requests that it leaves undone
  /// fail: until a restart it refuses everything. Does not complete because of [#close].
  public CompletionStage<Void> stopped() {
    return stopped.minimalCompletionStage();
  }

  /// What was written so far, and what waits.
  public WriterStats stats() {
    return stats.withQueued(queuedChanges());
  }

  /// Refuses new requests, writes and answers those that wait, and ends the thread.
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    joinUninterruptibly();
  }

  private void joinUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends when closed, or when a defect or an exhausted heap leaves the state unknown.
  private void run() {
    List<Pending<Q, A>> group = List.of();
    try {
      while (!over && !isDone()) {
        turn();
        answerQuestions();
        group = nextGroup();
        if (!group.isEmpty()) {
          group = standing(group);
          write(group);
        }
      }
    } catch (RuntimeException | Error e) {
      stopAfterDefect(group, e);
    } finally {
      endWaiting();
    }
  }

  private void endWaiting() {
    List<CompletableFuture<Void>> left;
    List<Question<?>> asked;
    lock.lock();
    try {
      closing = true;
      left = waiting.upTo(Long.MAX_VALUE);
      asked = new ArrayList<>(questions);
      questions.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(each -> each.completeExceptionally(closed(name)));
    asked.forEach(each -> each.to().completeExceptionally(closed(name)));
  }

  /// True when the writer is closed and no requests are left.
  private boolean isDone() {
    lock.lock();
    try {
      return closing && queue.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for requests; empty when the writer is closed and none are left, and when another server
  /// has written.
  private List<Pending<Q, A>> nextGroup() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closing && !hasNews()) {
        arrived.awaitUninterruptibly();
      }
      gather();
      return hasNews() ? List.of() : queue.takeGroup();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for callers that come back, if several were answered a moment ago.
  @GuardedBy("lock")
  private void gather() {
    long deadline = answeredNanos + journal.gathering().toNanos();
    queue.awaitExpected();
    boolean interrupted = false;
    while (!queue.isReady() && !closing && !hasNews() && System.nanoTime() - deadline < 0) {
      try {
        var _ = arrived.awaitNanos(deadline - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    queue.awaitAny();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// A group is durable, and about to be answered.
  private void expect(int answered) {
    lock.lock();
    try {
      queue.expect(answered);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isAsked() {
    return !questions.isEmpty();
  }

  @GuardedBy("lock")
  private boolean hasNews() {
    return journal.revision() > revision || journal.leads() != leading || isAsked();
  }

  /// Applies what another server has written, and notices who leads.
  private void turn() {
    boolean leads = journal.leads();
    if (leading && !leads) {
      leading = false;
      refuseQueued();
      domain.follow();
    }
    catchUp();
    if (!leading && leads) {
      domain.lead();
      leading = true;
    }
  }

  private void refuseQueued() {
    List<Pending<Q, A>> refused;
    lock.lock();
    try {
      refused = queue.takeAll();
    } finally {
      lock.unlock();
    }
    refused.forEach(pending -> pending.answer().completeExceptionally(superseded(name)));
  }

  /// Brings the index to the journal's last revision, a group at a time.
  private void catchUp() {
    while (journal.revision() > revision) {
      int[] changes = {0};
      long[] last = {revision};
      try {
        journal.read(
            revision,
            (number, time, batch) -> {
              domain.apply(number, time, batch);
              last[0] = number;
              changes[0] += batch.size();
              return changes[0] < Gathering.GROUP_CHANGES_MAX;
            });
      } catch (JournalException e) {
        throw new IllegalStateException(name + ": what another server wrote cannot be read", e);
      }
      domain.publish();
      shown(last[0]);
    }
  }

  /// Readers see a revision.
  private void shown(long newRevision) {
    revision = newRevision;
    List<CompletableFuture<Void>> reached;
    lock.lock();
    try {
      reached = waiting.upTo(newRevision);
    } finally {
      lock.unlock();
    }
    reached.forEach(each -> each.complete(null));
  }

  /// Those of a group that are still to be done; the others fail.
  private List<Pending<Q, A>> standing(List<Pending<Q, A>> group) {
    List<Pending<Q, A>> standing = new ArrayList<>(group.size());
    for (Pending<Q, A> pending : group) {
      if (pending.stands().getAsBoolean()) {
        standing.add(pending);
      } else {
        pending.answer().completeExceptionally(abandoned());
      }
    }
    return standing;
  }

  private JournalException abandoned() {
    return new JournalException(
        JournalException.Reason.ABANDONED,
        name + ": not written, because an earlier request of the same call failed",
        null);
  }

  /// Writes a group; without a request that fails by a defect when it is decided. Such a one may
  /// have left something behind, so what was decided before it is forgotten and decided once more.
  private void write(List<Pending<Q, A>> group) {
    Deque<List<Pending<Q, A>>> parts = new ArrayDeque<>();
    parts.push(group);
    while (!parts.isEmpty() && !over) {
      List<Pending<Q, A>> part = parts.pop();
      List<Decided<A>> decided = new ArrayList<>(part.size());
      Optional<RuntimeException> defect = decide(part, decided);
      if (defect.isEmpty()) {
        writeDecided(group, decided);
        continue;
      }
      domain.abandon();
      int bad = decided.size();
      parts.push(part.subList(bad + 1, part.size()));
      parts.push(part.subList(0, bad));
      part.get(bad).answer().completeExceptionally(defect.get());
    }
  }

  /// @param decided gets what was decided
  /// @return the defect that the request after those caused
  private Optional<RuntimeException> decide(List<Pending<Q, A>> part, List<Decided<A>> decided) {
    for (Pending<Q, A> pending : part) {
      try {
        decided.add(decide(pending));
      } catch (RuntimeException e) {
        QUIET.error(name + " " + e.getClass(), name + ": a request failed by a defect", e);
        return Optional.of(e);
      }
    }
    return Optional.empty();
  }

  /// @param group what fails with it if a defect stops the writer
  private void writeDecided(List<Pending<Q, A>> group, List<Decided<A>> decided) {
    if (decided.isEmpty()) {
      return;
    }
    long before = revision;
    try {
      append(decided, before);
    } catch (JournalException e) {
      QUIET.error(
          name + " " + e.reason(),
          "%s: %d requests were not written: %s".formatted(name, decided.size(), e.getMessage()));
      fail(decided, e);
      stopIfOver(group);
      return;
    } catch (RuntimeException e) {
      if (isUnsettled()) {
        stopAfterDefect(group, e);
        return;
      }
      QUIET.error(name + " " + e.getClass(), name + ": requests were not written", e);
      fail(decided, e);
      return;
    }
    try {
      commit(decided, before);
    } catch (RuntimeException e) {
      stopAfterDefect(group, e);
    }
  }

  private void fail(List<Decided<A>> decided, Throwable why) {
    stats = stats.withFailure();
    domain.abandon();
    decided.forEach(each -> each.answer().completeExceptionally(why));
  }

  /// The group may be durable though the index does not hold it: only a restart, which replays the
  /// journal, brings the two together again. Until then nothing more is written.
  private void stopAfterDefect(List<Pending<Q, A>> group, Throwable defect) {
    LOG.error("{}: stopped by a defect; restart the server", name, defect);
    stop(group, DomainWriter::closed, true);
  }

  /// After an append that was given up while its outcome was not known, nothing can be written
  /// behind it.
  private void stopIfOver(List<Pending<Q, A>> group) {
    if (isUnsettled()) {
      stop(group, DomainWriter::closed, false);
    }
  }

  private boolean isUnsettled() {
    lock.lock();
    try {
      return unsettled;
    } finally {
      lock.unlock();
    }
  }

  /// @param why what everything is refused with from now on
  /// @param told true if the caller closes nothing and has to be told
  private void stop(
      List<Pending<Q, A>> group, Function<String, JournalException> why, boolean told) {
    over = true;
    List<Pending<Q, A>> unanswered = new ArrayList<>(group);
    lock.lock();
    try {
      closing = true;
      refusal = why;
      unanswered.addAll(queue.takeAll());
    } finally {
      lock.unlock();
    }
    if (told) {
      stopped.complete(null);
    }
    unanswered.forEach(pending -> pending.answer().completeExceptionally(why.apply(name)));
  }

  private Decided<A> decide(Pending<Q, A> pending) {
    Batch batch = new Batch();
    return new Decided<>(
        domain.decide(pending.request(), batch), batch, pending.answer(), pending.observed());
  }

  private void append(List<Decided<A>> decided, long before) throws JournalException {
    List<Batch> batches =
        decided.stream().map(Decided::batch).filter(batch -> !batch.isEmpty()).toList();
    if (!batches.isEmpty()) {
      long begun = System.nanoTime();
      try {
        journal.appendAfter(before, batches);
      } catch (UnsettledException e) {
        awaitSettled(e, decided);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      stats = stats.withGroup(batches, took);
      observer.appended(observed(decided), took, journal.revision());
      expect(decided.size());
    }
  }

  private static <A> List<Object> observed(List<Decided<A>> decided) {
    List<Object> observed = new ArrayList<>();
    for (Decided<A> each : decided) {
      if (each.observed() != null) {
        observed.add(each.observed());
      }
    }
    return observed;
  }

  /// Waits until it is known what became of an append, or the writer is closed.
  ///
  /// @throws JournalException if it was not written, or nobody waits any longer
  private void awaitSettled(UnsettledException why, List<Decided<A>> decided)
      throws JournalException {
    QUIET.error(name + " unsettled", name + ": waits for the outcome of a write", why);
    CompletableFuture<Void> settled = why.settled().toCompletableFuture();
    var _ = settled.whenComplete((_, _) -> wake());
    boolean tooLong;
    lock.lock();
    try {
      unsettled = true;
      awaitDone(settled, why.patience());
      tooLong = !settled.isDone() && !closing;
    } finally {
      lock.unlock();
    }
    if (tooLong) {
      decided.forEach(each -> each.answer().completeExceptionally(why));
    }
    lock.lock();
    try {
      awaitDone(settled, ChronoUnit.FOREVER.getDuration());
      if (!settled.isDone()) {
        throw new JournalException(
            JournalException.Reason.OUTCOME_UNKNOWN,
            name + ": closed before it was known whether this was written",
            why);
      }
      requireWritten(settled);
      unsettled = false;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until it is done, the writer is closed, or nobody has the patience.
  @GuardedBy("lock")
  private void awaitDone(CompletableFuture<Void> settled, Duration patience) {
    long begun = System.nanoTime();
    boolean interrupted = false;
    while (!settled.isDone()
        && !closing
        && patience.compareTo(Duration.ofNanos(System.nanoTime() - begun)) > 0) {
      try {
        var _ = arrived.await(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @GuardedBy("lock")
  private void requireWritten(CompletableFuture<Void> settled) throws JournalException {
    try {
      settled.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException refused) {
        unsettled = false;
        throw refused;
      }
      throw e;
    }
  }

  private void wake() {
    lock.lock();
    try {
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Decided<A>> decided, long before) {
    long last = before;
    List<A> answers = new ArrayList<>(decided.size());
    for (Decided<A> each : decided) {
      last += each.batch().isEmpty() ? 0 : 1;
      answers.add(each.decision().commit(last));
    }
    domain.publish();
    shown(last);
    for (int i = 0; i < answers.size(); i++) {
      decided.get(i).answer().complete(answers.get(i));
    }
    answeredNanos = System.nanoTime();
  }
}
