package guidepost.calls;

import com.google.common.collect.AbstractIterator;
import guidepost.journal.JournalException;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends a list as fast as the client reads it, and no faster: what waits in the transport stays
/// under its own small bound, whatever the length of the list. It stops when the client goes away.
///
/// An event loop serves many calls, so none keeps it for long. Sending ends a turn by itself: after
/// some 32 KiB the transport wants to write first. Looking for messages that are few and far
/// between does not, so a [Search] looks for a bounded while, and then goes on elsewhere:
///
/// ```
///   event loop: begun, or the client took some ─▶ turn ──nothing found yet──▶ later
///   later:                                        turn ──nothing found yet──▶ later, behind others
/// ```
///
/// Threads: begun on the call's event loop; turns run there and on `later`, one at a time.
public final class Streaming {

  /// Messages that have to be looked for. Asked by one thread at a time.
  ///
  /// @param <M> the messages
  public interface Search<M> {

    /// Looks for the next message for a bounded while.
    ///
    /// @return null if that did not find one
    /// @throws StatusRuntimeException of [Failures] if the list cannot be had: the call ends so
    @Nullable M look();

    /// True if there is no further message; may still be false before the last [#look].
    boolean isOver();

    /// Reads what the next [#look] needs from the disk. Called after one that found nothing, where
    /// that keeps nobody waiting.
    ///
    /// @throws JournalException if stored bytes cannot be read, or are no longer kept
    default void prepare() throws JournalException {}

    /// What the search keeps in memory for its client alone, until it is dropped.
    ///
    /// @return bytes, roughly
    default long bytesInHand() {
      return 0;
    }
  }

  private Streaming() {}

  /// Sends messages that cost little to make.
  public static <M> void send(Iterator<M> messages, StreamObserver<M> caller) {
    begin(new Turns<>(of(messages), (ServerCallStreamObserver<M>) caller, null));
  }

  /// Sends messages that may cost long to find.
  ///
  /// @param later runs what a call's event loop has no time for, or refuses it
  public static <M> void send(Search<M> messages, StreamObserver<M> caller, SearchQueue later) {
    begin(new Turns<>(messages, (ServerCallStreamObserver<M>) caller, later));
  }

  private static void begin(Turns<?> turns) {
    turns.call.setOnCancelHandler(turns::end);
    turns.call.setOnReadyHandler(turns.next);
    turns.next.run();
  }

  /// Messages that cost little to make, as a search that finds one at each look.
  ///
  /// @param <M> the messages
  public static <M> Search<M> of(Iterator<M> messages) {
    return of(messages, 0);
  }

  /// The same, of messages that are made of something large.
  ///
  /// @param bytesInHand what that takes, roughly
  /// @param <M> the messages
  public static <M> Search<M> of(Iterator<M> messages, long bytesInHand) {
    return new Ready<>(messages, bytesInHand);
  }

  /// The messages of a search for a caller that has time to wait.
  ///
  /// @param <M> the messages
  public static <M> Iterator<M> iterator(Search<M> messages) {
    return new AbstractIterator<>() {
      @Override
      protected @Nullable M computeNext() {
        M found = null;
        while (found == null && !messages.isOver()) {
          found = messages.look();
        }
        return found == null ? endOfData() : found;
      }
    };
  }

  private record Ready<M>(Iterator<M> messages, long bytesInHand) implements Search<M> {
    @Override
    public @Nullable M look() {
      return messages.hasNext() ? messages.next() : null;
    }

    @Override
    public boolean isOver() {
      return !messages.hasNext();
    }
  }

  private static final class Turns<M> {
    private final Search<M> messages;
    private final ServerCallStreamObserver<M> call;
    private final SearchQueue.@Nullable Place later;
    private final OneAtATime next = new OneAtATime(this::turnOrFail);
    // Set by the thread whose turn it is, which is then nobody's until the search goes on.
    private volatile boolean waiting;
    // Of the thread whose turn it is.
    private boolean completed;

    Turns(Search<M> messages, ServerCallStreamObserver<M> call, @Nullable SearchQueue later) {
      this.messages = messages;
      this.call = call;
      this.later =
          later == null
              ? null
              : later.place(InboundMeter.currentAccount(), Context.current().getDeadline());
    }

    private void turnOrFail() {
      try {
        turn();
      } catch (RuntimeException e) {
        complete();
        call.onError(Failures.status(e));
      }
    }

    private void complete() {
      completed = true;
      end();
    }

    /// Nobody waits for it any more.
    void end() {
      if (later != null) {
        later.end();
      }
    }

    private void turn() {
      while (!completed && !waiting && !call.isCancelled() && call.isReady()) {
        if (messages.isOver()) {
          complete();
          call.onCompleted();
        } else {
          sendOrGiveWay();
        }
      }
    }

    private void sendOrGiveWay() {
      M found = messages.look();
      if (found != null) {
        call.onNext(found);
      } else if (!messages.isOver()) {
        giveWay();
      }
    }

    private void giveWay() {
      if (later == null) {
        return;
      }
      Optional<Rejection> tooMany = later.begin();
      if (tooMany.isPresent()) {
        throw Failures.rejected(tooMany.get());
      }
      waiting = true;
      later.execute(this::goOn);
    }

    private void goOn() {
      waiting = false;
      next.run();
      if (call.isCancelled()) {
        end();
      }
    }
  }
}
