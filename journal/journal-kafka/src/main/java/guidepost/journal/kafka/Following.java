package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import java.time.Duration;
import java.util.List;
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

  private final LogState state;
  private final KafkaLink link;
  private final LogReader reader;
  private final Applying applying;
  private final LogExtents extents;

  /// @param reader this closes it
  Following(LogState state, KafkaLink link, LogReader reader, Applying applying) {
    this.state = state;
    this.link = link;
    this.reader = reader;
    this.applying = applying;
    this.extents = new LogExtents(state.options().writeTimeout());
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
    if (!records.isEmpty()) {
      extents.read();
    }
    return !records.isEmpty();
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
              "{}: a broker says that the log ends before offset {}, up to which this copy has"
                  + " read; asking again until another one leads, or {} s have passed",
              state.options(),
              state.position().offset(),
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
