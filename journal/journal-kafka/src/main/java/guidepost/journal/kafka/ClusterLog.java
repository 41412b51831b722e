package guidepost.journal.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.Batch;
import guidepost.journal.ClusterStats;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.Leadership;
import guidepost.journal.QuietLog;
import guidepost.journal.UnsettledException;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log as one server appends to it and reads it.
///
/// ```
///   follows   poll ─▶ judge ─▶ copy ─▶ news            silent leader ─▶ claim ─▶ in the log, first? leads
///   leads     append ─▶ send ─▶ acknowledged at the offset expected next? ─▶ judge ─▶ copy ─▶ answer
///                                └─ at another one: read what stands between, judge that first
///   unsettled a send that ended in a way that nobody knows: read to the end, claim; what stands
///             before the claim was written, what does not never will be
/// ```
///
/// Nothing is acknowledged that the judge has not counted, and the judge is given the records of
/// the log in their order, none left out. So a server that wrongly believes that it leads, since it
/// was stopped or cut off, acknowledges nothing: its records do not count, and do not stand where
/// it expects them.
///
/// Threads: any. One of its own reads, claims and beats; writers of domains append.
final class ClusterLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterLog.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  /// How often a leader shows that it is there.
  private static final Duration BEAT = Duration.ofSeconds(1);

  /// Between two tries to reach brokers that do not answer.
  private static final Duration BACK_OFF = Duration.ofMillis(200);

  /// How long callers wait, beyond the time that brokers have, for an outcome to be settled.
  private static final Duration UNSETTLED_PATIENCE = Duration.ofSeconds(5);

  /// From so many records on, reading them again after a crash is cheaper than to write each down
  /// twice.
  private static final int FAR = 1_000;

  /// So many records that change nothing are read again after a restart at most.
  private static final int UNSAVED_MAX = 1_000;

  /// Where the log can be judged from.
  @FunctionalInterface
  interface Starts {

    /// The earliest that the log still reaches back to.
    ///
    /// @throws JournalException if there is none
    Rejudging.Start earliest() throws JournalException;
  }

  private final KafkaOptions options;
  private final KafkaLink link;
  private final RocksReplica replica;
  private final LogReader reader;
  private final Outbox outbox;
  private final Marks marks;
  private final Starts starts;
  private final InstantSource clock;
  private final String program;
  private final Thread thread;
  private final long who = ThreadLocalRandom.current().nextLong();
  private final Listeners listeners = new Listeners();
  private final Counts counts = new Counts();

  // Fair: the thread that reads takes it again and again.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Judge judge;

  @GuardedBy("lock")
  private final Chains chains = new Chains();

  @GuardedBy("lock")
  private final Claiming claiming;

  @GuardedBy("lock")
  private int unsaved;

  /// What was read and is not in the copy yet, while much is read; null later.
  @GuardedBy("lock")
  private @Nullable FrameGroup group;

  /// Where the copy is with all frames read so far.
  @GuardedBy("lock")
  private byte[] lastWhole = {};

  /// Servers whose copies were found to be other ones.
  @GuardedBy("lock")
  private final Set<Long> compared = new HashSet<>();

  /// A copy of the same log that is another one: until it is known whose is right, nothing is
  /// acknowledged. Null if there is none.
  ///
  /// @param whose for people
  private record Doubt(String whose, long at) {}

  @GuardedBy("lock")
  private @Nullable Doubt doubt;

  /// Since when brokers say that the log ends before what was read of it; 0 if none does.
  @GuardedBy("lock")
  private long shorterNanos;

  /// The format that this server has asked for last.
  @GuardedBy("lock")
  private int raised;

  // Changed under the lock.
  private volatile boolean leading;
  private volatile boolean unsettled;
  private volatile boolean closed;
  private volatile @Nullable JournalException broken;
  private volatile Leadership leadership;
  private volatile @Nullable Instant asOf;
  private volatile long offset;

  /// Goes on with a copy.
  ///
  /// @param consumer at the position's offset; this closes it
  /// @param starts where the log can be judged again from
  /// @param program the version of this program, for people
  ClusterLog(
      KafkaOptions options,
      KafkaLink link,
      RocksReplica replica,
      KafkaConsumer<byte[], byte[]> consumer,
      Position position,
      Map<String, Long> revisions,
      Starts starts,
      InstantSource clock,
      String program) {
    this.options = options;
    this.link = link;
    this.replica = replica;
    this.reader = new LogReader(consumer, link::consumer, link.partition());
    this.starts = starts;
    this.clock = clock;
    this.program = program;
    this.outbox = new Outbox(new Sender(link));
    this.claiming = new Claiming(options, who);
    this.marks = new Marks(this::sendMark, options.writeTimeout());
    this.judge = new Judge(position, revisions, options.format());
    this.leadership = new Leadership(false, position.epoch(), position.address());
    this.offset = position.offset();
    this.thread = Thread.ofPlatform().daemon().name("guidepost-cluster").unstarted(this::run);
    chains.add(position.offset(), position.chain());
  }

  /// Reads up to an offset, before others use the log.
  ///
  /// @throws JournalException if that cannot be done
  void catchUp(long end) throws JournalException {
    lock.lock();
    try {
      boolean far = end - judge.position().offset() > FAR;
      if (far) {
        replica.catchUp(true);
        group = new FrameGroup(replica);
      }
      long begun = System.nanoTime();
      while (judge.position().offset() < end) {
        poll();
        requireUnbroken();
      }
      if (far) {
        writeGroup();
        group = null;
        if (!judge.isMidway()) {
          replica.move(judge.position().encode());
        }
        replica.catchUp(false);
        LOG.info(
            "{}: read up to offset {} in {} ms",
            options,
            end,
            (System.nanoTime() - begun) / 1_000_000);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes part; see [guidepost.journal.Cluster#begin].
  void begin() {
    lock.lock();
    try {
      claiming.heard();
    } finally {
      lock.unlock();
    }
    thread.start();
  }

  Leadership leadership() {
    return leadership;
  }

  void onLeadership(Consumer<Leadership> told) {
    listeners.onLeadership(told);
  }

  void onNews(Runnable told) {
    listeners.onNews(told);
  }

  void onTrouble(Consumer<Optional<JournalException>> told) {
    listeners.onTrouble(told);
  }

  Optional<JournalException> trouble() {
    return Optional.ofNullable(broken);
  }

  /// True unless another server leads, as far as this one knows.
  boolean leads() {
    return (leading || unsettled) && broken == null;
  }

  ClusterStats stats() {
    return counts.stats(Optional.ofNullable(asOf), reader.lag(), offset);
  }

  // Appending.

  /// Appends batches of a domain.
  ///
  /// @param after the revision that they were decided in view of
  /// @return the revision of the last batch
  /// @throws JournalException as [guidepost.journal.Journal#append]
  long append(String domain, long after, List<Batch> batches) throws JournalException {
    long millis = Math.max(replica.newestMillis(domain), clock.millis());
    Frame frame = new Frame(domain, after + 1, millis, batches);
    write(domain, after, frame.encode(), frame);
    trimToRetention(domain);
    return frame.last();
  }

  /// Has an empty domain begin with a state.
  ///
  /// @throws JournalException as [#append]
  void load(LoadedState state) throws JournalException {
    write(state.domain(), 0, state.encode(), null);
  }

  /// What could not be trimmed now is trimmed later: the append itself has succeeded.
  private void trimToRetention(String domain) {
    try {
      long through = replica.excess(domain);
      if (through > 0) {
        trim(domain, through);
      }
    } catch (JournalException e) {
      QUIET.warn("trim", domain + ": the log could not be trimmed now: " + e.getMessage());
    }
  }

  private void write(String domain, long after, byte[] bytes, @Nullable Frame frame)
      throws JournalException {
    Pending pending = send(domain, after, bytes, frame);
    awaitAcks(pending);
    lock.lock();
    try {
      while (!pending.settled().isDone() && outbox.isUnderWay(pending)) {
        process();
        if (!pending.settled().isDone() && outbox.isUnderWay(pending)) {
          await(LogReader.POLL);
        }
      }
      requireWritten(domain, pending);
    } finally {
      lock.unlock();
    }
  }

  /// Has everybody forget the log of a domain up to a revision.
  ///
  /// @throws JournalException if this server does not lead, or it is not known whether it was
  ///   written; trimming again does no harm
  void trim(String domain, long through) throws JournalException {
    Pending pending;
    lock.lock();
    try {
      awaitLead(domain);
      pending = send(List.of(new LogEntry.Trim(judge.position().epoch(), domain, through)));
    } finally {
      lock.unlock();
    }
    awaitAcks(pending);
    processNow();
    try {
      pending.settled().orTimeout(BEAT.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      throw new JournalException(
          Reason.OUTCOME_UNKNOWN, domain + ": it is not known whether this was trimmed", e);
    }
  }

  private Pending send(String domain, long after, byte[] bytes, @Nullable Frame frame)
      throws JournalException {
    lock.lock();
    try {
      awaitLead(domain);
      if (judgedRevision(domain) != after) {
        throw superseded(domain);
      }
      List<LogEntry.Data> parts = Frame.parts(judge.position().epoch(), outbox.chain(), bytes);
      return send(new ArrayList<>(parts), frame);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private long judgedRevision(String domain) {
    return judge.revision(domain);
  }

  @GuardedBy("lock")
  private Pending send(List<LogEntry> entries) {
    return send(entries, null);
  }

  @GuardedBy("lock")
  private Pending send(List<LogEntry> entries, @Nullable Frame frame) {
    return outbox.send(judge.position().epoch(), entries, frame);
  }

  /// A writer whose own frames are all settled waits for those of another domain.
  @GuardedBy("lock")
  private void awaitLead(String domain) throws JournalException {
    long deadline = System.nanoTime() + options.writeTimeout().toNanos();
    while (unsettled && broken == null && !closed && System.nanoTime() - deadline < 0) {
      await(LogReader.POLL);
    }
    JournalException why = broken;
    if (why != null) {
      throw new JournalException(why.reason(), String.valueOf(why.getMessage()), why);
    }
    if (unsettled || closed) {
      throw new JournalException(
          Reason.IO, domain + ": not written, because the brokers do not answer", null);
    }
    if (!leading) {
      throw superseded(domain);
    }
  }

  private static JournalException superseded(String domain) {
    return new JournalException(
        Reason.SUPERSEDED, domain + ": another server leads; nothing of this was written", null);
  }

  private static void awaitAcks(Pending pending) {
    for (CompletableFuture<Long> ack : pending.acks()) {
      var _ = ack.handle((_, _) -> null).join();
    }
  }

  /// Gives others the lock for a while; callers look again at what they wait for.
  @SuppressWarnings("WaitNotInLoop") // the callers' loops
  @GuardedBy("lock")
  private void await(Duration time) {
    try {
      var _ = changed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void requireWritten(String domain, Pending pending) throws JournalException {
    CompletableFuture<Void> settled = pending.settled();
    if (!settled.isDone()) {
      throw new UnsettledException(
          domain + ": the brokers did not say in time whether this was written",
          settled,
          UNSETTLED_PATIENCE);
    }
    if (settled.isCompletedExceptionally()) {
      throw settled.exceptionNow() instanceof JournalException refused
          ? new JournalException(refused.reason(), domain + ": " + refused.getMessage(), refused)
          : new JournalException(Reason.OUTCOME_UNKNOWN, domain + ": unknown", null);
    }
  }

  /// Takes what was acknowledged, in the order sent.
  @GuardedBy("lock")
  private void process() {
    Pending head = outbox.head();
    while (head != null && head.isAcked() && broken == null && doubt == null) {
      if (head.isUnknown()) {
        unsettle(head);
        return;
      }
      outbox.removeHead();
      take(head);
      head = outbox.head();
    }
  }

  @GuardedBy("lock")
  private void take(Pending head) {
    long expected = judge.position().offset();
    if (head.firstOffset() < expected) {
      breakDown(
          Reason.CORRUPT,
          "the log went back: a record was given offset %d, and %d was read before"
              .formatted(head.firstOffset(), expected - 1));
      return;
    }
    if (head.firstOffset() == expected && head.isContiguous()) {
      for (LogEntry entry : head.entries()) {
        feed(judge.position().offset(), entry, head.frame());
      }
    } else {
      counts.gapReads.increment();
      if (!readThrough(head.lastOffset())) {
        unsettle(head);
        return;
      }
    }
    if (broken != null) {
      return;
    }
    if (head.isFrame() && outbox.isOpen(head)) {
      unsettle(head);
    } else {
      head.settled().complete(null);
      asOf = clock.instant();
    }
  }

  /// Reads and judges up to an offset, that one included.
  ///
  /// @return false if that took too long
  @GuardedBy("lock")
  private boolean readThrough(long last) {
    reader.limitTo(last);
    try {
      return readTo(last);
    } finally {
      reader.unlimit();
      reader.seek(judge.position().offset());
    }
  }

  /// What comes after the limit is the leader's own, and judged when it is acknowledged.
  @GuardedBy("lock")
  private boolean readTo(long last) {
    long deadline = System.nanoTime() + options.writeTimeout().toNanos();
    reader.seek(judge.position().offset());
    while (judge.position().offset() <= last && broken == null) {
      if (System.nanoTime() - deadline > 0 || closed) {
        return false;
      }
      poll();
    }
    return true;
  }

  /// What was sent has an end that nobody knows: reads on, and claims, so that it is settled.
  @GuardedBy("lock")
  private void unsettle(Pending head) {
    int frames = outbox.open();
    counts.unknownOutcomes.add(frames);
    QUIET.warn(
        "unsettled",
        "%s: the outcome of %d writes is not known; claiming again: %s"
            .formatted(options, frames, failure(head)));
    leading = false;
    unsettled = true;
    claiming.ended();
    outbox.renew();
    reader.seek(judge.position().offset());
    changed.signalAll();
  }

  private static String failure(Pending head) {
    return head.acks().stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .findFirst()
        .map(each -> String.valueOf(each.exceptionNow()))
        .orElse("no offset was given, or it does not count");
  }

  // Reading.

  private void run() {
    while (!closed) {
      lock.lock();
      try {
        if (broken != null) {
          await(BEAT);
        } else if (doubt != null) {
          rejudge();
          await(BACK_OFF);
        } else if (leading) {
          lead();
        } else {
          follow();
        }
      } catch (WakeupException e) {
        LOG.debug("closing");
      } catch (RuntimeException e) {
        LOG.error("{}: stopped by a defect; restart the server", options, e);
        breakDown(Reason.IO, "stopped by a defect: " + e);
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  private void lead() {
    process();
    if (!leading) {
      return;
    }
    if (outbox.isIdle() && outbox.idleNanos() >= BEAT.toNanos()) {
      List<LogEntry> entries = new ArrayList<>(trims());
      entries.add(new LogEntry.Beat(judge.position().epoch(), clock.millis(), false));
      for (LogEntry each : entries) {
        var _ = send(List.of(each));
      }
    }
    await(LogReader.POLL);
  }

  /// What the retention has no room for.
  @GuardedBy("lock")
  private List<LogEntry> trims() {
    List<LogEntry> trims = new ArrayList<>();
    try {
      for (String domain : replica.revisions().keySet()) {
        long through = replica.excess(domain);
        if (through > 0) {
          trims.add(new LogEntry.Trim(judge.position().epoch(), domain, through));
        }
      }
    } catch (JournalException e) {
      QUIET.warn("trim", "the log could not be trimmed; trying again later: " + e.getMessage());
    }
    return trims;
  }

  @GuardedBy("lock")
  private void follow() {
    boolean read = poll();
    boolean atEnd = reader.lag() == 0;
    if (read && atEnd) {
      asOf = clock.instant();
    }
    if (atEnd && broken == null && !closed && claiming.isDue(judge.position(), unsettled)) {
      claim();
    }
  }

  /// Reads some records.
  ///
  /// @return true if there were any
  @GuardedBy("lock")
  private boolean poll() {
    List<ConsumerRecord<byte[], byte[]>> records;
    try {
      records = reader.poll();
    } catch (WakeupException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      beyond(e);
      return false;
    } catch (KafkaException e) {
      QUIET.warn("poll " + e.getClass(), "%s: cannot be read: %s".formatted(options, e));
      await(BACK_OFF);
      return false;
    } catch (RuntimeException e) {
      LOG.warn("{}: the client of the brokers is replaced", options, e);
      renewReader();
      return false;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (broken == null && record.offset() >= judge.position().offset()) {
        feed(record);
      }
    }
    if (!records.isEmpty()) {
      shorterNanos = 0;
    }
    return !records.isEmpty();
  }

  @GuardedBy("lock")
  private void renewReader() {
    try {
      reader.renew(judge.position().offset());
    } catch (KafkaException e) {
      QUIET.warn("renew", "%s: cannot be read: %s".formatted(options, e));
    }
    await(BACK_OFF);
  }

  /// A broker says that the log does not have what would be read next. One that was cut off from
  /// the others may say so of a log that is longer than it knows: that is no answer before others
  /// have had the time to take its place.
  @GuardedBy("lock")
  private void beyond(OffsetOutOfRangeException said) {
    try {
      judgeExtent(link.extent(), said);
    } catch (JournalException e) {
      QUIET.warn("beyond", "%s: cannot be read: %s".formatted(options, e.getMessage()));
    }
    if (broken == null) {
      renewReader();
    }
  }

  @GuardedBy("lock")
  private void judgeExtent(Optional<KafkaLink.Extent> now, OffsetOutOfRangeException said) {
    long next = judge.position().offset();
    if (now.isEmpty() || !now.get().topic().equals(judge.position().topic())) {
      breakDown(
          Reason.CORRUPT,
          "the topic was deleted%s while this server ran"
              .formatted(now.isEmpty() ? "" : " and made again"));
    } else if (now.get().begin() > next) {
      breakDown(
          Reason.CORRUPT,
          "the log does not have offset %d, which this copy would read next: it begins at %d. If it was trimmed while this server stood still, restart the server: it begins with a snapshot. Otherwise it was cut off (%s)"
              .formatted(next, now.get().begin(), said.getMessage()));
    } else if (now.get().end() >= next) {
      shorterNanos = 0;
    } else if (shorterNanos == 0) {
      shorterNanos = System.nanoTime();
      LOG.warn(
          "{}: a broker says that the log ends at offset {}, where this copy has read up to {};"
              + " asking again until another one leads, or {} s have passed",
          options,
          now.get().end(),
          next,
          options.writeTimeout().toSeconds());
    } else if (System.nanoTime() - shorterNanos > options.writeTimeout().toNanos()) {
      breakDown(
          Reason.CORRUPT,
          "the log ends at offset %d, and this copy has read up to %d: the log has lost records"
              .formatted(now.get().end(), next));
    }
  }

  @GuardedBy("lock")
  private void feed(ConsumerRecord<byte[], byte[]> record) {
    try {
      feed(record.offset(), LogEntry.decode(record.value()), null);
    } catch (IllegalArgumentException e) {
      breakDown(
          Reason.CORRUPT, "the record at offset %d %s".formatted(record.offset(), e.getMessage()));
    }
  }

  /// Judges a record, and does what follows from it.
  ///
  /// @param known the frame that it ends, if it is this server's own and was not read; null if not
  @GuardedBy("lock")
  private void feed(long at, LogEntry entry, @Nullable Frame known) {
    if (broken != null) {
      return;
    }
    if (at != judge.position().offset()) {
      breakDown(
          Reason.CORRUPT,
          "offset %d follows %d in the log".formatted(at, judge.position().offset() - 1));
      return;
    }
    try {
      act(entry, judge.judge(entry, known));
      save();
    } catch (IllegalArgumentException e) {
      breakDown(
          String.valueOf(e.getMessage()).contains("upgrade") ? Reason.NEWER_FORMAT : Reason.CORRUPT,
          "the record at offset %d %s".formatted(at, e.getMessage()));
    } catch (JournalException e) {
      breakDown(e.reason(), String.valueOf(e.getMessage()));
    }
    offset = judge.position().offset();
  }

  @GuardedBy("lock")
  private void act(LogEntry entry, Judge.Verdict verdict) throws JournalException {
    if (!(verdict instanceof Judge.Written || verdict instanceof Judge.Partial)) {
      writeGroup();
    }
    switch (verdict) {
      case Judge.Written written -> written(written);
      case Judge.Loaded loaded -> loaded(loaded);
      case Judge.Led led -> led(led.claim());
      case Judge.Trimmed trimmed ->
          replica.trim(trimmed.domain(), trimmed.through(), judge.position().encode());
      case Judge.Raised _ -> replica.move(judge.position().encode());
      case Judge.Alive alive -> {
        claiming.heard();
        if (alive.leaving()) {
          claiming.left();
        }
        if (alive.leaving() && leading) {
          yieldLead();
        }
      }
      case Judge.Marked marked -> marks.seen(marked.id());
      case Judge.Begun _, Judge.Partial _ -> {}
      case Judge.Ignored ignored -> ignored(entry, ignored.why());
    }
  }

  /// Before anything else is written, what was read before it is.
  @GuardedBy("lock")
  private void writeGroup() throws JournalException {
    FrameGroup open = group;
    if (open != null) {
      open.write(lastWhole);
    }
  }

  @GuardedBy("lock")
  private void save() throws JournalException {
    unsaved++;
    if (unsaved >= UNSAVED_MAX && !judge.isMidway()) {
      unsaved = 0;
      writeGroup();
      replica.move(judge.position().encode());
    }
  }

  @GuardedBy("lock")
  private void written(Judge.Written written) throws JournalException {
    Frame frame = written.frame();
    FrameGroup open = group;
    if (open == null) {
      replica.append(
          frame.domain(),
          frame.first(),
          frame.millis(),
          frame.batches(),
          judge.position().encode());
    } else {
      open.add(frame, lastWhole);
      lastWhole = judge.position().encode();
    }
    counted(written.chain());
  }

  @GuardedBy("lock")
  private void loaded(Judge.Loaded loaded) throws JournalException {
    LoadedState state = loaded.state();
    replica.load(
        state.domain(),
        state.revision(),
        state.millis(),
        state.source(),
        judge.position().encode());
    counted(loaded.chain());
  }

  /// Something counts, and is in the copy.
  @GuardedBy("lock")
  private void counted(long chain) {
    chains.add(judge.position().offset(), chain);
    claiming.heard();
    Pending own = outbox.counted(chain);
    if (own != null) {
      if (unsettled) {
        counts.settled.increment();
      }
      own.settled().complete(null);
    }
    listeners.news();
  }

  /// A server leads from here on: whatever was sent before and has not counted never will.
  @GuardedBy("lock")
  private void led(LogEntry.Claim claim) throws JournalException {
    boolean mine = claim.who() == who;
    replica.move(judge.position().encode());
    unsettled = false;
    leading = mine;
    claiming.led();
    if (mine) {
      counts.epochsLed.increment();
      raised = 0;
      outbox.begin(judge.position().chain());
      asOf = clock.instant();
    }
    JournalException why =
        mine
            ? new JournalException(
                Reason.IO, "not written: the brokers did not take it in time", null)
            : new JournalException(
                Reason.SUPERSEDED, "another server leads; nothing of this was written", null);
    outbox.fail(why);
    lead(new Leadership(mine, claim.epoch(), claim.address()));
  }

  @GuardedBy("lock")
  private void lead(Leadership next) {
    leadership = next;
    LOG.info(
        "epoch {}: {} leads, from offset {}",
        next.epoch(),
        next.leads() ? "this server" : next.address(),
        judge.position().offset());
    changed.signalAll();
    listeners.news();
    listeners.leadership(next);
  }

  /// This server has said that it leads no longer. What it sent behind that may count all the same.
  @GuardedBy("lock")
  private void yieldLead() {
    leading = false;
    claiming.giveUp();
    outbox.forgetAcks();
    reader.seek(judge.position().offset());
    lead(new Leadership(false, leadership.epoch(), ""));
  }

  @GuardedBy("lock")
  private void ignored(LogEntry entry, Judge.Why why) {
    counts.voidRecords.increment();
    switch (entry) {
      case LogEntry.Claim claim -> {
        if (claim.who() == who) {
          claiming.ended();
        }
        OptionalLong then =
            why == Judge.Why.CHAIN ? chains.at(claim.at()) : OptionalLong.of(claim.chain());
        if (then.isPresent() && then.getAsLong() != claim.chain()) {
          foreignChain("a claim of " + claim.address(), claim.at());
        }
      }
      case LogEntry.Data data when why == Judge.Why.CHAIN -> {
        if (data.epoch() == judge.position().epoch()) {
          claiming.suspect();
        }
      }
      default -> {}
    }
  }

  /// A server has another copy of the same log: one of the two is wrong. Nothing is acknowledged
  /// until the whole log was judged again.
  @GuardedBy("lock")
  private void foreignChain(String whose, long at) {
    LOG.error(
        "{}: {} knows another log up to offset {}; judging the log again", options, whose, at);
    counts.rejudged.increment();
    doubt = new Doubt(whose, at);
    rejudge();
  }

  /// While the brokers do not answer, the doubt remains.
  @GuardedBy("lock")
  private void rejudge() {
    Doubt open = doubt;
    if (open == null || broken != null) {
      return;
    }
    try {
      Position now = judge.position();
      Position again =
          Rejudging.upTo(
              link, starts.earliest(), now.offset(), options.format(), options.writeTimeout());
      doubt = null;
      if (again.chain() != now.chain() || again.epoch() != now.epoch()) {
        breakDown(
            Reason.CORRUPT,
            "this copy differs from the log; end the server and delete the directory %s, and it is copied again"
                .formatted(options.copy()));
        return;
      }
      LOG.warn("{}: this copy is as the log says; that of {} is not", options, open.whose());
    } catch (JournalException e) {
      if (e.reason() == Reason.IO) {
        QUIET.warn("doubt", "%s: %s; trying again".formatted(options, e.getMessage()));
      } else {
        breakDown(e.reason(), String.valueOf(e.getMessage()));
      }
    }
  }

  /// Compares what another server says of its copy with this one's: each is judged once.
  void compare(Announcement said) {
    lock.lock();
    try {
      Position now = judge.position();
      if (broken != null || said.offset() > now.offset() || !said.topic().equals(now.topic())) {
        return;
      }
      OptionalLong chain = chains.at(said.offset());
      if (chain.isPresent() && chain.getAsLong() != said.chain() && compared.add(said.who())) {
        foreignChain("server " + said.address(), said.offset());
      }
    } finally {
      lock.unlock();
    }
  }

  /// Has records be of a newer format, if this server leads and all know it.
  ///
  /// @param known by all servers that are there
  void raiseFormat(int known) {
    lock.lock();
    try {
      int next = Math.min(known, options.format());
      if (leading && next > judge.position().format() && raised < next) {
        raised = next;
        LOG.info("all servers know format {}: records may have it from now on", next);
        var _ = send(List.of(new LogEntry.Format(judge.position().epoch(), next)));
      }
    } finally {
      lock.unlock();
    }
  }

  /// What this server says of itself.
  Announcement announcement(byte[] key, boolean leaving) {
    lock.lock();
    try {
      Position now = judge.position();
      Instant last = asOf;
      return new Announcement(
          who,
          options.advertise(),
          program,
          options.format(),
          leading,
          leaving,
          now.topic(),
          now.epoch(),
          now.offset(),
          now.chain(),
          last == null ? 0 : last.toEpochMilli(),
          key,
          judge.revisions());
    } finally {
      lock.unlock();
    }
  }

  /// A number of the running process.
  long who() {
    return who;
  }

  /// Where it is.
  Position position() {
    lock.lock();
    try {
      return judge.position();
    } finally {
      lock.unlock();
    }
  }

  /// The chain of the log before an offset, if it was not too long ago.
  OptionalLong chainAt(long at) {
    lock.lock();
    try {
      return at <= judge.position().offset() ? chains.at(at) : OptionalLong.empty();
    } finally {
      lock.unlock();
    }
  }

  Counts counts() {
    return counts;
  }

  // Claiming.

  @GuardedBy("lock")
  private void claim() {
    Position now = judge.position();
    counts.claims.increment();
    claiming.sent();
    var _ =
        outbox
            .sendAlone(
                new LogEntry.Claim(
                    now.epoch() + 1, now.chain(), now.offset(), who, options.advertise(), program))
            .whenCompleteAsync(
                (_, failure) -> {
                  if (failure != null) {
                    claimRefused(failure);
                  }
                });
  }

  private void claimRefused(Throwable failure) {
    QUIET.warn("claim", "%s: a claim was not taken: %s".formatted(options, failure));
    lock.lock();
    try {
      claiming.refused();
    } finally {
      lock.unlock();
    }
  }

  /// Leads no longer; see [guidepost.journal.Cluster#handOver].
  void handOver() throws JournalException {
    Pending pending;
    lock.lock();
    try {
      if (!leading) {
        throw new JournalException(Reason.SUPERSEDED, "this server does not lead", null);
      }
      pending = send(List.of(leaving()));
    } finally {
      lock.unlock();
    }
    try {
      pending.settled().orTimeout(options.writeTimeout().toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      throw new JournalException(Reason.IO, options + ": could not hand over", e);
    }
  }

  @GuardedBy("lock")
  private LogEntry leaving() {
    return new LogEntry.Beat(judge.position().epoch(), clock.millis(), true);
  }

  // Reading what is newest.

  CompletionStage<Void> latest() {
    return marks.ask();
  }

  /// Sends a mark; a leader, which does not read what it writes itself, takes it as its own.
  private void sendMark(long id) {
    LogEntry mark = new LogEntry.Mark(id);
    CompletableFuture<Long> sent = leading ? sendAsLeader(mark) : outbox.sendAlone(mark);
    var _ =
        sent.whenCompleteAsync(
            (_, failure) -> {
              if (failure != null) {
                marks.failed(id, failure);
              }
              processNow();
            });
  }

  private CompletableFuture<Long> sendAsLeader(LogEntry mark) {
    lock.lock();
    try {
      return leading ? send(List.of(mark)).acks().getFirst() : outbox.sendAlone(mark);
    } finally {
      lock.unlock();
    }
  }

  private void processNow() {
    lock.lock();
    try {
      if (leading) {
        process();
      }
    } finally {
      lock.unlock();
    }
  }

  // Ending.

  private void requireUnbroken() throws JournalException {
    JournalException why = broken;
    if (why != null) {
      throw why;
    }
  }

  /// The log or the copy is not what it must be: nothing more is read, written or acknowledged.
  @GuardedBy("lock")
  private void breakDown(Reason reason, String what) {
    if (broken != null) {
      return;
    }
    JournalException why = new JournalException(reason, "%s: %s".formatted(options, what), null);
    broken = why;
    LOG.error("{}", why.getMessage());
    leading = false;
    unsettled = false;
    outbox.fail(
        new JournalException(Reason.OUTCOME_UNKNOWN, String.valueOf(why.getMessage()), why));
    leadership = new Leadership(false, leadership.epoch(), leadership.address());
    changed.signalAll();
    listeners.news();
    listeners.trouble(why);
    listeners.leadership(leadership);
  }

  @Override
  public void close() throws JournalException {
    if (closed) {
      return;
    }
    sayThatItLeaves();
    closed = true;
    reader.wakeUp();
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      if (broken == null && !judge.isMidway()) {
        replica.move(judge.position().encode());
      }
    } finally {
      lock.unlock();
      marks.close();
      outbox.close();
      reader.close();
      replica.close();
    }
  }

  private void sayThatItLeaves() {
    if (leading) {
      try {
        Pending pending;
        lock.lock();
        try {
          pending = send(List.of(leaving()));
        } finally {
          lock.unlock();
        }
        pending.settled().orTimeout(BEAT.toMillis(), TimeUnit.MILLISECONDS).join();
      } catch (RuntimeException e) {
        LOG.debug("others notice by themselves that this server has ended: {}", e.toString());
      }
    }
  }
}
