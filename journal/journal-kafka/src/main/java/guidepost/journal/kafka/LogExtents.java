package guidepost.journal.kafka;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// What is to be believed of brokers that say that the log does not have what would be read next.
/// One that was cut off from the others may say so of a log that is longer than it knows: that is
/// no answer before others have had the time to take its place.
///
/// Threads: one at a time.
final class LogExtents {

  /// What follows from what they say.
  sealed interface Verdict {}

  /// They have it after all.
  record Fine() implements Verdict {}

  /// So they say, and others may say otherwise.
  ///
  /// @param isFirst true if they said otherwise until now
  /// @param what they say, for people
  record AskAgain(boolean isFirst, String what) implements Verdict {}

  /// The log is not the one that was read.
  ///
  /// @param what for people
  record Lost(String what) implements Verdict {}

  private final Duration patience;

  /// Since when they say that the log ends before what was read of it, or that there is none.
  private Optional<Long> doubtedSince = Optional.empty();

  /// @param patience how long others have to take the place of a broker that was cut off
  LogExtents(Duration patience) {
    this.patience = patience;
  }

  /// Something was read.
  void read() {
    doubtedSince = Optional.empty();
  }

  /// @param now what they say; empty if they know no such topic
  /// @param topic that was read
  /// @param next the offset that would be read next
  /// @param nanos of a clock that goes on evenly
  /// @param said what the reader was told, for people
  Verdict judge(Optional<KafkaLink.Extent> now, Uuid topic, long next, long nanos, String said) {
    if (now.isEmpty()) {
      return doubted(
          nanos, "there is no such topic", new Lost("the topic was deleted while this server ran"));
    }
    if (!now.get().topic().equals(topic)) {
      return new Lost("the topic was deleted and made again while this server ran");
    }
    if (now.get().begin() > next) {
      return new Lost(
          "the log does not have offset %d, which this copy would read next: it begins at %d. If it was trimmed while this server stood still, restart the server: it begins with a snapshot. Otherwise it was cut off (%s)"
              .formatted(next, now.get().begin(), said));
    }
    if (now.get().end() >= next) {
      read();
      return new Fine();
    }
    return doubted(
        nanos,
        "the log ends before offset %d, up to which this copy has read".formatted(next),
        new Lost(
            "the log ends at offset %d, and this copy has read up to %d: the log has lost records"
                .formatted(now.get().end(), next)));
  }

  private Verdict doubted(long nanos, String what, Lost lost) {
    if (doubtedSince.isEmpty()) {
      doubtedSince = Optional.of(nanos);
      return new AskAgain(true, what);
    }
    return nanos - doubtedSince.get() > patience.toNanos() ? lost : new AskAgain(false, what);
  }
}
