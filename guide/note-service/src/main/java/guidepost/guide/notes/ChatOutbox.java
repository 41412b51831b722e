package guidepost.guide.notes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.CallSender;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What one chat still has to send: replays owed, and live notes, merged by id.
///
/// Both queues are in order of ids, and a replay stands where its poster's own note stands, so the
/// client sees one order that is the order of all notes. Neither grows without bound:
///
/// | queue | an element is | when full |
/// |---|---|---|
/// | owed | a reference to a wall, 24 bytes | the chat ends, RESOURCE_EXHAUSTED |
/// | live | a reference to a shared note | the oldest drops and is counted |
///
/// Threads: any. The lock is held for a few steps, never while something is sent.
final class ChatOutbox implements CallSender.Source<RouteNote> {

  /// Posts of one chat that may wait for the writer: the next is read when half of them are done.
  static final int POSTS_MAX = 256;

  static final Metadata.Key<String> DROPPED =
      Metadata.Key.of("guidepost-notes-dropped", Metadata.ASCII_STRING_MARSHALLER);

  private final NoteLimits limits;

  @GuardedBy("lock")
  private final ConnectionAccount.Holding holding;

  private final LongAdder droppedOfAll;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<Replay> owed = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Queue<Note> live = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Map<Point, Long> lastPost = new HashMap<>();

  @GuardedBy("lock")
  private long owedBytes;

  @GuardedBy("lock")
  private long liveBytes;

  @GuardedBy("lock")
  private long dropped;

  @GuardedBy("lock")
  private int posts;

  @GuardedBy("lock")
  private boolean paused;

  @GuardedBy("lock")
  private boolean halfClosed;

  @GuardedBy("lock")
  private boolean overflowed;

  @GuardedBy("lock")
  private boolean over;

  @GuardedBy("lock")
  private @Nullable StatusRuntimeException failure;

  /// @param holding what waits here, on the account of the chat's connection
  ChatOutbox(NoteLimits limits, ConnectionAccount.Holding holding, LongAdder droppedOfAll) {
    this.droppedOfAll = droppedOfAll;
    this.limits = limits;
    this.holding = holding;
  }

  @GuardedBy("lock")
  private void count() {
    holding.set(owedBytes + liveBytes);
  }

  /// True if nothing more is taken from the client.
  boolean isEnding() {
    synchronized (lock) {
      return over || failure != null;
    }
  }

  /// True if the call has ended: nothing is to be handed to it any more.
  boolean isOver() {
    synchronized (lock) {
      return over;
    }
  }

  /// The places that the chat hears.
  Set<Point> places() {
    synchronized (lock) {
      return Set.copyOf(lastPost.keySet());
    }
  }

  /// A post is on its way to the writer.
  ///
  /// @return true if another may be read now
  boolean postTaken() {
    synchronized (lock) {
      posts++;
      paused = posts >= POSTS_MAX;
      return !paused;
    }
  }

  /// A post has left the writer, one way or the other.
  ///
  /// @return true if reading was paused and goes on
  boolean postDone() {
    synchronized (lock) {
      posts--;
      boolean resumes = paused && posts <= POSTS_MAX / 2;
      paused &= !resumes;
      return resumes;
    }
  }

  /// The chat's own note is durable: its place is heard from now on, and what hung there is owed.
  ///
  /// @return true unless the call is over
  boolean owe(Note own, Wall earlier) {
    synchronized (lock) {
      if (over || overflowed) {
        return false;
      }
      Long before = lastPost.put(own.place(), own.id());
      if (!earlier.isEmpty()) {
        addReplay(new Replay(earlier, own.id(), charge(earlier, before)));
      }
      requireWithin("places are heard", lastPost.size(), limits.placesPerChat());
      requireWithin("replays wait to be read", owed.size(), limits.owedReplays());
      requireWithin("bytes of replays wait to be read", owedBytes, limits.owedBytes());
      count();
      return !overflowed;
    }
  }

  @GuardedBy("lock")
  private void addReplay(Replay replay) {
    owed.add(replay);
    owedBytes += replay.charge();
  }

  /// What a waiting replay of the same place keeps anyway is not charged twice.
  @GuardedBy("lock")
  private long charge(Wall earlier, @Nullable Long before) {
    Replay oldest = owed.peek();
    if (before == null || oldest == null || oldest.id() > before) {
      return earlier.bytes();
    }
    return earlier.bytesAfter(before);
  }

  @GuardedBy("lock")
  private void requireWithin(String what, long value, long max) {
    if (value > max && !overflowed) {
      overflowed = true;
      failure =
          Failures.rejected(Reason.CLIENT_TOO_SLOW, "chat: more than %d %s".formatted(max, what));
      clear();
    }
  }

  @GuardedBy("lock")
  private void clear() {
    owed.clear();
    live.clear();
    owedBytes = 0;
    liveBytes = 0;
    count();
  }

  /// Another chat's note at a place that this one hears.
  ///
  /// @return false if the call is over, or about to be
  boolean hear(Note note) {
    synchronized (lock) {
      boolean ending = posts == 0 && (halfClosed || failure != null);
      if (over || overflowed || ending) {
        return false;
      }
      if (live.size() >= limits.liveQueue()) {
        liveBytes -= live.remove().bytes();
        dropped++;
        droppedOfAll.increment();
      }
      live.add(note);
      liveBytes += note.bytes();
      count();
      return true;
    }
  }

  /// The client sends no more.
  void halfClose() {
    synchronized (lock) {
      halfClosed = true;
    }
  }

  /// The call is to end this way once what is owed is sent; the first failure counts.
  void fail(StatusRuntimeException why) {
    synchronized (lock) {
      failure = failure == null ? why : failure;
    }
  }

  /// The client has gone.
  void cancel() {
    synchronized (lock) {
      over = true;
      clear();
    }
  }

  @Override
  public @Nullable RouteNote poll() {
    synchronized (lock) {
      if (isReplayNext()) {
        return pollReplay();
      }
      return live.isEmpty() ? null : pollLive();
    }
  }

  @GuardedBy("lock")
  private RouteNote pollLive() {
    Note note = live.remove();
    liveBytes -= note.bytes();
    count();
    return note.heard();
  }

  @GuardedBy("lock")
  private boolean isReplayNext() {
    Replay replay = owed.peek();
    Note note = live.peek();
    return replay != null && (note == null || replay.id() < note.id());
  }

  @GuardedBy("lock")
  private RouteNote pollReplay() {
    Replay replay = owed.element();
    RouteNote next = replay.next();
    if (replay.isDone()) {
      owed.remove();
      owedBytes -= replay.charge();
      count();
    }
    return next;
  }

  @Override
  public Optional<CallSender.Ending> ending() {
    synchronized (lock) {
      boolean asked = halfClosed || failure != null;
      boolean done = posts == 0 && owed.isEmpty() && live.isEmpty();
      if (over || !asked || !done) {
        return Optional.empty();
      }
      over = true;
      return Optional.of(lastWords());
    }
  }

  @GuardedBy("lock")
  private CallSender.Ending lastWords() {
    CallSender.Ending ending = CallSender.Ending.of(failure);
    if (dropped > 0) {
      ending.trailers().put(DROPPED, Long.toString(dropped));
    }
    return ending;
  }
}
