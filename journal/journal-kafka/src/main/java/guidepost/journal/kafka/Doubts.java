package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows when another server has another copy of the same log: one of the two is wrong.
/// Until the whole log was judged again, nothing is acknowledged; then the server whose copy is
/// wrong stops, and the other goes on.
///
/// Threads: the lock of the state is held.
final class Doubts {

  private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  /// Where the log can be judged from.
  @FunctionalInterface
  interface Starts {

    /// The earliest that the log still reaches back to.
    ///
    /// @throws JournalException if there is none
    Rejudging.Start earliest() throws JournalException;
  }

  private final LogState state;
  private final KafkaLink link;
  private final Starts starts;

  /// Servers whose copies were found to be other ones.
  private final Set<Long> compared = new HashSet<>();

  /// Whose copy is another one; null if nobody's is.
  private @Nullable String open;

  Doubts(LogState state, KafkaLink link, Starts starts) {
    this.state = state;
    this.link = link;
    this.starts = starts;
  }

  /// True until the log was judged again.
  boolean isOpen() {
    return open != null;
  }

  /// Another server has another chain.
  ///
  /// @param whose for people
  /// @param at the offset before which it has
  void raise(String whose, long at) {
    LOG.error(
        "{}: {} knows another log up to offset {}; judging the log again",
        state.options(),
        whose,
        at);
    state.counts().rejudged.increment();
    open = whose;
    settle();
  }

  /// Compares what another server says of its copy with this one's: each is judged once.
  void compare(Announcement said) {
    Position now = state.position();
    if (state.isBroken() || said.offset() > now.offset() || !said.topic().equals(now.topic())) {
      return;
    }
    OptionalLong chain = state.chains().at(said.offset());
    if (chain.isPresent() && chain.getAsLong() != said.chain() && compared.add(said.who())) {
      raise("server " + said.address(), said.offset());
    }
  }

  /// Judges the log again. While the brokers do not answer, the doubt remains.
  void settle() {
    String whose = open;
    if (whose == null || state.isBroken()) {
      return;
    }
    KafkaOptions options = state.options();
    try {
      Position now = state.position();
      Position again =
          Rejudging.upTo(
              link, starts.earliest(), now.offset(), options.format(), options.writeTimeout());
      open = null;
      if (again.chain() != now.chain() || again.epoch() != now.epoch()) {
        state.breakDown(
            Reason.CORRUPT,
            "this copy differs from the log; end the server and delete the directory %s, and it is copied again"
                .formatted(options.copy()));
        return;
      }
      LOG.warn("{}: this copy is as the log says; that of {} is not", options, whose);
    } catch (JournalException e) {
      if (e.reason() == Reason.IO) {
        QUIET.warn("doubt", "%s: %s; trying again".formatted(options, e.getMessage()));
      } else {
        state.breakDown(e.reason(), String.valueOf(e.getMessage()));
      }
    }
  }
}
