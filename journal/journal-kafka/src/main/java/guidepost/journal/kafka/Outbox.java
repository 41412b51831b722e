package guidepost.journal.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a leader has sent and not seen the end of.
///
/// Threads: one at a time; sends of marks and claims, any.
final class Outbox implements AutoCloseable {

  private final Sender sender;

  /// Of this epoch, in the order sent.
  private final Queue<Pending> inFlight = new ArrayDeque<>();

  /// Frames that neither counted nor were given up, by their chain.
  private final Map<Long, Pending> frames = new HashMap<>();

  private long chain;

  /// When something was sent last that tells others that this server leads; 0 if nothing was.
  private long shownNanos;

  Outbox(Sender sender) {
    this.sender = sender;
  }

  /// Sends something that is neither a leader's nor waited for.
  ///
  /// @return as [Sender#send]
  CompletableFuture<Long> sendAlone(LogEntry entry) {
    return sender.send(entry);
  }

  /// Sends records of an epoch.
  ///
  /// @param frame that they are; null if they are none, or a state
  Pending send(long epoch, List<LogEntry> entries, @Nullable Frame frame) {
    List<CompletableFuture<Long>> acks = new ArrayList<>(entries.size());
    Pending pending = new Pending(epoch, entries, acks, frame, new CompletableFuture<>());
    for (LogEntry each : entries) {
      acks.add(isLost(acks) ? acks.getLast() : sender.send(each));
    }
    inFlight.add(pending);
    if (pending.isFrame()) {
      frames.put(pending.after(), pending);
      chain = pending.after();
    }
    if (pending.isSignOfLife()) {
      shownNanos = System.nanoTime();
    }
    return pending;
  }

  /// True if the record before was not taken at all: the frame will not be whole, and each further
  /// part would keep everybody waiting as long as that one did.
  private static boolean isLost(List<CompletableFuture<Long>> acks) {
    return !acks.isEmpty() && acks.getLast().isCompletedExceptionally();
  }

  /// The chain that the log has with all that was sent.
  long chain() {
    return chain;
  }

  /// Begins an epoch.
  ///
  /// @param now the chain of the log
  void begin(long now) {
    chain = now;
    shownNanos = 0;
  }

  /// How long nothing was sent that tells others that this server leads, in nanoseconds; 0 while
  /// such a record is under way. Marks tell nothing: any server leaves them.
  long silentNanos() {
    if (inFlight.stream().anyMatch(Pending::isSignOfLife)) {
      return 0;
    }
    return shownNanos == 0 ? Long.MAX_VALUE : System.nanoTime() - shownNanos;
  }

  /// What was sent first of all that is under way; null if nothing is.
  @Nullable Pending head() {
    return inFlight.peek();
  }

  void removeHead() {
    inFlight.remove();
  }

  boolean isUnderWay(Pending pending) {
    return inFlight.contains(pending);
  }

  /// True if a frame was sent whose end is open.
  boolean isOpen(Pending frame) {
    return frames.containsKey(frame.after());
  }

  /// Frames whose end is open.
  int open() {
    return frames.size();
  }

  /// The frame that counts, if it is one of these; null if it is another server's.
  @Nullable Pending counted(long after) {
    return frames.remove(after);
  }

  /// Expects acknowledgements no longer; whether frames count is seen in the log.
  void forgetAcks() {
    inFlight.clear();
  }

  /// Goes on with another producer: nothing of before is tried again.
  void renew() {
    inFlight.clear();
    sender.renew();
  }

  /// Gives up everything: it does not count, or nobody will know.
  void fail(Exception why) {
    List<Pending> lost = new ArrayList<>(frames.values());
    frames.clear();
    inFlight.clear();
    lost.forEach(each -> each.settled().completeExceptionally(why));
  }

  @Override
  public void close() {
    sender.close();
  }
}
