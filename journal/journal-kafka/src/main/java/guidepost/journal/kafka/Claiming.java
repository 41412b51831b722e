package guidepost.journal.kafka;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// When a server claims to lead. A hint, and no more: however wrong it is, the log's first claim of
/// an epoch is the one that counts.
///
/// ```
///   heard of the leader ──silent for 5 s──▶ claim ──counts, or another's does──▶ heard
///   the leader left, or nobody ever led ──▶ claim at once
/// ```
///
/// Threads: one at a time.
final class Claiming {

  /// Two servers that notice a silence at once need not both claim.
  private static final long JITTER_MILLIS_MAX = 300;

  /// Between two claims of which the first was not taken.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KafkaOptions options;
  private final long who;
  private long heardNanos = System.nanoTime();

  /// Who led when this process began to take part; 0 if it has not.
  private long before;

  private long sentNanos;
  private boolean isUnderWay;
  private boolean isRefused;

  /// The leader said that it leads no longer.
  private boolean leaderLeft;

  /// This server said so, and gives others the first try.
  private boolean yielding;

  /// Since when frames of the leader do not fit what this server has; 0 if they do.
  private long suspectNanos;

  private long jitterMillis;

  Claiming(KafkaOptions options, long who) {
    this.options = options;
    this.who = who;
  }

  /// This process takes part from here on.
  ///
  /// @param now where it has read to
  void begin(Position now) {
    before = now.leader();
    heard();
  }

  /// The leader is there.
  void heard() {
    heardNanos = System.nanoTime();
  }

  /// The leader is about to be there no more.
  void left() {
    leaderLeft = true;
  }

  /// This server leads no longer, by its own will.
  void giveUp() {
    yielding = true;
  }

  /// A frame of the leader does not fit.
  void suspect() {
    if (suspectNanos == 0) {
      suspectNanos = System.nanoTime();
    }
  }

  /// A claim of this server's was sent.
  void sent() {
    isUnderWay = true;
    isRefused = false;
    sentNanos = System.nanoTime();
    jitterMillis = ThreadLocalRandom.current().nextLong(JITTER_MILLIS_MAX);
  }

  /// The brokers did not take it, or did not say that they did: another one does no harm.
  void refused() {
    isRefused = true;
  }

  /// It is known what became of it, or it does not matter any more.
  void ended() {
    isUnderWay = false;
  }

  /// Somebody leads from here on.
  void led() {
    isUnderWay = false;
    leaderLeft = false;
    yielding = false;
    suspectNanos = 0;
    heard();
  }

  /// True if it is time to.
  ///
  /// @param now where the log ends
  /// @param unsettled true if only a claim tells what became of this server's writes
  boolean isDue(Position now, boolean unsettled) {
    if (options.followOnly()) {
      return false;
    }
    long nanos = System.nanoTime();
    Duration given =
        isRefused && RETRY.compareTo(options.silence()) < 0 ? RETRY : options.silence();
    if (isUnderWay && nanos - sentNanos < given.toNanos()) {
      return false;
    }
    long patience = options.silence().plus(Duration.ofMillis(jitterMillis)).toNanos();
    boolean silent = nanos - heardNanos > patience;
    boolean deviates = suspectNanos != 0 && nanos - suspectNanos > patience;
    return silent || deviates || unsettled || isVacant(now);
  }

  /// True if nobody leads, or this server's former process did: one that led when this one began.
  /// One that was not there then has this server's address too, and is no former one.
  private boolean isVacant(Position now) {
    boolean wasMine =
        now.address().equals(options.advertise())
            && !options.advertise().isEmpty()
            && now.leader() == before;
    return !yielding && (now.epoch() == 0 || leaderLeft || (wasMine && now.leader() != who));
  }
}
