package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the log from where the state is. What a client or a single broker gets wrong is asked
/// again; a log that is not the one of the copy ends it.
///
/// Threads: the lock of the state is held; [#lag] and [#wakeUp] any.
final class Following implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Following.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  /// Between two tries to reach brokers that do not answer.
  static final Duration BACK_OFF = Duration.ofMillis(200);

  /// After so long without a record, brokers are asked whether there is a log.
  private static final Duration QUIET_MAX = Duration.ofSeconds(5);

  private final LogState state;
  private final KafkaLink link;
  private final LogReader reader;
  private final Applying applying;
  private final LogExtents extents;
  private final Duration quietMax;

  /// When something was read, or asked for, last.
  private long heardNanos = System.nanoTime();

  /// It is being asked where the log ends.
  private boolean asking;

  /// @param reader this closes it
  Following(LogState state, KafkaLink link, LogReader reader, Applying applying) {
    this.state = state;
    this.link = link;
    this.reader = reader;
    this.applying = applying;
    Duration patience = state.options().writeTimeout();
    this.extents = new LogExtents(patience);
    this.quietMax = patience.compareTo(QUIET_MAX) < 0 ? patience : QUIET_MAX;
  }

  /// Reads for a while.
  ///
  /// @return true if there was something
  boolean turn() {
    boolean read = poll();
    if (read && lag() == 0) {
      state.isAtEnd();
    }
    return read;
  }

  /// Records that the log has and that were not read, as far as is known.
  long lag() {
    return reader.lag();
  }

  /// Has a thread that waits for records do so no longer.
  void wakeUp() {
    reader.wakeUp();
  }

  /// Reads and judges up to an offset, that one included, and nothing of what comes after it: that
  /// is the leader's own, and judged when it is acknowledged.
  ///
  /// @return false if that took too long
  boolean readThrough(long last) {
    long deadline = System.nanoTime() + state.options().writeTimeout().toNanos();
    reader.limitTo(last);
    try {
      while (state.position().offset() <= last && !state.isBroken()) {
        if (System.nanoTime() - deadline > 0 || state.isClosed()) {
          return false;
        }
        poll();
      }
      return true;
    } finally {
      reader.unlimit();
    }
  }

  /// Reads some records.
  ///
  /// @return true if there were any
  boolean poll() {
    List<ConsumerRecord<byte[], byte[]>> records;
    try {
      reader.seek(state.position().offset());
      records = reader.poll();
    } catch (WakeupException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      beyond(e);
      return false;
    } catch (KafkaException e) {
      QUIET.warn("poll " + e.getClass(), "%s: cannot be read: %s".formatted(state.options(), e));
      state.await(BACK_OFF);
      return false;
    } catch (RuntimeException e) {
      LOG.warn("{}: the client of the brokers is replaced", state.options(), e);
      renewReader();
      return false;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (!state.isBroken() && record.offset() >= state.position().offset()) {
        applying.feed(record);
      }
    }
    if (records.isEmpty()) {
      askIfQuiet();
    } else {
      extents.read();
      heardNanos = System.nanoTime();
    }
    return !records.isEmpty();
  }

  /// A leader is heard each second. Where nothing is, there may be no log any more: the client that
  /// reads does not say so.
  private void askIfQuiet() {
    if (!asking && System.nanoTime() - heardNanos > quietMax.toNanos()) {
      asking = true;
      long next = state.position().offset();
      Thread.ofVirtual().start(() -> ask(next));
    }
  }

  /// Without the lock, as brokers may not answer.
  private void ask(long next) {
    Optional<Optional<KafkaLink.Extent>> answer = Optional.empty();
    try {
      answer = Optional.of(link.extent());
    } catch (JournalException e) {
      LOG.debug("no broker answers", e);
    }
    state.lock().lock();
    try {
      asking = false;
      heardNanos = System.nanoTime();
      Position now = state.position();
      boolean isOver = state.isBroken() || state.isClosed() || now.offset() != next;
      if (answer.isPresent() && !isOver) {
        act(extents.judge(answer.get(), now.topic(), next, heardNanos, "nothing was heard"));
      }
    } finally {
      state.lock().unlock();
    }
  }

  private void renewReader() {
    try {
      reader.renew(state.position().offset());
    } catch (KafkaException e) {
      QUIET.warn("renew", "%s: cannot be read: %s".formatted(state.options(), e));
    }
    state.await(BACK_OFF);
  }

  /// A broker says that the log does not have what would be read next: others are asked.
  private void beyond(OffsetOutOfRangeException said) {
    Position now = state.position();
    try {
      act(
          extents.judge(
              link.extent(),
              now.topic(),
              now.offset(),
              System.nanoTime(),
              String.valueOf(said.getMessage())));
    } catch (JournalException e) {
      QUIET.warn("beyond", "%s: cannot be read: %s".formatted(state.options(), e.getMessage()));
    }
    if (!state.isBroken()) {
      renewReader();
    }
  }

  private void act(LogExtents.Verdict verdict) {
    switch (verdict) {
      case LogExtents.Fine _ -> {}
      case LogExtents.AskAgain again -> {
        if (again.isFirst()) {
          LOG.warn(
              "{}: a broker says that {}; asking again until another one leads, or {} s have"
                  + " passed",
              state.options(),
              again.what(),
              state.options().writeTimeout().toSeconds());
        }
      }
      case LogExtents.Lost lost -> state.breakDown(Reason.CORRUPT, lost.what());
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
