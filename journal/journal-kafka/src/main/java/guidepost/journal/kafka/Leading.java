package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a server comes to lead, shows that it does, and leads no longer.
///
/// Threads: [#turn], [#claimIfDue] and [#raiseFormat] with the lock of the state; the others any,
/// without it.
final class Leading {

  private static final Logger LOG = LoggerFactory.getLogger(Leading.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  /// How often a leader shows that it is there.
  static final Duration BEAT = Duration.ofSeconds(1);

  private final LogState state;
  private final ReentrantLock lock;
  private final RocksReplica replica;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final String program;

  /// The epoch and the format that this server has asked for last.
  private long raisedIn;

  private int raised;

  /// @param program the version of this program, for people
  Leading(
      LogState state, RocksReplica replica, OwnWrites writes, InstantSource clock, String program) {
    this.state = state;
    this.lock = state.lock();
    this.replica = replica;
    this.writes = writes;
    this.clock = clock;
    this.program = program;
  }

  /// What a leader does when there is nothing to answer: takes what was acknowledged, and shows
  /// that it is there.
  void turn() {
    writes.process();
    if (!state.isLeading()) {
      return;
    }
    Outbox outbox = state.outbox();
    if (outbox.silentNanos() >= BEAT.toNanos()) {
      trims().forEach(state::send);
      var _ = state.send(beat(false));
    }
    state.await(LogReader.POLL);
  }

  private LogEntry beat(boolean leaving) {
    return new LogEntry.Beat(state.position().epoch(), clock.millis(), leaving);
  }

  /// What the retention has no room for.
  private List<LogEntry> trims() {
    List<LogEntry> trims = new ArrayList<>();
    try {
      for (String domain : replica.revisions().keySet()) {
        long through = replica.excess(domain);
        if (through > 0) {
          trims.add(new LogEntry.Trim(state.position().epoch(), domain, through));
        }
      }
    } catch (JournalException e) {
      QUIET.warn("trim", "the log could not be trimmed; trying again later: " + e.getMessage());
    }
    return trims;
  }

  /// Claims to lead, if it is time to. The state is at the log's end.
  void claimIfDue() {
    if (!state.isBroken()
        && !state.isClosed()
        && state.claiming().isDue(state.position(), state.isUnsettled())) {
      claim();
    }
  }

  private void claim() {
    Position now = state.position();
    state.counts().claims.increment();
    state.claiming().sent();
    var _ =
        state
            .sendAlone(
                new LogEntry.Claim(
                    now.epoch() + 1,
                    now.chain(),
                    now.offset(),
                    state.who(),
                    state.options().advertise(),
                    program))
            .whenCompleteAsync(
                (_, failure) -> {
                  if (failure != null) {
                    claimRefused(failure);
                  }
                });
  }

  private void claimRefused(Throwable failure) {
    QUIET.warn("claim", "%s: a claim was not taken: %s".formatted(state.options(), failure));
    lock.lock();
    try {
      state.claiming().refused();
    } finally {
      lock.unlock();
    }
  }

  /// Has records be of a newer format, if this server leads and all know it.
  ///
  /// @param known by all servers that are there
  void raiseFormat(int known) {
    Position now = state.position();
    int next = Math.min(known, state.options().format());
    boolean isAsked = raisedIn == now.epoch() && raised >= next;
    if (state.isLeading() && next > now.format() && !isAsked) {
      raisedIn = now.epoch();
      raised = next;
      LOG.info("all servers know format {}: records may have it from now on", next);
      var _ = state.send(new LogEntry.Format(now.epoch(), next));
    }
  }

  /// Leads no longer; see [guidepost.journal.Cluster#handOver].
  void handOver() throws JournalException {
    Pending pending;
    lock.lock();
    try {
      if (!state.isLeading()) {
        String leader = state.leadership().address();
        throw new JournalException(
            Reason.SUPERSEDED,
            "this server does not lead; "
                + (leader.isEmpty() ? "nobody is known to" : leader + " does"),
            null);
      }
      pending = state.send(beat(true));
    } finally {
      lock.unlock();
    }
    try {
      pending
          .settled()
          .orTimeout(state.options().writeTimeout().toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (RuntimeException e) {
      throw new JournalException(Reason.IO, state.options() + ": could not hand over", e);
    }
  }

  /// Tells the others before it ends, if it leads.
  void leave() {
    if (!state.isLeading()) {
      return;
    }
    try {
      Pending pending;
      lock.lock();
      try {
        pending = state.send(beat(true));
      } finally {
        lock.unlock();
      }
      pending.settled().orTimeout(BEAT.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      LOG.debug("others notice by themselves that this server has ended: {}", e.toString());
    }
  }
}
